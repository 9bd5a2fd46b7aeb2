/** Ids that are digits, `70001-70048`: both ends belong to it. */
export interface IdRange {
  readonly from: bigint;
  readonly to: bigint;
  /** Ids of another length are others: 070001 is not 70001. */
  readonly digits: number;
}

/** null: a single id, or no range from low to high. */
export function idRange(text: string): IdRange | null {
  const match = /^(\d+)-(\d+)$/.exec(text);
  const [, from = '', to = ''] = match ?? [];
  if (match === null || from.length !== to.length) return null;
  const range = { from: BigInt(from), to: BigInt(to), digits: from.length };
  return range.from <= range.to ? range : null;
}

export function isInRange(id: string, { from, to, digits }: IdRange): boolean {
  if (id.length !== digits || !/^\d+$/.test(id)) return false;
  const number = BigInt(id);
  return number >= from && number <= to;
}
