import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { CloseLog, RecordedClose } from './close-log.js';
import type { EarlierRevision } from './revision.js';

/** What the next revision is the difference to; null: there is none yet. */
export async function earlierRevision(
  effective: readonly RecordedClose[],
  {
    closeLog,
    lookupOf,
  }: {
    readonly closeLog: Pick<CloseLog, 'eventOf'>;
    readonly lookupOf: (catalogueVersion: string) => Promise<CatalogueIndex>;
  },
): Promise<EarlierRevision | null> {
  const latest = effective.at(-1);
  if (latest === undefined) return null;
  const { cut } = latest;
  const mapping = await lookupOf(cut.catalogue);
  const contract = mapping.contract(latest.contract);
  if (contract === null) throw new Error(`catalogue ${cut.catalogue} has no contract ${latest.contract}`);
  return { cut, contract, mapping, events: await eventsOf(effective, { closeLog }) };
}

/** Exact texts of the events of closes. */
export async function eventsOf(
  closes: readonly RecordedClose[],
  { closeLog }: { readonly closeLog: Pick<CloseLog, 'eventOf'> },
): Promise<string[]> {
  const events: string[] = [];
  for (const close of closes) events.push(await closeLog.eventOf(close));
  return events;
}
