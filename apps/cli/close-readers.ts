import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Log } from '#log/log.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import { KnownCatalogues } from '#pipeline/close/known-catalogues.js';

/** What a close is made again from: the log, its closes, and the catalogues by their versions. */
export interface CloseReaders {
  readonly log: Log;
  readonly closeLog: CloseLog;
  readonly lookupOf: (version: string) => Promise<CatalogueIndex>;
}

export function closeReaders(log: Log): CloseReaders {
  const catalogues = new KnownCatalogues(new CatalogueLog(log), []);
  return { log, closeLog: new CloseLog(log), lookupOf: async (version) => catalogues.of(version) };
}
