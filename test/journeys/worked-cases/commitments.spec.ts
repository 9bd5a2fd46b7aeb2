import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Decimal } from '#domain/money/money.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { amounts, contract, net, shown, type Event } from './centre.js';
import { Commanded } from './commanded.js';
import { calls, paris } from './work.js';

/**
 * Tiers and a minimum over a quarter inside monthly invoices, from calls to events, by the command line: the
 * first 50 calls of the quarter cost 2.00, the others 1.00, and it costs 150.00 at least.
 */
const tiered = contract(
  'tiered',
  `
measures: { contacts: { kind: count, of: handled } }
lines:
  - id: L1
    model: perUnit
    measure: contacts
    over: calendarQuarter
    tiers: { mode: graduated, steps: [{ upTo: 50, price: '2.00' }, { price: '1.00' }] }
commitments:
  - { id: spend, kind: amount, over: calendarQuarter, minimum: '150.00' }`,
);

const row = (count: number, from: string, first: number) =>
  calls(
    Array.from({ length: count }, (_, index) => ({ at: paris(from) + index * 120_000, talkS: 60 })),
    first,
  );

const months = ['2026-01', '2026-02', '2026-03', '2026-04'];

describe('a commitment over a quarter', () => {
  const centre = new Commanded([tiered]);
  const all = new Map<string, Event[]>(months.map((month) => [month, []]));
  beforeAll(async () => {
    await centre.deliver(
      row(30, '2026-01-05T09:00', 1),
      row(30, '2026-02-05T09:00', 101),
      row(10, '2026-03-05T09:00', 201),
      row(5, '2026-04-05T09:00', 301),
    );
    for (const month of months) {
      const { data } = await centre.close('tiered', month);
      all.get(month)?.push(data);
    }
  }, 120_000);
  afterAll(() => centre.remove());

  /** The events that an adjustment writes: the month's own, and those of the months that it moves. */
  async function adjusted(month: string): Promise<Event[]> {
    const { code, stdout } = await centre.run('close', 'tiered', month, '--adjust', '--json');
    expect(code).toBe(0);
    const texts = stdout.split('\n').filter((line) => line !== '');
    return texts.flatMap((text) => decodeInvoiceReady(text)?.data ?? []);
  }

  it('fills the tiers month by month, and trues up in the last', () => {
    const closed = months.map((month) => all.get(month)?.[0]);
    expect(closed.map((event) => (event === undefined ? null : amounts(event)))).toEqual([
      { L1: '60.00' },
      // 20 to the fifty, then 10
      { 'L1.1': '40.00', 'L1.2': '10.00' },
      // 60 + 50 + 10 are 30 less than 150
      { L1: '10.00', spend: '30.00' },
      { L1: '10.00' },
    ]);
    expect(closed[1]?.commitments).toMatchObject([
      { clause: 'L1', kind: 'tiers', before: '30', inPeriod: '30', agreed: null, left: null },
      { clause: 'spend', kind: 'minimum', before: '60', inPeriod: '50', agreed: '150', left: '40' },
    ]);
  });

  it('settles every closed month that a late call of the first one moves, and no other', async () => {
    await centre.deliver(row(5, '2026-01-28T09:00', 1_001));
    const events = await adjusted('2026-01');
    expect(events.map(({ period, revision }) => [period, revision])).toEqual([
      ['2026-01', 2],
      ['2026-02', 2],
      ['2026-03', 2],
    ]);
    // 5 more at 2.00; 5 of February at 1.00 instead of 2.00; the quarter is 5 nearer to 150
    expect(events.map(net)).toEqual(['10.00', '-5.00', '-5.00']);
    const [, february, march] = events;
    expect(february === undefined ? null : shown(february)).toEqual([
      '-5 C62 at 2 for 1',
      '5 C62 at 1 for 1',
    ]);
    expect(march === undefined ? null : amounts(march)).toEqual({ spend: '-5.00' });
    expect(events.map(({ adjusts }) => [adjusts?.cause, adjusts?.carriedBy])).toEqual([
      ['lateEvents', '2026-05'],
      ['lateEvents', '2026-05'],
      ['lateEvents', '2026-05'],
    ]);
    for (const event of events) all.get(event.period)?.push(event);
  }, 60_000);

  it('moves the months after the one that is late, and leaves the one before alone', async () => {
    await centre.deliver(row(4, '2026-02-27T09:00', 2_001));
    const events = await adjusted('2026-02');
    // 39 of February follow 35: 4 more at 1.00; March costs what it did, and is 4 nearer to 150
    expect(events.map((event) => [event.period, net(event)])).toEqual([
      ['2026-02', '4.00'],
      ['2026-03', '-4.00'],
    ]);
    for (const event of events) all.get(event.period)?.push(event);
  }, 60_000);

  it('has nothing left to settle, and the quarter costs what was agreed', async () => {
    const { stderr } = await centre.run('close', 'tiered', '2026-01', '--adjust', '--json');
    expect(stderr).toBe(
      'tiered 2026-01: nothing has changed since revision 2, which remains effective; nothing was written\n',
    );
    const quarter = months.slice(0, 3).flatMap((month) => all.get(month) ?? []);
    const sum = quarter.reduce((total, event) => total.plus(net(event)), new Decimal(0));
    expect(sum.toFixed(2)).toBe('150.00');
  }, 60_000);

  it('makes events again from the journal, byte for byte', async () => {
    for (const [month, revision] of [
      ['2026-02', 3],
      ['2026-03', 1],
      ['2026-03', 3],
    ] as const) {
      const { code, stdout } = await centre.run('verify', `tiered/${month}`, '--revision', String(revision));
      expect([code, stdout]).toEqual([0, expect.stringContaining(month)]);
    }
  }, 120_000);

  it('explains where a commitment stands, in English and French, also where it charges nothing', async () => {
    const explain = async (...args: string[]): Promise<string> => {
      const { code, stdout } = await centre.run('explain', ...args);
      expect(code).toBe(0);
      return stdout.replaceAll('\u00a0', ' ');
    };
    const english = await explain('tiered/2026-02', 'spend');
    expect(english).toContain(
      'commitment spend, minimum of the calendar quarter (2026-01 to 2026-03): 60.00 EUR before, 50.00 EUR in ' +
        'this month, 40.00 EUR left to 150.00 EUR',
    );
    const french = await explain('tiered/2026-03', '--lang', 'fr');
    expect(french).toContain(
      'engagement spend, minimum du trimestre civil (2026-01 à 2026-03) : 110,00 EUR avant, 10,00 EUR ce mois, ' +
        'reste 30,00 EUR pour 150,00 EUR',
    );
  }, 60_000);
});
