import type { Catalogue } from '#catalogue/catalogue.js';
import { historyFaults, type ClosedContract } from '#catalogue/history.js';
import type { FileFault } from '#catalogue/fault.js';
import type { Close } from '#wire/closes.js';

/** What a catalogue changes in place although closed periods were priced by it. `closes`: all valid ones. */
export async function editsAfterClose(
  closes: readonly Close[],
  catalogue: Catalogue,
  find: (version: string) => Promise<Catalogue | null>,
): Promise<readonly FileFault[]> {
  const latest = latestCloses(closes).filter(({ close }) => close.cut.catalogue !== catalogue.version);
  if (latest.length === 0) return [];
  const then = new Map<string, Catalogue | null>();
  for (const { close } of latest) {
    const { catalogue: version } = close.cut;
    if (!then.has(version)) then.set(version, await find(version));
  }
  return historyFaults(
    catalogue,
    closedContracts(latest, (version) => then.get(version) ?? null),
  );
}

/** The latest close of each contract, with all of its closed periods. */
export interface LatestClose {
  readonly close: Close;
  readonly closed: readonly string[];
}

export function latestCloses(closes: readonly Close[]): LatestClose[] {
  return [...Map.groupBy(closes, ({ contract }) => contract).values()].flatMap((own) => {
    const close = own.at(-1);
    return close === undefined
      ? []
      : [{ close, closed: [...new Set(own.map(({ period }) => period))].sort() }];
  });
}

/** `catalogueOf`: null where the log no longer has it, so that nothing can be said. */
export function closedContracts(
  latest: readonly LatestClose[],
  catalogueOf: (version: string) => Catalogue | null,
): ClosedContract[] {
  return latest.flatMap(({ close: { contract, cut }, closed }) => {
    const catalogue = catalogueOf(cut.catalogue);
    return catalogue === null ? [] : [{ contract, closed, catalogue }];
  });
}
