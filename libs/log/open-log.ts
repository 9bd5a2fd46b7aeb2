import { inNamespace } from './in-namespace.js';
import { openKafkaLog } from './kafka/kafka-log.js';
import type { KafkaLogAccess } from './kafka/options.js';
import type { Log, TopicSettings } from './log.js';
import { type LogObserver, observedLog } from './observed-log.js';
import { requireTopics } from './require-topics.js';
import { openSqliteLog, type SqliteLog } from './sqlite/sqlite-log.js';

/** The part of a process's settings that concerns its log. */
export interface LogSettings {
  readonly engine:
    | { readonly kind: 'embedded' }
    | {
        readonly kind: 'distributed';
        readonly brokers: readonly string[];
        readonly replication: number;
        /** Absent: without TLS, without a user. */
        readonly kafkaAccess?: KafkaLogAccess;
      };
  /** Of the embedded log. */
  readonly dataDirectory: string;
  /** Prefix of the names of topics and groups on Kafka; null: none. */
  readonly namespace: string | null;
}

export interface OpenLogOptions {
  /** Name of this process as the brokers log it. */
  readonly clientId: string;
  /** Receives a text for the process's own log about what went wrong and was dealt with. */
  readonly onWarning: (message: string) => void;
}

/**
 * The log that the settings name. Throws `DirectoryInUse` where another process has opened the embedded one.
 */
export function openLog({ engine, dataDirectory, namespace }: LogSettings, options: OpenLogOptions): Log {
  switch (engine.kind) {
    case 'embedded': {
      const log = openSqliteLog({ directory: dataDirectory });
      pruneNowAndHourly(log, options.onWarning);
      return log;
    }
    case 'distributed': {
      const { brokers, replication: replicationFactor, kafkaAccess } = engine;
      const access = kafkaAccess === undefined ? {} : { access: kafkaAccess };
      return inNamespace(openKafkaLog({ brokers, replicationFactor, ...access, ...options }), namespace);
    }
  }
}

/** Kafka deletes records that are past their retention by itself; the embedded log must be asked to. */
function pruneNowAndHourly(log: SqliteLog, onWarning: OpenLogOptions['onWarning']): void {
  const pruneUnlessClosing = (): void => {
    if (log.isClosing) clearInterval(timer);
    else log.prune(Date.now()).catch((error: unknown) => onWarning(`pruning failed: ${String(error)}`));
  };
  const timer = setInterval(pruneUnlessClosing, 3_600_000);
  timer.unref();
  pruneUnlessClosing();
}

/**
 * Opens the log with these topics in place, for a process that works on them. Throws `LogUnusable` where
 * existing topics cannot be used; see `requireTopics`.
 */
export async function readyLog(
  settings: LogSettings,
  topics: readonly TopicSettings[],
  options: OpenLogOptions & { readonly observer: LogObserver },
): Promise<Log> {
  const log = observedLog(openLog(settings, options), options.observer);
  try {
    for (const { message } of await requireTopics(log, topics)) options.onWarning(message);
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}
