import type { Catalogue } from '#catalogue/catalogue.js';
import { catalogueIn, encodeCatalogue } from '#catalogue/version.js';
import { appendUnlessNewest, readTopicValues } from '#log/small-topic.js';
import type { Log } from '#log/log.js';

import { topics } from '#wire/topics.js';

/**
 * Writes the catalogue into the log unless it is the newest there, so that every cut can name what it was
 * priced by.
 */
export async function recordCatalogue(log: Log, catalogue: Catalogue): Promise<void> {
  await appendUnlessNewest(log, topics.catalogue.name, catalogue.version, encodeCatalogue(catalogue));
}

/** Every catalogue the log knows, oldest first; the last is the one in force. */
export async function recordedCatalogues(log: Log): Promise<Catalogue[]> {
  return (await readTopicValues(log, topics.catalogue.name)).flatMap((text) => catalogueIn(text) ?? []);
}
