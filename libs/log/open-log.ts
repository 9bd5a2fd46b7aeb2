import { inNamespace } from './in-namespace.js';
import { openKafkaLog } from './kafka/kafka-log.js';
import type { Log } from './log.js';
import { openSqliteLog } from './sqlite/sqlite-log.js';

/** What of the settings of a process concerns its log. */
export interface LogSettings {
  readonly engine:
    | { readonly kind: 'embedded' }
    | { readonly kind: 'distributed'; readonly brokers: readonly string[]; readonly replication: number };
  /** Of the embedded log. */
  readonly dataDirectory: string;
  /** In front of the names of topics and groups on Kafka; null: none. */
  readonly namespace: string | null;
}

export interface LogOpening {
  /** Shown to the brokers. */
  readonly clientId: string;
  /** Told what went wrong with the brokers and was dealt with, in words for a log. */
  readonly onTrouble: (message: string) => void;
}

/** The log that the settings ask for. Throws `DirectoryInUse` where another process has the embedded one. */
export function openLog({ engine, dataDirectory, namespace }: LogSettings, opening: LogOpening): Log {
  switch (engine.kind) {
    case 'embedded':
      return openSqliteLog({ directory: dataDirectory });
    case 'distributed':
      return inNamespace(
        openKafkaLog({ brokers: engine.brokers, replicationFactor: engine.replication, ...opening }),
        namespace,
      );
  }
}
