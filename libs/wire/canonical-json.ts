/**
 * JSON with the keys of every object in order of UTF-16 code units and no spaces: equal contents give equal
 * texts. Versions of catalogues and digests of invoice-ready events are hashes of it, so its bytes never
 * change.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  });
}
