import { topicSettings } from '#wire/topics.js';
import { inNamespace } from './in-namespace.js';
import { openKafkaLog } from './kafka/kafka-log.js';
import type { Log } from './log.js';
import { type LogObserver, observedLog } from './observed-log.js';
import { requireTopics } from './require-topics.js';
import { openSqliteLog, type SqliteLog } from './sqlite/sqlite-log.js';

/** What of the settings of a process concerns its log. */
export interface LogSettings {
  readonly engine:
    | { readonly kind: 'embedded' }
    | { readonly kind: 'distributed'; readonly brokers: readonly string[]; readonly replication: number };
  /** Of the embedded log. */
  readonly dataDirectory: string;
  /** In front of the names of topics and groups on Kafka; null: none. */
  readonly namespace: string | null;
  /** Of the topics that scale. */
  readonly partitions: number;
}

export interface LogOpening {
  /** Shown to the brokers. */
  readonly clientId: string;
  /** Told what is not as it should be and was dealt with, in words for a log. */
  readonly onTrouble: (message: string) => void;
}

/** The log that the settings ask for. Throws `DirectoryInUse` where another process has the embedded one. */
export function openLog({ engine, dataDirectory, namespace }: LogSettings, opening: LogOpening): Log {
  switch (engine.kind) {
    case 'embedded': {
      const log = openSqliteLog({ directory: dataDirectory });
      pruneHourly(log, opening.onTrouble);
      return log;
    }
    case 'distributed': {
      const { brokers, replication: replicationFactor } = engine;
      return inNamespace(openKafkaLog({ brokers, replicationFactor, ...opening }), namespace);
    }
  }
}

/** Kafka deletes what is past its retention by itself; the embedded log has to be asked. */
function pruneHourly(log: SqliteLog, onTrouble: LogOpening['onTrouble']): void {
  const timer = setInterval(() => {
    if (log.isClosing) clearInterval(timer);
    else log.prune(Date.now()).catch((error: unknown) => onTrouble(`pruning failed: ${String(error)}`));
  }, 3_600_000);
  timer.unref();
}

/**
 * The same with all topics made, for a process that works on them; see `requireTopics` for what is refused.
 */
export async function readyLog(
  settings: LogSettings,
  opening: LogOpening & { readonly observer: LogObserver },
): Promise<Log> {
  const log = observedLog(openLog(settings, opening), opening.observer);
  try {
    const differences = await requireTopics(log, topicSettings(settings.partitions));
    for (const difference of differences) opening.onTrouble(`a topic was made otherwise: ${difference}`);
    return log;
  } catch (error) {
    await log.close();
    throw error;
  }
}
