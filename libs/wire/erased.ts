import { parseJson } from './parse-json.js';

/**
 * What stands in the place of a record that was erased because it named a person, on the embedded engine:
 * `{"type":"tallyline.erased.v1"}` and spaces up to the length of what was there. Shorter than any record of
 * `telephony.raw` and `telephony.refused`.
 */
export const erasedValue = '{"type":"tallyline.erased.v1"}';

export function isErased(value: string): boolean {
  // Deliveries are read by the thousand: only what looks like it is parsed.
  if (!value.startsWith('{"type":"tallyline.erased.')) return false;
  const parsed = parseJson(value) as { readonly type?: unknown } | undefined;
  return parsed?.type === 'tallyline.erased.v1';
}
