import type { DynamicModule, INestApplication } from '@nestjs/common';
import type { Log, PartitionHandler } from '../log.js';
import {
  type BatchObserver,
  BatchTransport,
  type RunningSubscription,
  type Subscription,
} from './batch-transport.js';
import { connectBatches } from './connect-batches.js';
import { TopicModule } from './topic.module.js';

/** A topic that a process reads, and what it does with its partitions. */
export interface HostedTopic extends Subscription {
  readonly handler: PartitionHandler;
}

/** What a process takes from its topics: modules for its application, progress for its health. */
export interface TopicHost {
  readonly modules: readonly DynamicModule[];
  readonly stages: () => readonly RunningSubscription[];
  /** Connects the transport to the application with the modules; it begins to deliver when that starts. */
  connect<T extends INestApplication>(app: T): T;
}

/** Hosts the handlers of topics in a Nest application: a module for each and one transport for all. */
export function hostTopics(log: Log, topics: readonly HostedTopic[], observer: BatchObserver): TopicHost {
  const transport = new BatchTransport({ log, subscriptions: topics, observer });
  return {
    modules: topics.map(({ topic, handler }) => TopicModule.register(topic, handler)),
    stages: () => transport.stages(),
    connect: (app) => {
      connectBatches(app, transport);
      return app;
    },
  };
}
