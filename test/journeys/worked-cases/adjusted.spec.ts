import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from '#domain/money/money.js';
import { amounts, contract, net, shown, type Event } from './centre.js';
import { Commanded, type InvoiceEvent } from './commanded.js';
import { type Call, calls, customer, outcomes, paris } from './work.js';

/**
 * What becomes known after a month was closed, from events to the second invoice-ready event, by the command
 * line: a close, then a later event or another catalogue, then `close --adjust`.
 */
const minute = 60_000;

function commanded(
  contracts: readonly string[],
  work: (centre: Commanded) => Promise<void>,
): () => Commanded {
  const centre = new Commanded(contracts);
  beforeAll(() => work(centre), 60_000);
  afterAll(() => centre.remove());
  return () => centre;
}

/** So many calls of one minute, one after the other, from an instant on. */
function row(count: number, from: string, call: Partial<Call> = {}): Call[] {
  return Array.from({ length: count }, (_, index) => ({
    at: paris(from) + index * 2 * minute,
    talkS: 60,
    ...call,
  }));
}

const causes = ({ adjusts }: Event): Record<string, string> =>
  Object.fromEntries(
    (adjusts?.causes ?? []).map(({ cause, totalWithoutVat }) => [cause, totalWithoutVat.amount]),
  );

/** The close and all adjustments together are what the last of them restates. */
function expectWhole(...events: readonly InvoiceEvent[]): void {
  const sum = events.reduce((all, { data }) => all.plus(net(data)), new Decimal(0));
  expect(sum.toFixed(2)).toBe(events.at(-1)?.data.adjusts?.restated.totalWithoutVat.amount);
}

const perCall = (price: string, rest = ''): string =>
  contract(
    'calls',
    `
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, model: perUnit, measure: contacts, price: '${price}' }]
${rest}`,
  );

describe('a call that comes late', () => {
  const centre = commanded([perCall('2.35')], (open) => open.deliver(calls(row(40, '2026-03-02T09:00'))));
  const late = () => calls(row(1, '2026-03-31T23:30'), 1_001);

  it('adds one more event for a late call, and the first event never changes', async () => {
    const first = await centre().close('calls', '2026-03');
    expect([net(first.data), first.data.adjusts, first.data.revision]).toEqual(['94.00', null, 1]);

    await centre().deliver(late());
    expect((await centre().close('calls', '2026-03')).text).toBe(first.text);
    const second = await centre().close('calls', '2026-03', '--adjust');
    expect([net(second.data), shown(second.data)]).toEqual(['2.35', ['1 C62 at 2.35 for 1']]);
    expect(second.data).toMatchObject({
      revision: 2,
      typeCode: '380',
      period: '2026-03',
      invoicingPeriod: { startDate: '2026-03-01', endDate: '2026-03-31' },
      adjusts: {
        id: first.id,
        since: { revision: 1, totalWithoutVat: { amount: '94.00', currency: 'EUR' } },
        cause: 'lateEvents',
        document: 'nextInvoice',
        carriedBy: '2026-04',
        restated: { totalWithoutVat: { amount: '96.35', currency: 'EUR' } },
      },
    });
    expect(second.data.totals.totalVat.amount).toBe('0.47');
    expectWhole(first, second);
    expect((await centre().close('calls', '2026-03')).text).toBe(first.text);
  }, 60_000);

  it('does not invoice a late call again, however often it is delivered or the close is run', async () => {
    const second = await centre().close('calls', '2026-03', '--adjust');
    await centre().deliver(late(), late());
    const again = await centre().close('calls', '2026-03', '--adjust');
    expect(again.text).toBe(second.text);
    expect(again.said).toBe(
      'calls 2026-03: nothing has changed since revision 2, which remains effective; nothing was written\n',
    );
  }, 60_000);

  it('explains an adjustment from the rows of both sides, in English and French', async () => {
    const explain = async (...args: string[]) => {
      const { code, stdout } = await centre().run('explain', 'calls/2026-03', ...args);
      expect(code).toBe(0);
      return stdout.replaceAll('\u00a0', ' ');
    };
    expect(await explain()).toContain('Adjusted since by revision 2 (2.35 EUR): see --revision.');
    const english = await explain('--revision', '2');
    expect(english).toContain('adjustment, revision 2');
    expect(english).toContain('to be settled on the invoice of 2026-04; because of');
    expect(english).toContain('- events that came after the close: 2.35 EUR');
    expect(english).toMatch(/96\.35 EUR \(r\d+\) − 94\.00 EUR \(was\.r\d+\) +2\.35 EUR/);
    expect(english).toContain('invoiced so far and this: 94.00 EUR + 2.35 EUR = 96.35 EUR');
    expect(english).toContain('Checked: 2 amounts computed again');
    const french = await explain('--revision', '2', '--lang', 'fr');
    expect(french).toContain('à régler sur la facture de 2026-04 ; en raison de');
    expect(french).toContain('- événements arrivés après la clôture : 2,35 EUR');
    expect(french).toContain('déjà facturé et ceci : 94,00 EUR + 2,35 EUR = 96,35 EUR');
  }, 60_000);

  it('lists the revisions of a period where an unknown one is requested', async () => {
    const { code, stderr } = await centre().run('explain', 'calls/2026-03', '--revision', '3');
    expect([code, stderr]).toEqual([
      4,
      'tallyline: there is no invoice calls/2026-03; it has no revision 3, but 1, 2\n',
    ]);
  }, 60_000);
});

describe('the same work, late or in time', () => {
  const [early, late] = [row(40, '2026-03-02T09:00'), row(5, '2026-03-20T09:00')];
  const one = commanded([perCall('2.35')], async () => undefined);
  const other = commanded([perCall('2.35')], async () => undefined);

  it('gives the same bytes in the same two steps, whatever was delivered twice or out of order', async () => {
    const texts = [];
    for (const [centre, shuffled] of [
      [one(), false],
      [other(), true],
    ] as const) {
      await centre.deliver(calls(early), ...(shuffled ? [calls(early.slice(0, 7))] : []));
      const first = await centre.close('calls', '2026-03');
      const lateCalls = calls(late, 2_001);
      await centre.deliver(...(shuffled ? [lateCalls.toReversed(), lateCalls] : [lateCalls]));
      const second = await centre.close('calls', '2026-03', '--adjust');
      texts.push([first.text, second.text]);
    }
    expect(texts[0]).toEqual(texts[1]);
  }, 120_000);
});

describe('first-contact resolution, decided by a later call (case 6b)', () => {
  const solved = contract(
    'solved',
    `
kpis: { fcr: { type: fcrPerContact, window: P7D, unknownCustomer: exclude } }
measures: { solved: { kind: resolved, kpi: fcr } }
lines: [{ id: L1, model: outcome, measure: solved, price: '4.20', settleAfter: close }]
period: { lateEvents: creditNote }`,
  );
  // 50 customers on 28 April; twelve of them again on 2 May
  const centre = commanded([solved], (open) =>
    open.deliver(
      calls(row(50, '2026-04-28T09:00').map((call, index) => ({ ...call, customer: customer(index) }))),
    ),
  );

  it('takes twelve results back by a credit note: -12 at 4.20, with the dates of April (6b)', async () => {
    const first = await centre().close('solved', '2026-04');
    expect(net(first.data)).toBe('210.00');
    const again = row(12, '2026-05-02T10:00').map((call, index) => ({ ...call, customer: customer(index) }));
    await centre().deliver(calls(again, 10_001));
    const second = await centre().close('solved', '2026-04', '--adjust');
    expect([net(second.data), shown(second.data)]).toEqual(['-50.40', ['-12 C62 at 4.2 for 1']]);
    expect(second.data.lines[0]?.period).toEqual({ startDate: '2026-04-01', endDate: '2026-04-30' });
    expect(second.data).toMatchObject({
      typeCode: '381',
      adjusts: { cause: 'maturedVerdicts', document: 'creditNote', carriedBy: null },
    });
    expectWhole(first, second);
  }, 60_000);
});

describe('sales that are cancelled after the month (case 10)', () => {
  const conversion = contract(
    'leads',
    `
measures: { sales: { kind: events, name: sale.made, unless: [sale.cancelled] } }
kpis:
  conversion:
    type: ratio
    numerator: { name: sale.made, unless: [sale.cancelled] }
    denominator: { name: lead.worked }
lines: [{ id: L1, model: perUnit, measure: sales, price: '45.00' }]
bonusMalus:
  - { id: A1, kpi: conversion, base: [L1], shapes: [{ shape: step, points: [{ gte: '0.12', rate: '+0.10' }] }] }`,
  );
  const event = (type: string, index: number, at: number) => ({
    type,
    subject: `lead-${index}`,
    at,
    data: { agent: `voice:${(index % 20) + 1}`, customer: customer(index) },
  });
  const workedAt = (index: number): number => paris('2026-04-01T09:00') + index * 20 * minute;
  const centre = commanded([conversion], (open) => {
    const worked = Array.from({ length: 1_850 }, (_, index) => event('lead.worked', index, workedAt(index)));
    const sold = worked
      .slice(0, 222)
      .map((_, index) => event('sale.made', index, workedAt(index) + 15 * minute));
    return open.deliver(outcomes([...worked, ...sold]));
  });

  it('takes back six sales and the bonus that they had brought: -1269.00 (10)', async () => {
    const first = await centre().close('leads', '2026-04');
    expect(net(first.data)).toBe('10989.00');
    const cancelled = Array.from({ length: 6 }, (_, index) => {
      return event('sale.cancelled', index, paris('2026-05-04T10:00') + index);
    });
    await centre().deliver(outcomes(cancelled, 10_001));
    const second = await centre().close('leads', '2026-04', '--adjust');
    expect(amounts(second.data)).toEqual({ L1: '-270.00', A1: '-999.00' });
    expect([net(second.data), causes(second.data)]).toEqual(['-1269.00', { lateEvents: '-1269.00' }]);
    expectWhole(first, second);
  }, 60_000);
});

describe('a contract amended after the month', () => {
  const hourly = (amendments: string): string =>
    contract(
      'hours',
      `
measures: { talk: { kind: contactTime, parts: [talk] } }
lines:
  - { id: L1, model: time, measure: talk, unit: hour, price: '28.00' }
  - { id: L2, model: fixed, amount: '100.00' }
${amendments}`,
    );
  const amended = (...set: readonly (readonly [string, string])[]): string => {
    const written = set.map(
      ([effective, price]) => `{ effective: ${effective}, set: { L1.price: '${price}' } }`,
    );
    return hourly(`amendments: [${written.join(', ')}]`);
  };
  const hour = { talkS: 3_600 };
  // ten hours on the 5th, ten on the 15th, ten on the 25th of each month
  const month = (name: string): Call[] =>
    ['05', '15', '25'].flatMap((day) =>
      Array.from({ length: 10 }, (_, index) => ({
        ...hour,
        at: paris(`${name}-${day}T08:00`),
        agent: index + 1,
      })),
    );
  const centre = commanded([hourly('')], (open) =>
    open.deliver(calls(['2026-03', '2026-04', '2026-05'].flatMap(month))),
  );

  it('carries a back-dated amendment of a month closed two months ago in the first open month', async () => {
    const first = await centre().close('hours', '2026-03');
    await centre().close('hours', '2026-04');
    expect(net(first.data)).toBe('940.00');
    await centre().amend([amended(['2026-03-10', '29.40'])]);
    const second = await centre().close('hours', '2026-03', '--adjust');
    // 20 hours are charged at 29.40 instead of 28.00
    expect(amounts(second.data)).toEqual({ 'L1.1': '-560.00', 'L1.2': '588.00' });
    expect([net(second.data), causes(second.data)]).toEqual(['28.00', { amendment: '28.00' }]);
    expect(second.data.contractVersions).toEqual([1, 2]);
    expect(second.data.adjusts?.carriedBy).toBe('2026-05');
    expect((await centre().close('hours', '2026-03')).text).toBe(first.text);
    expectWhole(first, second);
  }, 60_000);

  it('splits an adjustment by cause after two amendments and a late call', async () => {
    const [first, second] = [
      await centre().close('hours', '2026-03'),
      await centre().close('hours', '2026-03', '--adjust'),
    ];
    await centre().amend([amended(['2026-03-10', '29.40'], ['2026-03-20', '30.00'])]);
    await centre().deliver(calls([{ ...hour, at: paris('2026-03-26T08:00') }], 5_001));
    const third = await centre().close('hours', '2026-03', '--adjust');
    // 10 hours at 30.00 instead of 29.40, and one more at 30.00; known since the last adjustment
    expect(causes(third.data)).toEqual({ lateEvents: '29.40', amendment: '6.60' });
    expect([net(third.data), third.data.adjusts?.cause]).toEqual(['36.00', 'lateEvents+amendment']);
    expect(amounts(third.data)).toEqual({ 'L1.1': '-294.00', 'L1.2': '330.00' });
    expect(third.data).toMatchObject({ revision: 3, adjusts: { id: first.id, since: { revision: 2 } } });
    expectWhole(first, second, third);
  }, 60_000);

  it('applies an amendment to the months after it, closed or open', async () => {
    const april = await centre().close('hours', '2026-04', '--adjust');
    // 30 hours at 30.00 instead of 28.00
    expect(amounts(april.data)).toEqual({ 'L1.1': '-840.00', 'L1.2': '900.00' });
    expect(april.data.adjusts).toMatchObject({ cause: 'amendment', carriedBy: '2026-05' });
    const may = await centre().close('hours', '2026-05');
    // 30 hours at 30.00, 100.00 a month, and 28.00 + 36.00 of March and 60.00 of April
    expect(amounts(may.data)).toEqual({
      L1: '900.00',
      L2: '100.00',
      '2026-03/2/L1.1': '-560.00',
      '2026-03/2/L1.2': '588.00',
      '2026-03/3/L1.1': '-294.00',
      '2026-03/3/L1.2': '330.00',
      '2026-04/2/L1.1': '-840.00',
      '2026-04/2/L1.2': '900.00',
    });
    expect([net(may.data), may.data.adjusts]).toEqual(['1124.00', null]);
  }, 60_000);
});

describe('a mapping that was wrong', () => {
  const centre = commanded([perCall('2.35')], (open) =>
    open.deliver(
      calls([
        ...row(40, '2026-03-02T09:00'),
        ...row(4, '2026-03-03T09:00', { queue: 'returns' }),
        ...row(3, '2026-03-04T09:00', { queue: 'returns' }),
      ]),
    ),
  );

  it('gives back the calls of a queue that a corrected mapping assigns to no programme', async () => {
    const first = await centre().close('calls', '2026-03');
    expect(net(first.data)).toBe('110.45');
    await centre().amend([perCall('2.35')], (text) =>
      text.replace('      - { connection: voice, native: returns }\n', ''),
    );
    const second = await centre().close('calls', '2026-03', '--adjust');
    expect([net(second.data), causes(second.data)]).toEqual(['-16.45', { mapping: '-16.45' }]);
    expectWhole(first, second);
  }, 60_000);
});
