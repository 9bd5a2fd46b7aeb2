/**
 * Apportions an integer to integer weights: each gets the floor of its quota, what is left
 * goes one by one to the largest remainders (the earlier of equals). The shares sum exactly to the total, and
 * each differs from its quota by less than one. All weights 0: the first gets all.
 */
export function apportion(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  if (weights.length === 1 || sum === 0) return weights.map((_, index) => (index === 0 ? total : 0));
  const whole = BigInt(sum);
  const quotas = weights.map((weight) => BigInt(total) * BigInt(weight));
  const shares = quotas.map((quota) => Number(quota / whole));
  const left = total - shares.reduce((all, share) => all + share, 0);
  const byRemainder = quotas
    .map((quota, index) => ({ index, remainder: quota % whole }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder.slice(0, left)) shares[index] = (shares[index] ?? 0) + 1;
  return shares;
}

/**
 * Talk and hold of one handle interval over its parts, for platforms that report totals without instants.
 * Hold is apportioned; where both fill the interval exactly, talk is what hold leaves of each part.
 */
export function apportionTalkAndHold(
  talkMs: number,
  holdMs: number,
  lengths: readonly number[],
): { readonly talkMs: number; readonly holdMs: number }[] {
  const length = lengths.reduce((all, each) => all + each, 0);
  const holds = apportion(holdMs, lengths);
  const talks =
    talkMs + holdMs === length
      ? lengths.map((each, index) => each - (holds[index] ?? 0))
      : apportion(talkMs, lengths);
  return lengths.map((_, index) => ({ talkMs: talks[index] ?? 0, holdMs: holds[index] ?? 0 }));
}
