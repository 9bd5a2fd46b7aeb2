/**
 * Codes of the errors that say that trying again helps: the server of log or store is away, or figures are
 * being recounted. By code, because this library imports none of them.
 */
export type UnavailableCode = (typeof codes)[number];

const codes = ['log-unavailable', 'store-unavailable', 'tally-recounting'] as const;

/** The code of such an error; null: the error is another. */
export function unavailableCode(error: unknown): UnavailableCode | null {
  if (!Error.isError(error) || !('code' in error)) return null;
  return codes.find((code) => code === error.code) ?? null;
}
