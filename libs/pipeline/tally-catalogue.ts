/**
 * Under which catalogue a partition of the tally counts: a state beside its sums, changed in one commit with
 * them. All catalogues share one tally; when another one comes into force, what it counts otherwise is
 * recounted beside the reading of the journal, and everything else goes on.
 */
export interface TallyCatalogue {
  /**
   * How many recounts were begun, or begun again where something was parked, or were not needed; so no state
   * of this kind ever comes back.
   */
  readonly recounts: number;
  /** Version under which batches are counted. */
  readonly of: string;
  /** Another one is being taken over: sums that it counts otherwise are between the two. */
  readonly to: Takeover | null;
}

export interface Takeover {
  readonly version: string;
  /** Of the journal: where the recount began. No record before it counts otherwise. */
  readonly from: number;
  /** Sums are changed up to here. */
  readonly at: number;
  /**
   * Chains are changed up to this key, in order of their keys, after all sums are; meanwhile no batch is
   * counted. null: none is yet.
   */
  readonly chains: string | null;
}

/**
 * Part of the stored format. It is stored twice: as a state, which commits are guarded by, and as the only
 * field of the sums of this key, so that one atomic reading of sums says under which catalogue they are.
 */
export const tallyCatalogueKey = 'catalogue';

export function encodeTallyCatalogue({ recounts, of, to }: TallyCatalogue): string {
  return JSON.stringify(to === null ? { recounts, of } : { recounts, of, to });
}

/** null: the partition has counted nothing yet. */
export function decodeTallyCatalogue(text: string | null | undefined): TallyCatalogue | null {
  if (text === null || text === undefined) return null;
  const { recounts, of, to = null } = JSON.parse(text) as Omit<TallyCatalogue, 'to'> & { to?: Takeover };
  return { recounts, of, to };
}

/** As sums that were read with `tallyCatalogueKey` say it. */
export function tallyCatalogueIn(
  values: ReadonlyMap<string, ReadonlyMap<string, number>>,
): TallyCatalogue | null {
  const [text] = values.get(tallyCatalogueKey)?.keys() ?? [];
  return decodeTallyCatalogue(text);
}

/** What a change of the state adds to the sums. `before`: null where there was none. */
export function tallyCatalogueIncrement(
  before: string | null,
  after: string,
): readonly [key: string, fields: ReadonlyMap<string, number>] {
  const gone = before === null ? [] : [[before, -1] as const];
  return [tallyCatalogueKey, new Map([...gone, [after, 1]])];
}

/** Key of the sums whose fields are programmes that outcomes have reported, each with the queue beside it. */
export const reportedKey = 'first|reported';

export function reportedIn(
  values: ReadonlyMap<string, ReadonlyMap<string, number>>,
): (readonly [programme: string, queue: string])[] {
  return [...(values.get(reportedKey)?.keys() ?? [])].map((name) => {
    const bar = name.indexOf('|');
    return [name.slice(0, bar), name.slice(bar + 1)] as const;
  });
}
