import { absentParticulars } from '#domain/contract/absent-particulars.js';
import type { Contract } from '#domain/contract/contract.js';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { invoicingOf, partyOf } from '#wire/invoice-parties.js';

/**
 * The event with the parties, notes and terms of payment of the contract as it is now, for what was absent at
 * the close. No figure, and no type of document, changes.
 */
export function completed(event: InvoiceReadyEvent, contract: Contract): InvoiceReadyEvent {
  const { data } = event;
  const { payment } = contract;
  const absent = absentParticulars(
    contract,
    data.vatBreakdown.map(({ vat }) => vat.categoryCode),
  );
  const terms = payment === undefined ? {} : { paymentTerms: { ...payment, note: '', discounts: [] } };
  return {
    ...event,
    data: {
      ...data,
      ...(data.paymentTerms === undefined && terms),
      ...invoicingOf(contract),
      seller: partyOf(contract.seller),
      buyer: partyOf(contract.buyer),
      absent,
    },
  };
}
