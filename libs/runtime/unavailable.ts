/**
 * Codes of the errors of log and store that say that their server is unavailable and that trying again helps.
 * By code, because this library imports neither.
 */
export type UnavailableCode = 'log-unavailable' | 'store-unavailable';

/** The code of such an error; null: the error is another. */
export function unavailableCode(error: unknown): UnavailableCode | null {
  if (!Error.isError(error) || !('code' in error)) return null;
  return error.code === 'log-unavailable' || error.code === 'store-unavailable' ? error.code : null;
}
