import { describe, expect, it } from '@jest/globals';
import { contractOf } from '#catalogue/contract/contract-yaml.fixture.js';
import { price } from '#domain/pricing/price.js';
import { eventOf } from '#wire/event-of.fixture.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { ciiXml } from './cii.js';
import type { InvoiceDocument, Issue } from './document.js';
import { dueDate } from './due-date.js';
import { makeDocument } from './make-document.js';
import { totalsFaults } from './totals-faults.js';

const parties = `
seller:
  { name: Atelier, countryCode: FR, siren: '123456782', vatId: FR11123456782,
    address: { street: 12 rue de la Paix, postcode: '69002', city: Lyon },
    electronicAddress: { scheme: '0225', id: '123456782' } }
buyer:
  { name: Aurore & Fils, countryCode: FR, siren: '987654324', vatId: FR09987654324, purchaseOrder: PO-7,
    address: { street: 1 place Bellecour, postcode: '69002', city: Lyon },
    electronicAddress: { scheme: '0225', id: '987654324' } }
payment: { days: 30, count: fromInvoice, discounts: [{ days: 10, rate: '0.02' }] }
invoicing: { notes: { recoveryCosts: '40 EUR.', latePayment: 3 x legal rate., earlyPayment: none. } }
`;
const issue: Issue = { number: 'F-1', issueDate: '2026-04-03', isDraft: false, preceding: [] };
const original = { ...issue, preceding: [{ number: 'F-0', issueDate: '2026-03-03' }] };

function march(terms: string, head = parties, quantities: Record<string, number> = {}): InvoiceReadyEvent {
  const contract = contractOf(head + terms);
  const book = { contract: contract.id, period: '2026-03', quantities: new Map(Object.entries(quantities)) };
  const event = decodeInvoiceReady(eventOf(contract, price(contract, book)));
  if (event === null) throw new Error('no event');
  return event;
}

function made(event: InvoiceReadyEvent, given: Issue = issue): InvoiceDocument {
  const result = makeDocument(event, given, 'en');
  if ('refused' in result) throw new Error(JSON.stringify(result.refused));
  return result.document;
}

const fixed = (amount: string): string =>
  `lines: [{ id: A, model: fixed, name: Monthly, amount: '${amount}' }]\n`;

describe('The document of an event', () => {
  it('has hours, what was counted, and the totals to the cent', () => {
    // 424.2311 h x 29.50 = 12 514.82; VAT 2 502.96 (2 502.964); 15 017.78; 2 % of it 300.36 (250.30 + 50.06)
    const hours = march(
      `
measures: { talk: { kind: contactTime, parts: [talk] } }
lines: [{ id: H, name: Talk, model: time, measure: talk, unit: hour, price: '29.50' }]
`,
      parties,
      { 'line/H/1/-/-/-': 1_527_232_123 },
    );
    const document = made(hours);
    expect(document.lines).toEqual([
      {
        id: 'H',
        name: 'Talk',
        description: 'counted: 424 h 13 min 52 s 123 ms at 29.50 EUR an hour',
        quantity: '424.2311',
        unit: 'HUR',
        price: '29.5',
        baseQuantity: '1',
        net: '12514.82',
        period: { startDate: '2026-03-01', endDate: '2026-03-31' },
        vat: { categoryCode: 'S', rate: '20', exemptionReason: null },
      },
    ]);
    expect(document.totals).toEqual({
      lines: '12514.82',
      allowances: '0.00',
      charges: '0.00',
      net: '12514.82',
      vat: '2502.96',
      gross: '15017.78',
    });
    expect(document.payment).toEqual({
      dueDate: '2026-05-03',
      terms:
        'To be paid within 30 days of the date of the invoice. Paid within 10 days: 2\u00a0% less, 300.36 EUR.',
    });
    expect(document.references).toMatchObject({ contract: 'c', purchaseOrder: 'PO-7' });
  });

  it('is a credit note without signs, which names the invoice that it corrects', () => {
    const credit = march(fixed('-100.00'));
    expect(makeDocument(credit, issue, 'en')).toEqual({ refused: { code: 'no-preceding-invoice' } });
    const document = made(credit, original);
    expect(document).toMatchObject({ typeCode: '381', isCredit: true, preceding: [{ number: 'F-0' }] });
    expect(document.lines[0]).toMatchObject({
      quantity: '31',
      unit: 'DAY',
      price: '100',
      baseQuantity: '31',
      net: '100.00',
    });
    expect(document.totals).toMatchObject({ net: '100.00', vat: '20.00', gross: '120.00' });
    const xml = ciiXml(document);
    expect(xml).toContain('<ram:TypeCode>381</ram:TypeCode>');
    expect(xml).toContain('<qdt:DateTimeString format="102">20260303</qdt:DateTimeString>');
  });

  it('is issued by the buyer, where the contract says so: 389, and 261 for what the buyer gets back', () => {
    const own = parties.replace('invoicing: {', 'invoicing: { selfBilled: true,');
    expect(made(march(fixed('10.00'), own)).typeCode).toBe('389');
    expect(made(march(fixed('-10.00'), own), original).typeCode).toBe('261');
  });

  it('says why there is no VAT: reverse charge, and out of scope without VAT ids', () => {
    const reversed = made(
      march(`vat: { category: AE, rate: '0', reason: Autoliquidation }\n${fixed('10.00')}`),
    );
    expect(reversed.vat).toEqual([
      {
        category: 'AE',
        rate: '0',
        base: '10.00',
        tax: '0.00',
        exemption: { reason: 'Autoliquidation', code: 'VATEX-EU-AE' },
      },
    ]);
    const outside = made(march(`vat: { category: O, rate: '0', reason: Outside }\n${fixed('10.00')}`));
    expect(outside.vat[0]?.exemption).toEqual({ reason: 'Outside', code: 'VATEX-EU-O' });
    expect([outside.seller.vatIdentifier, outside.buyer.vatIdentifier]).toEqual([null, null]);
  });

  it('has the VAT in the currency in which it is due', () => {
    // 1 000 USD + 200 VAT at 0.92: 184.00 EUR
    const dollars = march(`
currency: USD
conversions: [{ use: tax, currency: EUR, source: ECB, rates: { 2026-03: { date: 2026-03-31, rate: '0.92' } } }]
${fixed('1000.00')}`);
    expect(made(dollars).vatAccounting).toEqual({ currency: 'EUR', vat: '184.00' });
    expect(ciiXml(made(dollars))).toContain(
      '<ram:TaxTotalAmount currencyID="EUR">184.00</ram:TaxTotalAmount>',
    );
  });

  it('is refused with a code where it cannot be made', () => {
    const refusedOf = (event: InvoiceReadyEvent, given: Partial<Issue> = {}): unknown => {
      const result = makeDocument(event, { ...issue, ...given }, 'en');
      return 'refused' in result ? result.refused : 'made';
    };
    const bare = march(fixed('1.00'), '');
    expect(refusedOf(bare)).toMatchObject({ code: 'absent-particulars' });
    expect((refusedOf(bare) as { absent: string[] }).absent).toContain('seller.address');
    const ready = march(fixed('1.00'));
    expect(refusedOf(ready)).toBe('made');
    expect(refusedOf(ready, { number: 'F.1' })).toEqual({ code: 'malformed-number' });
    expect(refusedOf(ready, { number: 'F'.repeat(36) })).toEqual({ code: 'malformed-number' });
    expect(refusedOf(ready, { issueDate: '2026-02-30' })).toEqual({ code: 'malformed-date' });
    expect(refusedOf(march(fixed('0.00')))).toEqual({ code: 'nothing-to-invoice' });
    const { totals } = ready.data;
    const vat = { ...totals, totalVat: { amount: '0.21', currency: 'EUR' } };
    const wrong = { ...ready, data: { ...ready.data, totals: vat } };
    expect(refusedOf(wrong)).toEqual({
      code: 'totals-do-not-add-up',
      faults: ['BR-CO-14: 0.21 must be 0.2', 'BR-CO-15: 1.20 must be 1.21'],
    });
  });

  it('is the same XML each time, with texts escaped', () => {
    const ready = march(fixed('1.00'));
    expect(ciiXml(made(ready))).toBe(ciiXml(made(ready)));
    expect(ciiXml(made(ready))).toContain('<ram:Name>Aurore &amp; Fils</ram:Name>');
  });
});

describe('The sums of a document', () => {
  it('are checked to the cent, where the published rules accept a unit of the currency', () => {
    const document = made(march(fixed('100.00')));
    expect(totalsFaults(document)).toEqual([]);
    const [group] = document.vat;
    const vat = group === undefined ? [] : [{ ...group, tax: '20.01' }];
    const totals = { ...document.totals, vat: '20.01', gross: '120.01' };
    expect(totalsFaults({ ...document, vat, totals })).toEqual(['BR-CO-17: 20.01 must be 20']);
    const lines = document.lines.map((line) => ({ ...line, quantity: '62' }));
    expect(totalsFaults({ ...document, lines })).toEqual(['line A: 100.00 must be 200']);
  });
});

describe('The day on which an invoice is due', () => {
  it('is counted as the contract says', () => {
    // of 31 January: 30 days are 2 March; after the end of January too; to the end of the month reached, 31
    // March
    expect(dueDate('2026-01-31', { days: 30, count: 'fromInvoice' })).toBe('2026-03-02');
    expect(dueDate('2026-01-10', { days: 30, count: 'fromMonthEnd' })).toBe('2026-03-02');
    expect(dueDate('2026-01-31', { days: 30, count: 'toMonthEnd' })).toBe('2026-03-31');
  });
});
