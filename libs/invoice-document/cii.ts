import type { Data, DocumentEntry, DocumentLine, DocumentVat, InvoiceDocument } from './document.js';
import { element, type Element, xmlText } from './xml.js';

/**
 * Cross Industry Invoice D22B in the profile EN 16931, which is also the XML in a Factur-X. The order of
 * elements is fixed by the schema.
 */
export function ciiXml(document: InvoiceDocument): string {
  return xmlText(
    element('rsm:CrossIndustryInvoice', namespaces, [
      element('rsm:ExchangedDocumentContext', {}, [
        nested('ram:BusinessProcessSpecifiedDocumentContextParameter', 'ram:ID', document.businessProcess),
        nested('ram:GuidelineSpecifiedDocumentContextParameter', 'ram:ID', 'urn:cen.eu:en16931:2017'),
      ]),
      element('rsm:ExchangedDocument', {}, [
        element('ram:ID', {}, document.number),
        element('ram:TypeCode', {}, document.typeCode),
        date('ram:IssueDateTime', document.issueDate),
        ...document.notes.map(({ subjectCode, note }) =>
          element('ram:IncludedNote', {}, [
            element('ram:Content', {}, note),
            ...optional('ram:SubjectCode', subjectCode),
          ]),
        ),
        ...(document.isDraft ? [nested('ram:IncludedNote', 'ram:Content', draftNote)] : []),
      ]),
      element('rsm:SupplyChainTradeTransaction', {}, [
        ...document.lines.map(line),
        agreement(document),
        element('ram:ApplicableHeaderTradeDelivery', {}, [
          element('ram:ActualDeliverySupplyChainEvent', {}, [
            date('ram:OccurrenceDateTime', document.period.endDate),
          ]),
        ]),
        settlement(document),
      ]),
    ]),
  );
}

const draftNote = 'DRAFT: no invoice. BROUILLON : ceci n’est pas une facture.';

const namespaces = {
  'xmlns:rsm': 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
  'xmlns:qdt': 'urn:un:unece:uncefact:data:standard:QualifiedDataType:100',
  'xmlns:ram': 'urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100',
  'xmlns:udt': 'urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100',
};

function line(each: DocumentLine): Element {
  return element('ram:IncludedSupplyChainTradeLineItem', {}, [
    nested('ram:AssociatedDocumentLineDocument', 'ram:LineID', each.id),
    element('ram:SpecifiedTradeProduct', {}, [
      element('ram:Name', {}, each.name),
      ...optional('ram:Description', each.description === '' ? null : each.description),
    ]),
    element('ram:SpecifiedLineTradeAgreement', {}, [
      element('ram:NetPriceProductTradePrice', {}, [
        element('ram:ChargeAmount', {}, each.price),
        element('ram:BasisQuantity', { unitCode: each.unit }, each.baseQuantity),
      ]),
    ]),
    element('ram:SpecifiedLineTradeDelivery', {}, [
      element('ram:BilledQuantity', { unitCode: each.unit }, each.quantity),
    ]),
    element('ram:SpecifiedLineTradeSettlement', {}, [
      element('ram:ApplicableTradeTax', {}, taxOf(each.vat)),
      billingPeriod(each.period),
      nested('ram:SpecifiedTradeSettlementLineMonetarySummation', 'ram:LineTotalAmount', each.net),
    ]),
  ]);
}

function agreement({ seller, buyer, references }: InvoiceDocument): Element {
  const { purchaseOrder, contract, tender, project } = references;
  const named = (name: string, id: string | null, code: string | null = null): Element[] =>
    id === null
      ? []
      : [element(name, {}, [element('ram:IssuerAssignedID', {}, id), ...optional('ram:TypeCode', code)])];
  return element('ram:ApplicableHeaderTradeAgreement', {}, [
    ...optional('ram:BuyerReference', references.buyer),
    element('ram:SellerTradeParty', {}, party(seller)),
    element('ram:BuyerTradeParty', {}, party(buyer)),
    ...named('ram:BuyerOrderReferencedDocument', purchaseOrder),
    ...named('ram:ContractReferencedDocument', contract),
    ...named('ram:AdditionalReferencedDocument', tender, '50'),
    ...(project === null
      ? []
      : [
          element('ram:SpecifiedProcuringProject', {}, [
            element('ram:ID', {}, project),
            element('ram:Name', {}, project),
          ]),
        ]),
  ]);
}

function party(each: Data['seller']): Element[] {
  const { postalAddress: address, electronicAddress: electronic, establishmentIdentifier: siret } = each;
  const siren = each.legalRegistrationIdentifier;
  return [
    ...(siret === undefined ? [] : [element('ram:GlobalID', { schemeID: '0009' }, siret)]),
    element('ram:Name', {}, each.name),
    ...optional('ram:Description', each.additionalLegalInformation),
    ...(siren === null
      ? []
      : [element('ram:SpecifiedLegalOrganization', {}, [element('ram:ID', { schemeID: '0002' }, siren)])]),
    element('ram:PostalTradeAddress', {}, [
      ...optional('ram:PostcodeCode', address?.postCode),
      ...optional('ram:LineOne', address?.line1),
      ...optional('ram:LineTwo', address?.line2),
      ...optional('ram:CityName', address?.city),
      element('ram:CountryID', {}, each.countryCode),
    ]),
    ...(electronic === undefined
      ? []
      : [
          element('ram:URIUniversalCommunication', {}, [
            element('ram:URIID', { schemeID: electronic.scheme }, electronic.identifier),
          ]),
        ]),
    ...(each.vatIdentifier === null
      ? []
      : [
          element('ram:SpecifiedTaxRegistration', {}, [
            element('ram:ID', { schemeID: 'VA' }, each.vatIdentifier),
          ]),
        ]),
  ];
}

function settlement(document: InvoiceDocument): Element {
  const { payment, vatAccounting, references, seller } = document;
  return element('ram:ApplicableHeaderTradeSettlement', {}, [
    ...optional('ram:TaxCurrencyCode', vatAccounting?.currency),
    element('ram:InvoiceCurrencyCode', {}, document.currency),
    ...paymentMeans(seller.paymentAccount),
    ...document.vat.map((group) => vatGroup(group, document)),
    billingPeriod(document.period),
    ...document.entries.map(allowanceOrCharge),
    ...(payment === null
      ? []
      : [
          element('ram:SpecifiedTradePaymentTerms', {}, [
            element('ram:Description', {}, payment.terms),
            date('ram:DueDateDateTime', payment.dueDate),
          ]),
        ]),
    summation(document),
    ...document.preceding.map(({ number, issueDate }) =>
      element('ram:InvoiceReferencedDocument', {}, [
        element('ram:IssuerAssignedID', {}, number),
        element('ram:FormattedIssueDateTime', {}, [
          element('qdt:DateTimeString', { format: '102' }, issueDate.replaceAll('-', '')),
        ]),
      ]),
    ),
    ...(references.buyerAccounting === null
      ? []
      : [nested('ram:ReceivableSpecifiedTradeAccountingAccount', 'ram:ID', references.buyerAccounting)]),
  ]);
}

/** 30: credit transfer. */
function paymentMeans(account: Data['seller']['paymentAccount']): Element[] {
  if (account === undefined) return [];
  const { identifier, serviceProvider } = account;
  return [
    element('ram:SpecifiedTradeSettlementPaymentMeans', {}, [
      element('ram:TypeCode', {}, '30'),
      nested('ram:PayeePartyCreditorFinancialAccount', 'ram:IBANID', identifier),
      ...(serviceProvider === undefined
        ? []
        : [nested('ram:PayeeSpecifiedCreditorFinancialInstitution', 'ram:BICID', serviceProvider)]),
    ]),
  ];
}

function vatGroup(group: DocumentVat, { vatPointDateCode }: InvoiceDocument): Element {
  const { exemption } = group;
  return element('ram:ApplicableTradeTax', {}, [
    element('ram:CalculatedAmount', {}, group.tax),
    element('ram:TypeCode', {}, 'VAT'),
    ...optional('ram:ExemptionReason', exemption?.reason),
    element('ram:BasisAmount', {}, group.base),
    element('ram:CategoryCode', {}, group.category),
    ...optional('ram:ExemptionReasonCode', exemption?.code),
    ...optional('ram:DueDateTypeCode', vatPointDateCode),
    ...rate(group.category, group.rate),
  ]);
}

function allowanceOrCharge(entry: DocumentEntry): Element {
  return element('ram:SpecifiedTradeAllowanceCharge', {}, [
    nested('ram:ChargeIndicator', 'udt:Indicator', String(entry.isCharge)),
    ...optional('ram:CalculationPercent', entry.base?.percent),
    ...optional('ram:BasisAmount', entry.base?.amount),
    element('ram:ActualAmount', {}, entry.amount),
    ...optional('ram:ReasonCode', entry.reasonCode),
    element('ram:Reason', {}, entry.reason),
    element('ram:CategoryTradeTax', {}, taxOf(entry.vat)),
  ]);
}

function summation({ totals, currency, vatAccounting }: InvoiceDocument): Element {
  return element('ram:SpecifiedTradeSettlementHeaderMonetarySummation', {}, [
    element('ram:LineTotalAmount', {}, totals.lines),
    element('ram:ChargeTotalAmount', {}, totals.charges),
    element('ram:AllowanceTotalAmount', {}, totals.allowances),
    element('ram:TaxBasisTotalAmount', {}, totals.net),
    element('ram:TaxTotalAmount', { currencyID: currency }, totals.vat),
    ...(vatAccounting === null
      ? []
      : [element('ram:TaxTotalAmount', { currencyID: vatAccounting.currency }, vatAccounting.vat)]),
    element('ram:GrandTotalAmount', {}, totals.gross),
    element('ram:DuePayableAmount', {}, totals.gross),
  ]);
}

function taxOf({ categoryCode, rate: percent }: DocumentLine['vat']): Element[] {
  return [
    element('ram:TypeCode', {}, 'VAT'),
    element('ram:CategoryCode', {}, categoryCode),
    ...rate(categoryCode, percent),
  ];
}

/** What is out of scope has no rate (BR-O-05). */
function rate(category: string, percent: string): Element[] {
  return category === 'O' ? [] : [element('ram:RateApplicablePercent', {}, percent)];
}

function billingPeriod({ startDate, endDate }: InvoiceDocument['period']): Element {
  return element('ram:BillingSpecifiedPeriod', {}, [
    date('ram:StartDateTime', startDate),
    date('ram:EndDateTime', endDate),
  ]);
}

function date(name: string, day: string): Element {
  return element(name, {}, [element('udt:DateTimeString', { format: '102' }, day.replaceAll('-', ''))]);
}

function nested(outer: string, inner: string, text: string): Element {
  return element(outer, {}, [element(inner, {}, text)]);
}

function optional(name: string, text: string | null | undefined): Element[] {
  return text === null || text === undefined ? [] : [element(name, {}, text)];
}
