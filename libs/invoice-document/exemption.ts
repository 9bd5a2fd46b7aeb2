import type { DocumentVat } from './document.js';

/** Codes of the list VATEX; of what is exempt by a law of its own there is none that fits all. */
const codes: Readonly<Record<DocumentVat['category'], string | null>> = {
  S: null,
  Z: null,
  E: null,
  AE: 'VATEX-EU-AE',
  K: 'VATEX-EU-IC',
  G: 'VATEX-EU-G',
  O: 'VATEX-EU-O',
};

/** BT-120, as the contract says it, and BT-121; null: it is taxed, if only at a rate of zero. */
export function exemptionOf(
  category: DocumentVat['category'],
  reason: string | null,
): DocumentVat['exemption'] {
  return category === 'S' || category === 'Z' ? null : { reason: reason ?? '', code: codes[category] };
}
