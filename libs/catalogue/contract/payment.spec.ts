import { describe, expect, it } from '@jest/globals';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { documentText } from '#contract-text/clauses/document.js';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { plain } from '#domain/money/money.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { price } from '#domain/pricing/price.js';
import { recompute } from '#domain/pricing/trace.js';
import { adjustmentOf } from '#domain/restatement/adjustment.js';
import { clausesOf } from '#domain/whatif/clauses.js';
import { lookBackPeriods } from '#domain/pricing/look-back.js';
import { eventOf } from '#wire/event-of.fixture.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { contractOf, faultsOf } from './contract-yaml.fixture.js';

/**
 * 1 000.00 at 20 % and 500.55 at 10 %: net 1 500.55, VAT 200.00 + 50.06 (50.055 half up), in all 1 750.61.
 */
const lines = `
lines:
  - { id: A, model: fixed, amount: '1000.00' }
  - { id: B, model: fixed, amount: '500.55', vat: { category: S, rate: '10' } }
`;
const payment = `
payment: { days: 45, count: fromMonthEnd, discounts: [{ days: 10, rate: '0.02' }, { days: 20, rate: '0.01' }] }
purchaseOrders:
  - { number: PO-1, from: 2026-01, to: 2026-03, limit: '4000.00' }
  - { number: PO-2, from: 2026-04, to: 2026-06 }
conversions:
  - { use: tax, currency: CHF, source: ECB, rates: { 2026-03: { date: 2026-03-31, rate: '0.9412' } } }
  - { use: accounting, currency: JPY, source: Banque de France, rates: { 2026-03: { date: 2026-04-01, rate: '163.27' } } }
`;

const contract = contractOf(payment + lines);
const monthOf = (period: string, past: readonly string[] = []): Invoice =>
  price(contract, {
    contract: contract.id,
    period,
    quantities: new Map(),
    history: past.map((each) => ({ period: each, quantities: new Map() })),
  });

describe('Payment terms, from the contract to the invoice', () => {
  const march = monthOf('2026-03', ['2026-02', '2026-01']);
  const data = decodeInvoiceReady(eventOf(contract, march))?.data;
  const euros = (amount: string) => ({ amount, currency: 'EUR' });

  it('change no amount of it', () => {
    const without = price(contractOf(lines), { contract: 'c', period: '2026-03', quantities: new Map() });
    for (const invoice of [march, without]) {
      const { net, vat, gross } = invoice.totals;
      expect([net, vat, gross].map((each) => plain(each, 2))).toEqual(['1500.55', '250.06', '1750.61']);
    }
    // and the event of a contract that says nothing of it is what it was
    const bare = decodeInvoiceReady(eventOf(contract, without))?.data ?? {};
    expect(Object.keys(bare)).not.toEqual(expect.arrayContaining(['paymentTerms']));
  });

  it('give what early payment takes off each VAT group', () => {
    // 2 %: 20.00 + 4.00, and 10.01 (10.011) + 1.00 (1.0012); 1 %: 10.00 + 2.00, and 5.01 (5.0055) + 0.50
    expect(data?.paymentTerms).toEqual({
      days: 45,
      count: 'fromMonthEnd',
      note: '#SKONTO#TAGE=10#PROZENT=2.00#\n#SKONTO#TAGE=20#PROZENT=1.00#\n',
      discounts: [
        {
          days: 10,
          rate: '0.02',
          groups: [
            {
              vat: { categoryCode: 'S', rate: '20', exemptionReason: null },
              taxableAmount: euros('20.00'),
              taxAmount: euros('4.00'),
            },
            {
              vat: { categoryCode: 'S', rate: '10', exemptionReason: null },
              taxableAmount: euros('10.01'),
              taxAmount: euros('1.00'),
            },
          ],
          total: euros('35.01'),
        },
        expect.objectContaining({ days: 20, total: euros('17.51') }),
      ],
    });
  });

  it('take nothing off a credit', () => {
    const cheaper = contractOf(payment + lines.replace("'1000.00'", "'900.00'"));
    const after = price(cheaper, { contract: 'c', period: '2026-03', quantities: new Map() });
    const credit = adjustmentOf(cheaper, march, after);
    expect(credit?.paymentDetails?.payment?.discounts).toEqual([]);
    // -100.00 and VAT of -20.00 at 0.9412
    const [tax] = credit?.paymentDetails?.conversions ?? [];
    expect([tax?.net, tax?.vat].map((each) => each?.toFixed(2))).toEqual(['-94.12', '-18.82']);
  });

  it('show the totals in other currencies, with rate, source and date', () => {
    // CHF: 1 500.55 x 0.9412 = 1 412.31766, 250.06 x 0.9412 = 235.356472; JPY: 244 994.7985 and 40 827.2962
    const inCurrency = (currency: string, ...[net, vat, gross]: readonly string[]) => ({
      currency,
      totalWithoutVat: { amount: net, currency },
      totalVat: { amount: vat, currency },
      totalWithVat: { amount: gross, currency },
    });
    expect(data?.vatAccountingCurrencyCode).toBe('CHF');
    expect(data?.currencyCode).toBe('EUR');
    expect(data?.conversions).toEqual([
      {
        use: 'tax',
        source: 'ECB',
        date: '2026-03-31',
        rate: '0.9412',
        ...inCurrency('CHF', '1412.32', '235.36', '1647.68'),
      },
      {
        use: 'accounting',
        source: 'Banque de France',
        date: '2026-04-01',
        rate: '163.27',
        ...inCurrency('JPY', '244995', '40827', '285822'),
      },
    ]);
    expect(recompute(march.rows).size).toBe(march.rows.length);
  });

  it('name the purchase order of the month, and warn once its amount is exceeded', () => {
    expect([
      data?.purchaseOrderReference,
      decodeInvoiceReady(eventOf(contract, monthOf('2026-04')))?.data.purchaseOrderReference,
    ]).toEqual(['PO-1', 'PO-2']);
    expect(lookBackPeriods(contract, '2026-03')).toEqual(['2026-02', '2026-01']);
    expect(lookBackPeriods(contract, '2026-04')).toEqual([]);
    // 3 x 1 500.55 = 4 501.65; after two months 3 001.10
    expect(march.warnings).toEqual([
      {
        code: 'purchase-order-exceeded',
        clause: 'purchaseOrders',
        message: 'purchase order PO-1 is for 4000.00 EUR; with 2026-03 it is charged 4501.65 EUR',
      },
    ]);
    const codes = (period: string, ...past: string[]) =>
      monthOf(period, past).warnings.map(({ code }) => code);
    expect(codes('2026-02', '2026-01')).toEqual(['no-rate', 'no-rate']);
    expect(codes('2026-07')).toEqual(['no-rate', 'no-rate', 'no-purchase-order']);
  });

  it('are read in English and French on contract and invoice', () => {
    const said = (lang: 'en' | 'fr'): string =>
      [documentText(contractDocument(contract, lang)), invoiceText(eventOf(contract, march), lang)]
        .join('\n')
        .replaceAll('\u00a0', ' ');
    const [english, french] = [said('en'), said('fr')];
    expect(english).toContain('Invoices are paid within 45 days of the end of the month of the invoice.');
    expect(english).toContain('PO-1: 2026-01 to 2026-03, for 4,000.00 EUR without VAT in all');
    expect(english).toContain(
      'paid within 10 days: 2 % less, 35.01 EUR (S 20 %: 20.00 + 4.00; S 10 %: 10.01 + 1.00)',
    );
    expect(english).toContain(
      'VAT is owed in CHF: 1,412.32 + VAT 235.36 = 1,647.68 (1 EUR = 0.9412 CHF, ECB, 2026-03-31)',
    );
    expect(french).toContain(
      'Les factures sont payées sous 45 jours à compter de la fin du mois de la facture.',
    );
    expect(french).toContain("payé sous 10 jours : 2 % d'escompte, 35,01 EUR");
    expect(french).toContain('TVA due en CHF : 1 412,32 + TVA 235,36 = 1 647,68');
    expect(french).toContain(
      'le bon de commande PO-1 porte sur 4000.00 EUR ; avec 2026-03 il est facturé à 4501.65 EUR',
    );
  });

  it('are no clause that a what-if can take out, since they move no amount', () => {
    expect(clausesOf(contract).map(({ kind }) => kind)).toEqual(['line', 'line']);
    expect(clausesOf(contract).every(({ without }) => without.payment !== undefined)).toBe(true);
  });
});

describe('Payment terms that contradict', () => {
  it.each([
    [
      'payment: { days: 30, discounts: [{ days: 40, rate: "0.02" }] }',
      'payment.discounts[0].days',
      'never-applies',
    ],
    [
      'payment: { days: 30, discounts: [{ days: 8, rate: "2" }] }',
      'payment.discounts[0].rate',
      'implausible-value',
    ],
    [
      'payment: { days: 30, discounts: [{ days: 8, rate: "0.01" }, { days: 10, rate: "0.02" }] }',
      'payment.discounts[0]',
      'never-applies',
    ],
    [
      'payment: { days: 30, discounts: [{ days: 8, rate: "0.02" }, { days: 8, rate: "0.01" }] }',
      'payment.discounts[1].days',
      'tiers-not-ascending',
    ],
    [
      'purchaseOrders: [{ number: A, from: 2026-03, to: 2026-01 }]',
      'purchaseOrders[0].to',
      'interval-not-ascending',
    ],
    [
      'purchaseOrders: [{ number: A, from: 2026-01 }, { number: B, from: 2026-03 }]',
      'purchaseOrders[1].from',
      'charged-twice',
    ],
    [
      'term: { lastDay: 2026-02-28 }\npurchaseOrders: [{ number: A, from: 2026-03 }]',
      'purchaseOrders[0]',
      'outside-term',
    ],
    [
      'conversions: [{ use: tax, currency: EUR, source: ECB, rates: {} }]',
      'conversions[0].currency',
      'never-applies',
    ],
    [
      'conversions: [{ use: tax, currency: XXQ, source: ECB, rates: {} }]',
      'conversions[0].currency',
      'unknown-currency',
    ],
    [
      'conversions: [{ use: tax, currency: CHF, source: a, rates: {} }, { use: tax, currency: USD, source: a, rates: {} }]',
      'conversions[1]',
      'duplicate-id',
    ],
    [
      'conversions: [{ use: tax, currency: CHF, source: a, rates: { 2026-03: { date: 2026-01-31, rate: "0.9" } } }]',
      'conversions[0].rates.2026-03.date',
      'implausible-value',
    ],
    [
      'conversions: [{ use: tax, currency: CHF, source: a, rates: { 2026-03: { date: 2026-03-31, rate: "0" } } }]',
      'conversions[0].rates.2026-03.rate',
      'implausible-value',
    ],
  ])('have faults with the fix: %s', (written, path, code) => {
    const found = faultsOf(`${written}\n${lines}`);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(path);
    expect(found[0]).toContain(`[${code}]`);
  });
});
