import type { Catalogue } from '#catalogue/catalogue.js';
import { decodeCatalogue, encodeCatalogue } from '#catalogue/version.js';
import type { Log } from '#log/log.js';
import { topicValues } from '#log/topic-values.js';
import { topics } from '#wire/topics.js';

/**
 * Writes the catalogue into the log unless it is the newest there, so that every cut can name what it was
 * priced by.
 */
export async function recordCatalogue(log: Log, catalogue: Catalogue): Promise<void> {
  const newest = (await recordedCatalogues(log)).at(-1);
  if (newest?.version === catalogue.version) return;
  await log.append(topics.catalogue.name, [{ key: catalogue.version, value: encodeCatalogue(catalogue) }]);
}

/** Every catalogue the log knows, oldest first; the last is the one in force. */
export async function recordedCatalogues(log: Log): Promise<Catalogue[]> {
  return (await topicValues(log, topics.catalogue.name)).map(decodeCatalogue);
}
