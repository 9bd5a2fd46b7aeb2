/**
 * Seeds that failed once, with what was wrong; each is run for ever. What a seed does depends on the code of
 * the simulation too: where that changes, the list is what it was, and a finding has a spec of its own
 * besides.
 */
export const failedOnce: readonly { readonly seed: number; readonly cause: string }[] = [
  { seed: 35, cause: 'an amendment between two answers to one question counted both of them' },
];

/**
 * Not right yet. The cut of a close takes the offset of each journal partition on its own, so it can hold the
 * reversal of a contact whose customer became known and not the posting in its place, or the other way round
 * (issue 10, hole 1). Such a close costs what no prefix of the facts does and is counted instead of compared;
 * with the next adjustment all is right again. Once cuts are prefixes of the facts, none of these seeds has a
 * torn cut, and `simulate` shall take one for a fault.
 */
export const tornCutSeeds: readonly number[] = [55, 79];
