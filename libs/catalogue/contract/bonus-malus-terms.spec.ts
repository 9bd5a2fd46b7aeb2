import { describe, expect, it } from '@jest/globals';
import { recompute } from '#domain/pricing/trace.js';
import { faultsOf, figuresOf, invoiceOf } from './contract-yaml.fixture.js';

const head = `
measures: { calls: { kind: count, of: answered }, complaints: { kind: events, name: complaint.received } }
kpis: { quality: { type: quality }, csat: { type: topBox, question: csat } }`;

/** A day's work: so many calls, and a score of quality. */
const day = (date: string, calls: number, score: number | null = null): string =>
  [
    `{ contact: { at: ${date}T10:00, talk: 1min }, times: ${calls} }`,
    ...(score === null
      ? []
      : [`{ events: [{ name: quality.evaluated, at: ${date}, data: { score: ${score} } }] }`]),
  ].join(', ');

function monthOf(clauses: string, given: string, period = ''): ReturnType<typeof invoiceOf> {
  const invoice = invoiceOf(
    `${head}\n${clauses}\nexamples: [{ says: a, ${period} price: '0', given: [${given}] }]`,
  );
  const results = recompute(invoice.rows);
  for (const { row, amount } of [...invoice.lines, ...invoice.allowancesAndCharges])
    expect(results.get(row)).toEqual(amount);
  return invoice;
}

const lines = (price: string): string =>
  `lines: [{ id: L, model: perUnit, measure: calls, price: '${price}' }]`;
const two = `lines: [{ id: L, model: perUnit, measure: calls, price: '3.00' }, { id: M, model: perUnit, measure: calls, price: '1.00', vat: { category: S, rate: '10' } }]`;

function entriesOf(clauses: string, given: string, period = ''): Readonly<Record<string, string>> {
  const { amounts } = figuresOf(monthOf(clauses, given, period));
  return Object.fromEntries(Object.entries(amounts).filter(([id]) => !/^[LM]/.test(id)));
}

describe('A bonus or malus as an amount', () => {
  const below = (rest = ''): string =>
    `bonusMalus: [{ id: A, kpi: quality, base: [L], shapes: [{ shape: perPoint, from: 90, beyond: below, size: 1, count: full, amount: '-500.00' }] ${rest} }]`;

  it('is given for each point, whatever the base comes to', () => {
    // 90 less 86.5 are three full points
    expect(entriesOf(`${lines('2.00')}\n${below()}`, day('2026-04-02', 10, 86.5))).toEqual({
      A: '-1500.00',
    });
  });

  it('lies on a straight line between two amounts', () => {
    // half way from 70 to 90: half of 1 000.00
    const clause =
      "bonusMalus: [{ id: A, kpi: quality, base: [L], shapes: [{ shape: linear, from: { at: 70, amount: '0' }, to: { at: 90, amount: '+1000.00' } }] }]";
    expect(entriesOf(`${lines('2.00')}\n${clause}`, day('2026-04-02', 10, 80))).toEqual({ A: '500.00' });
  });

  it('has the VAT of its base, in proportion', () => {
    // 300.00 at 20 % and 100.00 at 10 %: of -200.00 three quarters and one
    const clause =
      "bonusMalus: [{ id: A, kpi: quality, base: [L, M], shapes: [{ shape: step, points: [{ lt: 80, amount: '-200.00' }] }] }]";
    const figures = figuresOf(monthOf(`${two}\n${clause}`, day('2026-04-02', 100, 50)));
    expect(figures.amounts).toEqual({ L: '300.00', M: '100.00', 'A.1': '-150.00', 'A.2': '-50.00' });
    // 150.00 x 20 % and 50.00 x 10 %
    expect(figures.vat).toEqual(['S 20: 150.00 30.00', 'S 10: 50.00 5.00']);
  });

  it('is capped by an amount, and by a ratio of its base', () => {
    const given = day('2026-04-02', 100, 50);
    // 40 points are 20 000.00; 1 200.00 at most; 5 % of 200.00
    expect(entriesOf(`${lines('2.00')}\n${below(", capAmount: { malus: '1200.00' }")}`, given)).toEqual({
      A: '-1200.00',
    });
    expect(entriesOf(`${lines('2.00')}\n${below(", cap: { malus: '0.05' }")}`, given)).toEqual({
      A: '-10.00',
    });
  });

  it('caps a rate by an amount over all VAT groups of the base', () => {
    // 10 % of 300.00 and 100.00 are 40.00, of which 25.00 are taken: 18.75 and 6.25
    const clause =
      "bonusMalus: [{ id: A, kpi: quality, base: [L, M], shapes: [{ shape: step, points: [{ lt: 80, rate: '-0.10' }] }], capAmount: { malus: '25.00' } }]";
    expect(entriesOf(`${two}\n${clause}`, day('2026-04-02', 100, 50))).toEqual({
      'A.1': '-18.75',
      'A.2': '-6.25',
    });
  });

  it('shrinks by calendar days in a month in part, or is whole', () => {
    const clause = (rest: string): string =>
      `term: { firstDay: 2026-04-16 }\n${lines('2.00')}\nbonusMalus: [{ id: A, kpi: quality, base: [L], shapes: [{ shape: step, points: [{ lt: 80, amount: '-600.00' }] }] ${rest} }]`;
    const given = day('2026-04-20', 10, 50);
    expect(entriesOf(clause(''), given)).toEqual({ A: '-300.00' });
    expect(entriesOf(clause(', proration: none'), given)).toEqual({ A: '-600.00' });
  });

  it('is judged by part of the month where an amendment changes it, each for its days', () => {
    // 12 of 30 days at -600.00; then 18 days at -1 000.00, whose quality is good
    const clause = `${lines('2.00')}
bonusMalus: [{ id: A, kpi: quality, base: [L], shapes: [{ shape: step, points: [{ lt: 80, amount: '-600.00' }] }] }]
amendments: [{ effective: 2026-04-13, set: { A.shapes: [{ shape: step, points: [{ lt: 80, amount: '-1000.00' }] }] } }]`;
    expect(entriesOf(clause, `${day('2026-04-02', 10, 50)}, ${day('2026-04-20', 10, 95)}`)).toEqual({
      A: '-240.00',
    });
    expect(entriesOf(clause, `${day('2026-04-02', 10, 50)}, ${day('2026-04-20', 10, 50)}`)).toEqual({
      'A.1': '-240.00',
      'A.2': '-600.00',
    });
  });
});

describe('A malus for a part of the month without any work', () => {
  it('is taken all the same', () => {
    // -600.00 for 12 of 30 days in which there were no calls
    const clause = `${lines('2.00')}
bonusMalus: [{ id: A, kpi: quality, base: [L], shapes: [{ shape: step, points: [{ lt: 80, amount: '-600.00' }] }] }]
amendments: [{ effective: 2026-04-13, set: { A.shapes: [{ shape: step, points: [{ lt: 40, amount: '-9.00' }] }] } }]`;
    expect(
      entriesOf(
        clause,
        `${day('2026-04-20', 10, 95)}, ${day('2026-04-02', 1, 50)}`.replace(
          /\{ contact: \{ at: 2026-04-02[^}]*\}, times: 1 \}, /,
          '',
        ),
      ),
    ).toEqual({ A: '-240.00' });
  });
});

describe('A bonus or malus for each event', () => {
  const complaints = (count: number): string =>
    `{ events: [{ name: complaint.received, at: 2026-04-20 }], times: ${count} }`;

  it('counts those beyond the free ones, which shrink with a month in part', () => {
    const clause = (term: string, rest = ''): string =>
      `${term}\n${lines('2.00')}\nbonusMalus: [{ id: E, kind: perEvent, measure: complaints, base: [L], amount: '-150.00', free: 5 ${rest} }]`;
    const given = `${day('2026-04-20', 10)}, ${complaints(7)}`;
    expect(entriesOf(clause(''), given)).toEqual({ E: '-300.00' });
    // of 5 for 15 of 30 days 2.5, that is 3: four count
    expect(entriesOf(clause('term: { firstDay: 2026-04-16 }'), given)).toEqual({ E: '-600.00' });
    expect(entriesOf(clause('term: { firstDay: 2026-04-16 }', ', proration: none'), given)).toEqual({
      E: '-300.00',
    });
  });

  it('counts started hours between two events, in the month of the second, without the free ones', () => {
    const clause = (free: string): string => `
measures: { calls: { kind: count, of: answered }, down: { kind: elapsed, from: outage.started, to: outage.ended, started: 1h, free: ${free} } }
${lines('2.00')}
bonusMalus: [{ id: E, kind: perEvent, measure: down, base: [L], amount: '-100.00' }]`;
    const outage = (from: string, to: string): string =>
      `{ events: [{ name: outage.started, at: ${from} }, { name: outage.ended, at: ${to} }] }`;
    const entries = (free: string, given: string): Readonly<Record<string, string>> =>
      figuresOf(
        invoiceOf(
          `${clause(free)}\nexamples: [{ says: a, period: 2026-04, price: '0', given: [${day('2026-04-20', 1)}, ${given}] }]`,
        ),
      ).amounts;
    // exactly one hour, and one hour and a second; from March into April: 3 h
    const one = outage('2026-04-05T10:00', '2026-04-05T11:00');
    const more = outage('2026-04-06T10:00:00', '2026-04-06T11:00:01');
    const over = outage('2026-03-31T22:30', '2026-04-01T01:00');
    expect(entries('0s', `${one}, ${more}, ${over}`)).toMatchObject({ E: '-600.00' });
    // the first 30 minutes are free: 1, 1 and 2
    expect(entries('30min', `${one}, ${more}, ${over}`)).toMatchObject({ E: '-400.00' });
  });
});

describe('A scorecard', () => {
  const scorecard = (shapes: string, rest = ''): string => `
bonusMalus:
  - id: S
    kind: scorecard
    base: [L]
    of:
      - { kpi: quality, weight: '0.7', shapes: [{ shape: linear, from: { at: 50, points: 0 }, to: { at: 100, points: 100 } }] }
      - { kpi: csat, weight: '0.3', shapes: [{ shape: step, points: [{ gte: '0.8', points: 100 }, { gte: '0.5', points: 40 }] }] }
    shapes: [${shapes}]
    ${rest}`;
  const answers = (score: number, times: number): string =>
    `{ events: [{ name: survey.answered, at: 2026-04-20, data: { question: csat, score: ${score} } }], times: ${times} }`;

  it('compares the weighted points exactly', () => {
    // 0.7 x 60 + 0.3 x 40 is 54: not below it, and below 54.01
    const at = (value: string): string =>
      `${lines('10.00')}\n${scorecard(`{ shape: step, points: [{ lt: '${value}', rate: '-0.10' }] }`)}`;
    const given = `${day('2026-04-20', 10, 80)}, ${answers(5, 1)}, ${answers(1, 1)}`;
    expect(entriesOf(at('54'), given)).toEqual({});
    expect(entriesOf(at('54.01'), given)).toEqual({ S: '-10.00' });
  });

  it('leaves out a KPI without data, with its weight', () => {
    // quality alone: 60
    const clause = `${lines('10.00')}\n${scorecard("{ shape: perPoint, from: 50, beyond: above, size: 1, count: full, amount: '+7.00' }")}`;
    expect(entriesOf(clause, day('2026-04-20', 10, 80))).toEqual({ S: '70.00' });
  });

  it('gives a bonus only if another KPI holds, and takes a malus in any case', () => {
    const clause = `${lines('10.00')}\nbonusMalus: [{ id: S, kpi: quality, base: [L], shapes: [{ shape: step, points: [{ gte: 90, rate: '+0.10' }, { lt: 60, rate: '-0.10' }] }], bonusIf: [{ kpi: csat, op: gte, value: '0.5' }] }]`;
    const results = [
      [95, 5],
      [95, 1],
      [50, 1],
    ].map(([quality = 0, csat = 0]) =>
      entriesOf(clause, `${day('2026-04-20', 10, quality)}, ${answers(csat, 2)}`),
    );
    expect(results).toEqual([{ S: '10.00' }, {}, { S: '-10.00' }]);
  });
});

describe('An escalation', () => {
  const clause = (rest = ''): string =>
    `${lines('10.00')}\nbonusMalus: [{ id: S, kpi: quality, base: [L], shapes: [{ shape: step, points: [{ gte: 95, rate: '+0.02' }, { lt: 60, rate: '-0.10' }] }], escalation: ['1', '1.5', '2'] }]\n${rest}`;
  const months = (...scores: readonly (number | null)[]): string =>
    scores.map((score, index) => day(`2026-0${index + 1}-15`, 10, score)).join(', ');
  const lastOf = (scores: readonly (number | null)[], rest = ''): string =>
    entriesOf(clause(rest), months(...scores), `period: 2026-0${scores.length},`)['S'] ?? '0.00';

  it('multiplies a malus by how many months in a row took one', () => {
    expect(lastOf([50])).toBe('-10.00');
    expect(lastOf([50, 50])).toBe('-15.00');
    expect(lastOf([50, 50, 50])).toBe('-20.00');
    expect(lastOf([50, 50, 50, 50])).toBe('-20.00');
  });

  it('begins again after a month without a malus, or without data', () => {
    expect(lastOf([50, 50, 80, 50])).toBe('-10.00');
    expect(lastOf([50, null, 50])).toBe('-10.00');
    expect(lastOf([50, 50, 97])).toBe('2.00');
  });

  it('does not count a month in which the malus was waived', () => {
    const waiver = 'waivers: [{ id: W, kind: period, of: [S], from: 2026-02-01, to: 2026-02-10, proof: p }]';
    expect(lastOf([50, 50, 50], waiver)).toBe('-10.00');
  });

  it('judges an earlier month by the terms of that month', () => {
    // until 1 March the threshold is 40
    const amendment =
      "amendments: [{ effective: 2026-03-01, set: { S.shapes: [{ shape: step, points: [{ lt: 60, rate: '-0.10' }] }] } }]";
    const before = clause(amendment).replace('{ lt: 60', '{ lt: 40');
    const given = months(50, 50, 50, 50);
    expect(entriesOf(before, given, 'period: 2026-04,')).toEqual({ S: '-15.00' });
  });
});

describe('A cap over all bonus', () => {
  it('brings down every bonus in proportion, on the lines of its base', () => {
    // 6 % and 2 % of 300.00; at most 4 % of 300.00: 12.00 of 24.00
    const clauses = `${two}
bonusMalus:
  - { id: A, kpi: quality, base: [L], shapes: [{ shape: step, points: [{ gte: 90, rate: '+0.06' }] }] }
  - { id: B, kpi: quality, base: { allBut: [M] }, shapes: [{ shape: step, points: [{ gte: 90, rate: '+0.02' }] }] }
bonus: { overallCap: '0.04', base: [L] }`;
    expect(entriesOf(clauses, day('2026-04-02', 100, 95))).toEqual({ A: '9.00', B: '3.00' });
  });

  it('leaves costs handed on out of the base of a cap over all malus', () => {
    // 10 % of 300.00, at most 5 % of 300.00 rather than of 400.00
    const clauses = `${two}
bonusMalus: [{ id: A, kpi: quality, base: [L], shapes: [{ shape: step, points: [{ lt: 90, rate: '-0.10' }] }] }]
malus: { overallCap: '0.05', base: { allBut: [M] } }`;
    expect(entriesOf(clauses, day('2026-04-02', 100, 50))).toEqual({ A: '-15.00' });
  });
});

describe('A contract with amounts, scorecards or escalations', () => {
  const shape = (gain: string): string => `{ shape: step, points: [{ lt: 80, ${gain} }] }`;
  const clause = (text: string): string[] => faultsOf(`${head}\n${lines('2.00')}\nbonusMalus: [${text}]`);
  it.each([
    [
      'rates and amounts in one clause',
      `{ id: A, kpi: quality, base: [L], shapes: [${shape("rate: '-0.1'")}, ${shape("amount: '-9'")}] }`,
      'bonusMalus[0].shapes: gives rate and amount; allowed for the whole clause is one of: rate, amount [not-one-of-several]',
    ],
    [
      'points that no scorecard counts',
      `{ id: A, kpi: quality, base: [L], shapes: [${shape('points: 5')}] }`,
      'bonusMalus[0].shapes: gives points; allowed for the whole clause is one of: rate, amount [not-one-of-several]',
    ],
    [
      'weights that are no whole',
      `{ id: S, kind: scorecard, base: [L], of: [{ kpi: quality, weight: '0.7', shapes: [${shape('points: 5')}] }, { kpi: csat, weight: '0.4', shapes: [{ shape: step, points: [{ gte: '0.8', points: 5 }] }] }], shapes: [{ shape: step, points: [{ lt: 3, rate: '-0.1' }] }] }`,
      'bonusMalus[0].of: the weights sum to 1.1: they are shares of one score and must sum to 1 [weights-not-one]',
    ],
    [
      'a score that no points reach',
      `{ id: S, kind: scorecard, base: [L], of: [{ kpi: quality, weight: '0.5', shapes: [${shape('points: 5')}] }, { kpi: csat, weight: '0.5', shapes: [{ shape: step, points: [{ gte: '0.8', points: 5 }] }] }], shapes: [{ shape: step, points: [{ gte: 90, rate: '0.1' }] }] }`,
      'bonusMalus[0].shapes[0].points[0].gte: 90 is no value of the score (0 to 5) [implausible-value]',
    ],
    [
      'a condition of a bonus that is never given',
      `{ id: A, kpi: quality, base: [L], shapes: [${shape("rate: '-0.1'")}], bonusIf: [{ kpi: csat, op: gte, value: '0.8' }] }`,
      "bonusMalus[0].bonusIf: has no effect: 'A' never gives a bonus [never-applies]",
    ],
    [
      'an escalation of a malus that is never taken',
      `{ id: A, kpi: quality, base: [L], shapes: [${shape("rate: '0.1'")}], escalation: ['1', '2'] }`,
      "bonusMalus[0].escalation: has no effect: 'A' never gives a malus [never-applies]",
    ],
    [
      'an escalation by 1',
      `{ id: A, kpi: quality, base: [L], shapes: [${shape("rate: '-0.1'")}], escalation: ['1', '1'] }`,
      'bonusMalus[0].escalation: multiplies by 1 in every month: leave it out [never-applies]',
    ],
    [
      'an amount of nothing',
      "{ id: A, kind: perEvent, measure: complaints, base: [L], amount: '0' }",
      'bonusMalus[0].amount: never gives an amount other than 0 [never-applies]',
    ],
    [
      'a proration of rates',
      `{ id: A, kpi: quality, base: [L], shapes: [${shape("rate: '-0.1'")}], proration: none }`,
      'bonusMalus[0].proration: has no effect: rates follow their base [never-applies]',
    ],
    [
      'a base without lines',
      `{ id: A, kpi: quality, base: { allBut: [L] }, shapes: [${shape("rate: '-0.1'")}] }`,
      'bonusMalus[0].base.allBut: leaves no line: name fewer [never-applies]',
    ],
    [
      'a base without a line that is not there',
      `{ id: A, kpi: quality, base: { allBut: [N] }, shapes: [${shape("rate: '-0.1'")}] }`,
      "bonusMalus[0].base.allBut[0]: there is no line 'N' (allowed: L) [unknown-line]",
    ],
  ])('is refused for %s, with the fix', (_, text, message) => {
    expect(clause(text)).toEqual([message]);
  });
});
