import type { Contract, Party } from '#domain/contract/contract.js';
import type { Decimal } from '#domain/money/money.js';
import type { Period } from '#domain/period/period.js';
import type { InvoiceReadyEvent } from './invoice-ready-schema.js';

type Data = InvoiceReadyEvent['data'];

export function partyOf(party: Party): Data['seller'] {
  const { siret, legalForm, address, electronicAddress, iban, bic } = party;
  return {
    name: party.name,
    legalRegistrationIdentifier: party.siren,
    vatIdentifier: party.vatId,
    countryCode: party.countryCode,
    ...(siret !== undefined && { establishmentIdentifier: siret }),
    ...(legalForm !== undefined && { additionalLegalInformation: legalForm }),
    ...(address !== undefined && {
      postalAddress: {
        line1: address.street,
        ...(address.more !== undefined && { line2: address.more }),
        postCode: address.postcode,
        city: address.city,
      },
    }),
    ...(electronicAddress !== undefined && {
      electronicAddress: { scheme: electronicAddress.scheme, identifier: electronicAddress.id },
    }),
    ...(iban !== undefined && {
      paymentAccount: { identifier: iban, ...(bic !== undefined && { serviceProvider: bic }) },
    }),
  };
}

/** What the invoices of a contract say beside what is charged. */
export function invoicingOf({
  id,
  buyer,
  seller,
  invoicing = {},
}: Contract): Pick<
  Data,
  | 'businessProcess'
  | 'contractReference'
  | 'buyerReference'
  | 'projectReference'
  | 'tenderOrLotReference'
  | 'vatPointDateCode'
  | 'invoiceNotes'
> {
  const { contractNumber, project, tender, vatDue, notes = {} } = invoicing;
  const coded = [
    ['PMT', notes.recoveryCosts],
    ['PMD', notes.latePayment],
    ['AAB', notes.earlyPayment],
    // BR-FR-20: to whom the invoice goes, as the French reform sees it
    ['BAR', seller.countryCode !== 'FR' ? undefined : buyer.countryCode === 'FR' ? 'B2B' : 'B2BINT'],
  ] as const;
  return {
    businessProcess: invoicing.process ?? 'S1',
    contractReference: contractNumber ?? id,
    ...(buyer.reference !== undefined && { buyerReference: buyer.reference }),
    ...(project !== undefined && { projectReference: project }),
    ...(tender !== undefined && { tenderOrLotReference: tender }),
    ...(vatDue !== undefined && { vatPointDateCode: vatDue === 'onInvoice' ? '5' : '72' }),
    invoiceNotes: [
      ...coded.flatMap(([subjectCode, note]) => (note === undefined ? [] : [{ subjectCode, note }])),
      ...(notes.others ?? []).map((note) => ({ note })),
    ],
  };
}

/** BT-3. What is carried by another invoice is no document of its own, and no credit note therefore. */
export function typeCodeOf(
  adjusts: { readonly carriedBy: Period | null } | null,
  net: Decimal,
  { invoicing }: Contract,
): Data['typeCode'] {
  const isCredit = net.isNegative() && (adjusts?.carriedBy ?? null) === null;
  if (invoicing?.selfBilled === true) return isCredit ? '261' : '389';
  return isCredit ? '381' : '380';
}
