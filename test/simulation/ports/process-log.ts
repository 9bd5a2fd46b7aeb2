import type { Log, StoredPosition } from '#log/log.js';

/** The log as a process sees it, with the positions that drivers commit. */
export interface ProcessLog extends Log {
  committedPosition(group: string, topic: string, partition: number): Promise<StoredPosition | null>;
  commitPosition(group: string, topic: string, partition: number, position: StoredPosition): Promise<void>;
}
