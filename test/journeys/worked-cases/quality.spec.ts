import { describe, expect, it } from '@jest/globals';
import { amounts, centreOf, contract, net } from './centre.js';
import { type Call, calls, laidOut, outcomes, paris } from './work.js';

/**
 * Worked cases of pay that depends on quality, from events to the invoice; see time.spec.ts for how they
 * are named.
 */
const days = (month: string) => ({ from: `${month}-01`, to: `${month}-28`, slotS: 180 });

/** Handled calls of a month, that waited `waitS` in the queue. */
function handled(month: string, count: number, firstId: number, waitS: (index: number) => number = () => 10) {
  const work = laidOut(count, days(month), ({ index, ...place }): Call => {
    return { ...place, waitS: waitS(index), talkS: 140, acwS: 30 };
  });
  return calls(work, firstId);
}

/** Answers to a question, one customer after the other, spread over the month. */
function answers(month: string, question: string, scores: readonly number[], firstId: number) {
  return outcomes(
    scores.map((score, index) => ({
      type: 'survey.answered',
      subject: `${question}-${month}-${index}`,
      at: paris(`${month}-02T10:00`) + index * 600_000,
      data: { question, score, queue: 'voice:orders' },
    })),
    firstId,
  );
}

/** So many of each score. */
const scores = (...counts: readonly (readonly [score: number, count: number])[]): number[] =>
  counts.flatMap(([score, count]) => Array.from({ length: count }, () => score));

describe('paid only above a threshold of satisfaction (case 7)', () => {
  const gate = (onNoData: string): string => `
measures: { contacts: { kind: count, of: handled } }
kpis: { csat: { type: topBox, question: csat, minSample: 200, onNoData: ${onNoData} } }
lines:
  - { id: L1, model: perUnit, measure: contacts, price: '3.10', payIf: { kpi: csat, op: gt, value: '0.85' } }
`;
  const ways = ['neutral', 'asTarget', 'previousPeriod'];
  const centre = centreOf(
    ways.map((way) => contract(way, gate(way))),
    (open) =>
      open.deliver(
        handled('2026-03', 5_200, 1),
        answers('2026-03', 'csat', scores([5, 200], [4, 231], [3, 40], [2, 30], [1, 6]), 1),
        handled('2026-04', 100, 10_001),
        answers('2026-04', 'csat', scores([1, 150]), 10_001),
        handled('2026-05', 100, 20_001),
        answers('2026-05', 'csat', scores([4, 425], [3, 75]), 20_001),
        handled('2026-06', 100, 30_001),
        answers('2026-06', 'csat', scores([5, 150]), 30_001),
      ),
  );

  it('pays above the satisfaction threshold only (7, B: "uniquement si le taux … dépasse un seuil donné")', async () => {
    const invoice = await centre().close('neutral', '2026-03');
    expect(net(invoice)).toBe('16120.00');
    // 431 of 507 is above 85 %; rounded to 85.0 % first it would not be, and nothing be paid
    expect(invoice.kpis).toMatchObject([{ numerator: 431, denominator: 507, value: '0.8501' }]);
    const exactly = await centre().close('neutral', '2026-05');
    expect(exactly.kpis).toMatchObject([{ numerator: 425, denominator: 500, value: '0.85' }]);
    expect(net(exactly)).toBe('0.00');
  });

  it('treats 150 answers as no data, with the effect that the contract names (7)', async () => {
    const april = [];
    for (const way of ways) april.push([way, net(await centre().close(way, '2026-04'))]);
    expect(april).toEqual([
      ['neutral', '310.00'],
      ['asTarget', '310.00'],
      // March was above the threshold, May was not
      ['previousPeriod', '310.00'],
    ]);
    expect(net(await centre().close('neutral', '2026-06'))).toBe('310.00');
    expect(net(await centre().close('previousPeriod', '2026-06'))).toBe('0.00');
  });
});

describe('a bonus on the time of response (case 8)', () => {
  const response = (shapes: string): string => `
kpis: { asa: { type: asa, of: answered } }
lines: [{ id: L1, model: fixed, amount: '80000.00' }]
bonusMalus:
  - id: R
    kpi: asa
    base: [L1]
    cap: { bonus: '0.03', malus: '0.05' }
    shapes: ${shapes}
`;
  const graded = `
      - { shape: linear, from: { at: 300, rate: '0' }, to: { at: 180, rate: '+0.03' } }
      - { shape: perPoint, from: 360, beyond: above, size: 10, count: started, rate: '-0.005' }`;
  const allOrNothing = `
      - { shape: step, points: [{ lte: 180, rate: '+0.03' }] }`;
  const centre = centreOf(
    [contract('graded', response(graded)), contract('all-or-nothing', response(allOrNothing))],
    (open) =>
      open.deliver(
        handled('2026-03', 15_000, 1, (index) => (index < 12_000 ? 200 : 340)),
        handled('2026-04', 50, 100_001, () => 395),
        handled('2026-05', 50, 200_001, () => 180),
      ),
  );

  it('adds a bonus for response time over all contacts of the month (8, B: "passe de 5 à 3 minutes")', async () => {
    const march = await centre().close('graded', '2026-03');
    // 228 s; the mean of the two means, 270 s, would have given 600.00
    expect(march.kpis).toMatchObject([{ numerator: 3_420_000_000, denominator: 15_000, value: '228' }]);
    expect(amounts(march)).toEqual({ L1: '80000.00', R: '1440.00' });
    expect(amounts(await centre().close('graded', '2026-04'))).toEqual({ L1: '80000.00', R: '-1600.00' });
    expect(amounts(await centre().close('graded', '2026-05'))).toEqual({ L1: '80000.00', R: '2400.00' });
  });

  it('adds the bonus for response time as all or nothing (8)', async () => {
    expect(amounts(await centre().close('all-or-nothing', '2026-03'))).toEqual({ L1: '80000.00' });
    const may = await centre().close('all-or-nothing', '2026-05');
    expect(amounts(may)).toEqual({ L1: '80000.00', R: '2400.00' });
  });
});

describe('a fixed amount, volume beyond it, and a bonus (case 12)', () => {
  const hybrid = (question: string): string => `
measures: { contacts: { kind: count, of: handled } }
kpis: { csat: { type: topBox, question: ${question} } }
lines:
  - { id: F, model: fixed, amount: '25000.00', includes: { measure: contacts, upTo: 9000 } }
  - { id: X, model: perUnit, measure: contacts, above: 9000, price: '2.40' }
bonusMalus:
  - { id: S, kpi: csat, base: [F], shapes: [{ shape: step, points: [{ gt: '0.90', rate: '+0.04' }] }] }
`;
  const centre = centreOf(
    [contract('hybrid', hybrid('csat')), contract('exactly', hybrid('other'))],
    (open) =>
      open.deliver(
        handled('2026-04', 9_640, 1),
        answers('2026-04', 'csat', scores([5, 1_000], [4, 363], [3, 147]), 1),
        answers('2026-04', 'other', scores([5, 1_000], [4, 359], [3, 151]), 10_001),
      ),
  );

  it('charges a fixed amount, the volume beyond it and a bonus (12, B: "un montant fixe …, avec un bonus")', async () => {
    const invoice = await centre().close('hybrid', '2026-04');
    expect([amounts(invoice), net(invoice)]).toEqual([
      { F: '25000.00', X: '1536.00', S: '1000.00' },
      '27536.00',
    ]);
    expect(invoice.kpis).toMatchObject([{ numerator: 1_363, denominator: 1_510, value: '0.9026' }]);
  });

  it('adds no bonus at exactly 90 % where it must exceed 90 % (12)', async () => {
    const invoice = await centre().close('exactly', '2026-04');
    expect(invoice.kpis).toMatchObject([{ numerator: 1_359, denominator: 1_510, value: '0.9' }]);
    expect([amounts(invoice), net(invoice)]).toEqual([{ F: '25000.00', X: '1536.00' }, '26536.00']);
  });
});

describe('a bonus on the net promoter score (case 24)', () => {
  const promoters = `
kpis: { nps: { type: nps, question: nps } }
lines: [{ id: L1, model: fixed, amount: '60000.00' }]
bonusMalus:
  - id: N
    kpi: nps
    base: [L1]
    cap: { bonus: '0.04' }
    shapes: [{ shape: perPoint, from: 12, beyond: above, size: 1, rate: '+0.01' }]
`;
  const centre = centreOf([contract('nps', promoters)], (open) =>
    open.deliver(answers('2026-04', 'nps', scores([10, 200], [9, 216], [8, 104], [6, 180], [0, 100]), 1)),
  );

  it('adds a bonus for five NPS points above the baseline, capped at 4 % (24, B)', async () => {
    const invoice = await centre().close('nps', '2026-04');
    expect(invoice.kpis).toMatchObject([{ numerator: 136, denominator: 800, value: '17' }]);
    expect(amounts(invoice)).toEqual({ L1: '60000.00', N: '2400.00' });
  });
});
