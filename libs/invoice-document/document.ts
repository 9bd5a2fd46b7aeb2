import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';

export type Data = InvoiceReadyEvent['data'];

/** What is given when a document is issued: none of it follows from the work. Days are `YYYY-MM-DD`. */
export interface Issue {
  /** BT-1: at most 35 letters, digits and + - _ / (BR-FR-01, -02). */
  readonly number: string;
  /** BT-2. */
  readonly issueDate: string;
  /** True: no invoice, only what one would look like; the document says so. */
  readonly isDraft: boolean;
  /** BG-3: the invoices that this one corrects, with the dates of their own. */
  readonly preceding: readonly PrecedingInvoice[];
}

export interface PrecedingInvoice {
  readonly number: string;
  readonly issueDate: string;
}

/**
 * An invoice or credit note by EN 16931, ready to be written. Amounts are decimal texts in `currency`, those
 * of a credit note without the sign of the event.
 */
export interface InvoiceDocument extends Issue {
  readonly typeCode: Data['typeCode'];
  readonly isCredit: boolean;
  readonly currency: string;
  readonly seller: Data['seller'];
  readonly buyer: Data['buyer'];
  readonly businessProcess: Data['businessProcess'];
  readonly notes: Data['invoiceNotes'];
  readonly references: DocumentReferences;
  /** BG-14, both days included. */
  readonly period: Data['invoicingPeriod'];
  readonly lines: readonly DocumentLine[];
  /** BG-20, BG-21. */
  readonly entries: readonly DocumentEntry[];
  /** BG-23. */
  readonly vat: readonly DocumentVat[];
  /** BT-8. */
  readonly vatPointDateCode: Data['vatPointDateCode'];
  readonly totals: DocumentTotals;
  /** BT-6 and BT-111; null: VAT is due in the currency of the invoice. */
  readonly vatAccounting: { readonly currency: string; readonly vat: string } | null;
  /** BT-9 and BT-20; null: nothing says how it is paid. */
  readonly payment: { readonly dueDate: string; readonly terms: string } | null;
  /** Of the event: which contract, period and revision it is made of. */
  readonly source: {
    readonly event: string;
    readonly contract: string;
    readonly period: string;
    readonly revision: number;
  };
}

export interface DocumentReferences {
  /** BT-10, BT-11, BT-12, BT-13, BT-17, BT-19. */
  readonly buyer: string | null;
  readonly project: string | null;
  readonly contract: string;
  readonly purchaseOrder: string | null;
  readonly tender: string | null;
  readonly buyerAccounting: string | null;
}

/** BG-25. */
export interface DocumentLine {
  readonly id: string;
  readonly name: string;
  /** BT-154: what a reader needs to follow the amount; empty: nothing beside the name. */
  readonly description: string;
  readonly quantity: string;
  readonly unit: Data['lines'][number]['unitCode'];
  readonly price: string;
  readonly baseQuantity: string;
  readonly net: string;
  readonly period: Data['lines'][number]['period'];
  readonly vat: Data['lines'][number]['vat'];
}

export interface DocumentEntry {
  readonly isCharge: boolean;
  readonly amount: string;
  readonly reason: string;
  readonly reasonCode: string | null;
  /** Percent of an amount, where they give the amount to the cent. */
  readonly base: { readonly amount: string; readonly percent: string } | null;
  readonly vat: Data['lines'][number]['vat'];
}

export interface DocumentVat {
  readonly category: Data['lines'][number]['vat']['categoryCode'];
  readonly rate: string;
  readonly base: string;
  readonly tax: string;
  /** BT-120, BT-121; null: it is taxed. */
  readonly exemption: { readonly reason: string; readonly code: string | null } | null;
}

/** BG-22. */
export interface DocumentTotals {
  readonly lines: string;
  readonly allowances: string;
  readonly charges: string;
  readonly net: string;
  readonly vat: string;
  readonly gross: string;
}
