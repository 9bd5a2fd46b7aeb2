import { Controller, type DynamicModule, Inject, Module } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import type { Batch, BatchResult, PartitionHandler } from '../log.js';
import { assigned, EventPattern, lost } from './event-pattern.js';

/** The handlers of a topic as Nest's transport calls them; `hostTopics` connects both. */
@Module({})
export class TopicModule {
  static register(topic: string, handler: PartitionHandler): DynamicModule {
    const token = Symbol(`partition handler of ${topic}`);

    @Controller()
    class TopicController {
      constructor(@Inject(token) private readonly partitions: PartitionHandler) {}

      @EventPattern(assigned(topic))
      assigned(@Payload() partition: number): Promise<number> {
        return this.partitions.assigned(partition);
      }

      @EventPattern(topic)
      batch(@Payload() batch: Batch): Promise<BatchResult> {
        return this.partitions.batch(batch);
      }

      @EventPattern(lost(topic))
      lost(@Payload() partition: number): void {
        this.partitions.lost(partition);
      }
    }

    return {
      module: TopicModule,
      controllers: [TopicController],
      providers: [{ provide: token, useValue: handler }],
    };
  }
}
