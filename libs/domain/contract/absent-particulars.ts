import type { Contract, Party } from './contract.js';
import type { VatCategory } from './line.js';

/**
 * What a document of this contract needs and the contract does not say, as paths of the contract: by EN 16931
 * (BR-08, BR-10, BR-CO-25, BR-CO-26, BR-S-02 and its like) and, of a French seller, by the rules of the
 * French reform (BR-FR-05, -09 to -13). `categories`: of the VAT groups of the invoice.
 */
export function absentParticulars(contract: Contract, categories: readonly VatCategory[]): string[] {
  const { seller, buyer, payment, invoicing } = contract;
  const isFrench = seller.countryCode === 'FR';
  const notes = invoicing?.notes;
  const isTaxed = categories.some((category) => category !== 'O');
  const isReversed = categories.some((category) => category === 'AE' || category === 'K');
  return Object.entries({
    ...partyNeeds('seller', seller, isFrench),
    'seller.vatId': isTaxed && seller.vatId === null,
    ...partyNeeds('buyer', buyer, isFrench),
    'buyer.vatId': isReversed && buyer.vatId === null,
    'invoicing.notes.recoveryCosts': isFrench && notes?.recoveryCosts === undefined,
    'invoicing.notes.latePayment': isFrench && notes?.latePayment === undefined,
    'invoicing.notes.earlyPayment': isFrench && notes?.earlyPayment === undefined,
    payment: payment === undefined,
  }).flatMap(([path, isAbsent]) => (isAbsent ? [path] : []));
}

function partyNeeds(name: 'seller' | 'buyer', party: Party, isFrench: boolean): Record<string, boolean> {
  return {
    [`${name}.siren`]: isFrench && party.countryCode === 'FR' && party.siren === null,
    [`${name}.address`]: party.address === undefined,
    [`${name}.electronicAddress`]: isFrench && party.electronicAddress === undefined,
  };
}
