/**
 * What an invoice needs of a party beside its name and numbers; what is absent is not known, and a document
 * that needs it cannot be made.
 */
export interface PartyParticulars {
  /** Establishment, 14 digits that begin with the SIREN (BT-29, BT-46). */
  readonly siret?: string | undefined;
  /** Such as legal form, capital and register (BT-33). */
  readonly legalForm?: string | undefined;
  readonly address?: Address | undefined;
  /** Where the platforms of both parties deliver invoices (BT-34, BT-49). */
  readonly electronicAddress?: ElectronicAddress | undefined;
  /** BT-84, BT-86; of the seller only. */
  readonly iban?: string | undefined;
  readonly bic?: string | undefined;
  /** Its own reference for invoices, such as a service (BT-10); of the buyer only. */
  readonly reference?: string | undefined;
}

/** BG-5, BG-8; the country is that of the party. */
export interface Address {
  readonly street: string;
  readonly more?: string | undefined;
  readonly postcode: string;
  readonly city: string;
}

export interface ElectronicAddress {
  /** Code list EAS: 0225 in France. */
  readonly scheme: string;
  readonly id: string;
}

/** What the invoices of a contract say beside what is charged. */
export interface InvoicingTerms {
  /** As both parties file it (BT-12); absent: the id of the contract. */
  readonly contractNumber?: string | undefined;
  /** BT-11. */
  readonly project?: string | undefined;
  /** BT-17. */
  readonly tender?: string | undefined;
  /** True: the buyer issues the invoices in the name of the seller. */
  readonly selfBilled?: boolean | undefined;
  /** Frame of the French reform (BT-23); absent: S1, services. */
  readonly process?: BusinessProcess | undefined;
  /** When VAT is due (BT-8); absent: the contract does not say. */
  readonly vatDue?: 'onInvoice' | 'onPayment' | undefined;
  readonly notes?: InvoiceNotes | undefined;
}

export const businessProcesses = ['S1', 'S2', 'S4', 'S5', 'S6'] as const;
export type BusinessProcess = (typeof businessProcesses)[number];

/** BG-1, with the codes of UNTDID 4451 that French law asks for. */
export interface InvoiceNotes {
  /** PMT: the lump sum for the costs of recovery. */
  readonly recoveryCosts?: string | undefined;
  /** PMD: what is owed for late payment. */
  readonly latePayment?: string | undefined;
  /** AAB: what early payment takes off, or that it takes nothing off. */
  readonly earlyPayment?: string | undefined;
  /** Anything else, without a code. */
  readonly others?: readonly string[] | undefined;
}
