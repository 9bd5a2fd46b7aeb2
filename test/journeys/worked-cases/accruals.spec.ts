import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { accrualAnswer, accruedTotals } from '#pipeline/close/accrual-answer.js';
import type { AccrualAnswer } from '#pipeline/close/accrual-answer.js';
import { Decimal } from '#domain/money/money.js';
import { waitUntil } from '../wait-until.js';
import { type Centre, centreOf, contract, net } from './centre.js';
import { Commanded } from './commanded.js';
import { type Call, calls, outcomes, paris, stretch } from './work.js';

/** What is earned and not yet invoiced, by hand, and against the closes that follow. */
const minute = 60_000;
const row = (count: number, from: string): Call[] =>
  Array.from({ length: count }, (_, index) => ({ at: paris(from) + index * 2 * minute, talkS: 60 }));

async function accrued(centre: Centre, id: string, day: string): Promise<AccrualAnswer> {
  const at = paris(`${day}T12:00`);
  const [found] = await centre.periods.accruals([centre.contract(id)], () => ({ at, isNow: true }));
  if (found === undefined) throw new Error(`nothing is known of ${id}`);
  return accrualAnswer(found);
}

/** `2026-03 open 100.00`, in a word each. */
function said({ parts }: AccrualAnswer): string[] {
  return parts.map(({ kind, period, state, revision, carriedBy, net: amount }) =>
    [
      period,
      state ?? kind,
      ...(revision === null ? [] : [revision]),
      ...(carriedBy === null ? [] : [carriedBy]),
      amount,
    ].join(' '),
  );
}

describe('what is earned and not yet invoiced', () => {
  // calls at 2.35, at least 100.00 a month, and 50.00 for the line itself
  const centre = centreOf(
    [
      contract(
        'calls',
        `
term: { firstDay: 2026-03-01 }
measures: { contacts: { kind: count, of: handled } }
lines:
  - { id: L1, model: perUnit, measure: contacts, price: '2.35' }
  - { id: L2, model: fixed, amount: '50.00' }
limits: { monthlyMin: '150.00' }`,
      ),
    ],
    (open) => open.deliver(calls([...row(40, '2026-03-02T09:00'), ...row(30, '2026-04-02T09:00')])),
  );

  it('is the months that are not closed, up to their minimum; what depends on the rest of one is named', async () => {
    // 40 x 2.35 = 94.00 and 50.00, 6.00 to the minimum; 30 x 2.35 = 70.50 and 50.00, 29.50 to the minimum
    const all = await accrued(centre(), 'calls', '2026-04-10');
    expect([all.net, said(all)]).toEqual(['300.00', ['2026-03 due 150.00', '2026-04 open 150.00']]);
    expect(
      all.provisional.map(({ period, clause, reason, amount }) => [period, clause, reason, amount]),
    ).toEqual([
      ['2026-04', 'L2', 'wholePeriod', '50.00'],
      ['2026-04', 'limits', 'settledAtEnd', '29.50'],
    ]);
    const inMarch = await accrued(centre(), 'calls', '2026-03-20');
    expect([inMarch.net, said(inMarch)]).toEqual(['150.00', ['2026-03 open 150.00']]);
  });

  it('is without what a close has invoiced, and with what became known since', async () => {
    expect(net(await centre().close('calls', '2026-03'))).toBe('150.00');
    expect(said(await accrued(centre(), 'calls', '2026-04-10'))).toEqual(['2026-04 open 150.00']);
    await centre().deliver(calls(row(5, '2026-03-20T09:00'), 1_001));
    // 45 x 2.35 = 105.75 and 50.00: 5.75 more than was invoiced
    const all = await accrued(centre(), 'calls', '2026-04-10');
    expect([all.net, said(all)]).toEqual(['155.75', ['2026-03 difference 1 5.75', '2026-04 open 150.00']]);
  });

  it('is the same after an adjustment was made that the next invoice carries, and nothing of it afterwards', async () => {
    expect(net(await centre().adjust('calls', '2026-03'))).toBe('5.75');
    const waiting = await accrued(centre(), 'calls', '2026-04-10');
    expect([waiting.net, said(waiting)]).toEqual([
      '155.75',
      ['2026-04 open 150.00', '2026-03 waiting 2 2026-04 5.75'],
    ]);
    expect(net(await centre().close('calls', '2026-04'))).toBe('155.75');
    expect((await accrued(centre(), 'calls', '2026-04-10')).net).toBe('0.00');
  });
});

/** Contracts of several kinds, and work of three months for all of them. */
const kinds = [
  contract(
    'tiered',
    `
term: { firstDay: 2026-01-01 }
measures: { contacts: { kind: count, of: handled } }
kpis: { answered: { type: answerRate } }
lines:
  - id: L1
    model: perUnit
    measure: contacts
    over: calendarQuarter
    tiers: { mode: graduated, steps: [{ upTo: 50, price: '2.00' }, { price: '1.00' }] }
bonusMalus:
  - id: B1
    name: Answered
    kpi: answered
    base: [L1]
    shapes: [{ shape: step, points: [{ gte: '0.95', rate: '+0.02' }, { lt: '0.9', rate: '-0.03' }] }]
commitments:
  - { id: spend, kind: amount, over: calendarQuarter, minimum: '150.00' }`,
  ),
  contract(
    'hours',
    `
term: { firstDay: 2026-01-01 }
measures:
  worked: { kind: agentTime, states: [TALK, HOLD, ACW] }
  waiting: { kind: agentTime, states: [AVAILABLE] }
lines:
  - { id: L1, model: time, measure: worked, unit: hour, price: '60.00' }
  - { id: L2, model: time, measure: waiting, unit: hour, price: '12.00' }
  - { id: L3, model: fixed, amount: '99.99' }`,
  ),
];

describe('the accrual at a cut', () => {
  const work = (month: string, count: number, from: number) => [
    calls(row(count, `${month}-05T09:00`), from),
    calls([{ at: paris(`${month}-06T09:00`), talkS: 0, waitS: 30, isAbandoned: true }], from + 900),
    outcomes([stretch(1, 'AVAILABLE', paris(`${month}-05T09:00`), paris(`${month}-05T11:00`))], from + 950),
  ];
  const centre = centreOf(kinds, (open) =>
    open.deliver(...work('2026-01', 30, 1), ...work('2026-02', 31, 1_001), ...work('2026-03', 10, 2_001)),
  );
  const ids = ['tiered', 'hours'];

  /** Of the period's own, and what waits for it. */
  const toBeInvoiced = ({ parts }: AccrualAnswer, period: string): string =>
    Decimal.sum(
      0,
      ...parts
        .filter((each) => (each.kind === 'period' ? each.period : each.carriedBy) === period)
        .map((each) => each.net),
    ).toFixed(2);

  it('is what closes at the same cut invoice, month by month, late work and what it moves included', async () => {
    for (const [index, month] of ['2026-01', '2026-02', '2026-03'].entries()) {
      for (const id of ids) {
        const before = await accrued(centre(), id, '2026-03-31');
        expect(Number(before.net)).toBeGreaterThan(0);
        const event = await centre().close(id, month);
        expect([id, month, toBeInvoiced(before, month)]).toEqual([id, month, net(event)]);
        // nothing is counted twice, and nothing is lost
        const after = await accrued(centre(), id, '2026-03-31');
        expect(new Decimal(after.net).plus(net(event)).toFixed(2)).toBe(before.net);
      }
      // late work of January moves the tiers of all months that are closed
      await centre().deliver(calls(row(3, `2026-01-2${index}T09:00`), 10_001 + index * 100));
      for (const id of ids) {
        const before = await accrued(centre(), id, '2026-03-31');
        const differences = before.parts.filter(({ kind }) => kind === 'difference');
        expect(differences.length).toBeGreaterThan(0);
        for (const { period, net: amount } of differences) {
          expect([id, period, amount]).toEqual([id, period, net(await centre().adjust(id, period))]);
        }
        // made, and still to be carried
        const waiting = await accrued(centre(), id, '2026-03-31');
        expect(waiting.net).toBe(before.net);
      }
    }
  }, 60_000);

  it('is summed by brand and currency', async () => {
    const at = paris('2026-03-31T12:00');
    const all = await centre().periods.accruals(ids.map(centre().contract), () => ({ at, isNow: true }));
    const sum = Decimal.sum(0, ...all.map((each) => each.net));
    expect(accruedTotals(all)).toEqual([
      { brand: 'Aurore', currency: 'EUR', net: sum.toFixed(2), provisional: expect.anything() },
    ]);
  });
});

describe('the accrual by what was known at an earlier instant', () => {
  const centre = centreOf(kinds, (open) => open.deliver(calls(row(30, '2026-01-05T09:00'))));
  const ids = ['tiered', 'hours'];
  /** At an instant of the log, which has the clock of this machine. */
  const knownAt = async (at: number) => {
    const all = await centre().periods.accruals(ids.map(centre().contract), () => ({ at, isNow: false }));
    return all.map((each) => [each.net.toFixed(each.scale), said(accrualAnswer(each))]);
  };
  const present = async (at: number) => {
    const all = await centre().periods.accruals(ids.map(centre().contract), () => ({ at, isNow: true }));
    return all.map((each) => [each.net.toFixed(each.scale), said(accrualAnswer(each))]);
  };

  /** One that nothing of the log has, and nothing will have. */
  async function nextInstant(): Promise<number> {
    const last = Date.now();
    await waitUntil(() => Date.now() > last + 1);
    return last + 1;
  }

  it('is the one of then, whatever was delivered, closed and adjusted since', async () => {
    const first = await nextInstant();
    const firstAccrual = await present(first - 1);
    await centre().close('tiered', '2026-01');
    await centre().deliver(calls(row(3, '2026-01-20T09:00'), 1_001));
    const second = await nextInstant();
    const secondAccrual = await present(second - 1);
    await centre().adjust('tiered', '2026-01');
    await centre().close('hours', '2026-01');
    await centre().deliver(calls(row(4, '2026-01-21T09:00'), 2_001));
    expect(await knownAt(first)).toEqual(firstAccrual);
    expect(await knownAt(second)).toEqual(secondAccrual);
    expect(secondAccrual).not.toEqual(firstAccrual);
    expect(await present(Date.now())).not.toEqual(secondAccrual);
  }, 60_000);
});

describe('tallyline accruals', () => {
  const centre = new Commanded([
    contract(
      'march',
      `
term: { firstDay: 2026-03-01, lastDay: 2026-03-31 }
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, model: perUnit, measure: contacts, price: '2.35' }]`,
    ),
  ]);
  beforeAll(() => centre.deliver(calls(row(10, '2026-03-02T09:00'))), 60_000);
  afterAll(() => centre.remove());

  it('prints the parts and the total of each brand, in English, French and JSON', async () => {
    const [english, french, json] = await Promise.all([
      centre.run('accruals'),
      centre.run('accruals', 'march', '--lang', 'fr'),
      centre.run('accruals', '--json'),
    ]);
    expect(english.stdout).toMatch(/march +2026-03 +over, not closed +23\.50 EUR/);
    expect(english.stdout).toMatch(/Aurore +23\.50 EUR +0\.00 EUR/);
    expect(french.stdout).toMatch(/march +2026-03 +terminée, non clôturée +23,50 EUR/);
    expect(JSON.parse(json.stdout)).toMatchObject({
      contracts: [{ contract: 'march', brand: 'Aurore', net: '23.50', parts: [{ kind: 'period' }] }],
      totals: [{ brand: 'Aurore', currency: 'EUR', net: '23.50' }],
    });
  }, 60_000);

  it('knows nothing of it on a day before it was delivered, and nothing of days to come', async () => {
    const yesterday = await centre.run('accruals', '--at', 'yesterday', '--json');
    expect(JSON.parse(yesterday.stdout)).toMatchObject({ contracts: [{ net: '0.00' }] });
    const wrong = [
      ['accruals', '--at', '2999-01-01'],
      ['accruals', '--at', 'soon'],
      ['accruals', 'other'],
    ];
    const codes = await Promise.all(wrong.map(async (args) => (await centre.run(...args)).code));
    expect(codes).toEqual([2, 2, 4]);
  }, 60_000);
});
