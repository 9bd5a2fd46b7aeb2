import { describe, expect, it } from '@jest/globals';
import type { Invoice } from '#domain/pricing/invoice.js';
import { contractOf, exampleOf, faultsOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';

/** Calls at 1.00, mails at 1.00 with another VAT, and 10.00 off for every complaint. */
const head = `
term: { firstDay: 2026-01-01, lastDay: 2026-12-31 }
measures:
  calls-in: { kind: count, of: answered, where: { media: [voice] } }
  mails-in: { kind: count, of: handled, where: { media: [email] } }
  complaints: { kind: events, name: complaint.received }
lines:
  - { id: calls, model: perUnit, measure: calls-in, price: '1.00' }
  - { id: mails, model: perUnit, measure: mails-in, price: '1.00', vat: { category: S, rate: '10' } }
`;
const complaint = (more = '') =>
  `bonusMalus: [{ id: complaint, kind: perEvent, measure: complaints, base: [calls], amount: '-10.00'${more} }]\n`;
const carry = 'credits: { belowZero: carry }\n';

type Month = readonly [month: string, calls: number, complaints: number, mails?: number];

/** Calls, complaints and mails of each month. */
const given = (months: readonly Month[]): string =>
  months
    .flatMap(([month, calls, complaints, mails = 0]) => [
      ...(calls === 0 ? [] : [`      - { contact: { at: ${month}-10T12:00, talk: 1min }, times: ${calls} }`]),
      ...(complaints === 0
        ? []
        : [`      - { events: [{ name: complaint.received, at: ${month}-11 }], times: ${complaints} }`]),
      ...(mails === 0
        ? []
        : [`      - { contact: { at: ${month}-12T12:00, media: email, talk: 1min }, times: ${mails} }`]),
    ])
    .join('\n');

const priced = (contract: string, month: string, ...months: readonly Month[]): Invoice =>
  invoiceOf(contract + exampleOf(month, given(months)));
const figures = (contract: string, month: string, ...months: readonly Month[]) =>
  figuresOf(priced(contract, month, ...months));

describe('a month below zero', () => {
  it('is a credit note where nothing is carried', () => {
    for (const credits of ['', 'credits: { belowZero: creditNote }\n']) {
      expect(figures(head + complaint() + credits, '2026-03', ['2026-03', 100, 30])).toMatchObject({
        net: '-200.00',
        gross: '-240.00',
      });
    }
  });

  it('is zero, and its rest is taken off the months that follow, the oldest first', () => {
    const contract = head + complaint() + carry;
    const year: Month[] = [
      // -200, carried
      ['2026-03', 100, 30],
      // -50, carried: 250 in all
      ['2026-04', 50, 10],
      // 220: 200 of March, 20 of April
      ['2026-05', 220, 0],
      // 100: the other 30 of April, 70 remain to be paid
      ['2026-06', 100, 0],
      ['2026-07', 100, 0],
    ];
    const of = (month: string) => figures(contract, month, ...year);
    expect(of('2026-03')).toMatchObject({ amounts: { credits: '200.00' }, net: '0.00', gross: '0.00' });
    expect(of('2026-04')).toMatchObject({ amounts: { credits: '50.00' }, net: '0.00' });
    expect(of('2026-05')).toMatchObject({
      amounts: { 'credits.2026-03': '-200.00', 'credits.2026-04': '-20.00' },
      net: '0.00',
    });
    expect(of('2026-06')).toMatchObject({ amounts: { 'credits.2026-04': '-30.00' }, net: '70.00' });
    expect(of('2026-07').net).toBe('100.00');
    const shown = priced(contract, '2026-05', ...year).credits?.map((each) => {
      return [each.origin, ...[each.arisen, each.usedBefore, each.used, each.left].map(String)];
    });
    expect(shown).toEqual([
      ['2026-03', '200', '0', '200', '0'],
      ['2026-04', '50', '0', '20', '30'],
    ]);
  });

  it('is carried from the VAT groups below zero, and given with their VAT', () => {
    const contract = head + complaint() + carry;
    const months: Month[] = [
      ['2026-03', 100, 40, 50],
      ['2026-04', 0, 0, 500],
    ];
    // S 20: 100 - 400 = -300; S 10: 50; 250 are carried from S 20
    expect(figures(contract, '2026-03', ...months)).toMatchObject({
      amounts: { credits: '250.00' },
      vat: ['S 20: -50.00 -10.00', 'S 10: 50.00 5.00'],
      net: '0.00',
    });
    expect(figures(contract, '2026-04', ...months)).toMatchObject({
      vat: ['S 20: -250.00 -50.00', 'S 10: 500.00 50.00'],
      net: '250.00',
    });
  });

  it('of damages outside VAT is a credit outside VAT', () => {
    const contract = `${head}${complaint()}${carry}malus: { vatTreatment: outOfScope }\n`;
    const months: Month[] = [
      ['2026-03', 100, 30],
      ['2026-04', 500, 0],
    ];
    expect(figures(contract, '2026-04', ...months)).toMatchObject({
      amounts: { 'credits.2026-03': '-200.00' },
      net: '300.00',
      gross: '400.00',
    });
  });

  it('of the end of the contract is paid out with what is left, or lapses', () => {
    const months: Month[] = [
      ['2026-11', 100, 30],
      ['2026-12', 50, 0],
    ];
    expect(figures(head + complaint() + carry, '2026-12', ...months)).toMatchObject({
      amounts: { 'credits.2026-11': '-200.00' },
      net: '-150.00',
    });
    const lapsing = `${head}${complaint()}credits: { belowZero: carry, atEnd: lapse }\n`;
    expect(figures(lapsing, '2026-12', ...months)).toMatchObject({
      amounts: { 'credits.2026-11': '-50.00' },
      net: '0.00',
    });
    expect(priced(lapsing, '2026-12', ...months).credits).toMatchObject([{ remainder: 'lapses' }]);
    expect(figures(lapsing, '2026-12', ['2026-12', 100, 30]).net).toBe('0.00');
  });

  it('is carried no further than an amendment that ends it, and from the one that begins it on', () => {
    const months: Month[] = [
      ['2026-03', 100, 30],
      ['2026-04', 50, 0],
      ['2026-05', 50, 0],
    ];
    const ended = `${head}${complaint()}${carry}amendments: [{ effective: 2026-04-01, set: { credits.belowZero: creditNote } }]\n`;
    expect(figures(ended, '2026-04', ...months).net).toBe('-150.00');
    expect(figures(ended, '2026-05', ...months).net).toBe('50.00');
    const begun = `${head}${complaint()}amendments: [{ effective: 2026-04-01, set: { credits: { belowZero: carry } } }]\n`;
    expect(['2026-03', '2026-04'].map((month) => figures(begun, month, ...months).net)).toEqual([
      '-200.00',
      '50.00',
    ]);
  });
});

describe('a service credit', () => {
  const deducted = head + complaint(', deduct: nextInvoice');
  const months: Month[] = [
    ['2026-03', 100, 3],
    ['2026-04', 100, 1],
    ['2026-05', 100, 0],
    ['2026-12', 100, 2],
  ];

  it('is taken off the invoice of the next month, and off its own in the last of the contract', () => {
    const of = (month: string) => figures(deducted, month, ...months).amounts;
    expect(of('2026-03')).toEqual({ mails: '0.00', calls: '100.00' });
    expect(of('2026-04')).toEqual({ mails: '0.00', calls: '100.00', 'complaint.2026-03': '-30.00' });
    expect(of('2026-05')).toEqual({ mails: '0.00', calls: '100.00', 'complaint.2026-04': '-10.00' });
    expect(of('2026-12')).toEqual({ mails: '0.00', calls: '100.00', complaint: '-20.00' });
    expect(priced(deducted, '2026-04', ...months).credits).toMatchObject([
      { clause: 'complaint', origin: '2026-03' },
      { clause: 'complaint', origin: '2026-04' },
    ]);
  });

  it('comes after the limits of the month that takes it', () => {
    const limited = `${deducted}limits: { monthlyMin: '90.00' }\n`;
    expect(figures(limited, '2026-04', ...months)).toMatchObject({
      amounts: { calls: '100.00', 'complaint.2026-03': '-30.00' },
      net: '70.00',
    });
  });

  it('is carried on where the month that takes it would be below zero', () => {
    const some: Month[] = [
      ['2026-03', 100, 30],
      ['2026-04', 100, 0],
      ['2026-05', 500, 0],
    ];
    expect(figures(deducted + carry, '2026-04', ...some)).toMatchObject({
      amounts: { 'complaint.2026-03': '-300.00', credits: '200.00' },
      net: '0.00',
    });
    expect(figures(deducted + carry, '2026-05', ...some).amounts).toMatchObject({
      'credits.2026-04': '-200.00',
    });
  });
});

describe('faults of credits', () => {
  it.each([
    [
      head.replace('firstDay: 2026-01-01', 'firstDay: null') + complaint() + carry,
      'credits.belowZero: credits are carried from the first day of the contract on: write term.firstDay [credit-without-term]',
    ],
    [
      head + carry,
      'credits: has no effect: no malus, discount, cost handed on or negative amount can bring a month below zero [never-applies]',
    ],
    [
      `${head}${complaint()}credits: { belowZero: creditNote, atEnd: lapse }\n`,
      'credits.atEnd: has no effect: nothing is carried on, every month below zero is a credit note [never-applies]',
    ],
    [
      head + complaint(', deduct: nextInvoice').replace('-10.00', '+10.00'),
      "bonusMalus[0].deduct: has no effect: 'complaint' never gives a malus [never-applies]",
    ],
    [
      `${head}  - { id: credits, model: fixed, amount: '-1.00' }\n${carry}`,
      "lines[2].id: 'credits' is the id of credits as well: ids are unique in a contract [duplicate-id]",
    ],
  ])('%#: each with its fix', (yaml, message) => {
    expect(faultsOf(yaml)).toEqual([message]);
  });

  it('has none for a contract whose lines may be negative themselves', () => {
    expect(
      contractOf(`${head}  - { id: gift, model: fixed, amount: '-1.00' }\n${carry}`).versions,
    ).toHaveLength(1);
  });
});
