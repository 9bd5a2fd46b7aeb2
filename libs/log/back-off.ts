/** 100 ms, doubled with each failure in a row, at most 10 s. */
export function backOffMs(failures: number): number {
  return Math.min(100 * 2 ** failures, 10_000);
}
