import type { Contract } from '#domain/contract/contract.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { encodeInvoiceReady } from './invoice-ready.js';

/** The text of a first event that leaves nothing out and holds no books. */
export function eventOf(contract: Contract, invoice: Invoice): string {
  return encodeInvoiceReady({
    id: 'x',
    revision: 1,
    adjusts: null,
    catalogueVersion: 'x',
    contract,
    invoice,
    quantities: new Map(),
    history: [],
    omissions: { work: [], estimatedValues: [], acceptedBecause: null },
  });
}
