import { describe, expect, it } from '@jest/globals';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { documentText } from '#contract-text/clauses/document.js';
import {
  callsAtNoon,
  contractOf,
  exampleOf,
  faultsOf,
  figuresOf,
  invoiceOf,
} from './contract-yaml.fixture.js';

const measures = `
measures: { answered: { kind: count, of: answered }, complaints: { kind: events, name: complaint.received } }
kpis: { reached: { type: answerRate } }
`;
const lines = (...more: string[]): string => `
lines:
  - { id: calls, model: perUnit, measure: answered, price: '2.00' }
  - { id: credit, model: fixed, amount: '-300.00' }
${more.join('\n')}
`;
const contract = (...terms: string[]): string => [measures, lines(), ...terms].join('\n');

describe('an agreed credit', () => {
  it('pays for no volume', () => {
    const including = `${measures}
lines:
  - { id: credit, model: fixed, amount: '-300.00', includes: { measure: answered, upTo: 100 } }
  - { id: beyond, model: perUnit, measure: answered, above: 100, price: '2.00' }`;
    expect(faultsOf(including)).toEqual([
      'lines[0].includes: is of an agreed credit (-300.00), which pays for no volume: write it at a fixed amount of ' +
        'at least 0, and the credit as a line of its own [never-applies]',
    ]);
    expect(faultsOf(including.replace('-300.00', '0.00'))).toEqual([]);
  });

  it('pays for no volume in an amendment and in a calendar rule either', () => {
    const including = `${measures}
lines:
  - { id: base, model: fixed, amount: '300.00', includes: { measure: answered, upTo: 100 } }
  - { id: beyond, model: perUnit, measure: answered, above: 100, price: '2.00' }`;
    const set = (key: string): string => `${including}\n${key}`;
    const message = expect.stringContaining('lines[0].includes: is of an agreed credit (-1.00)');
    expect(
      faultsOf(set("amendments: [{ effective: 2026-04-01, reason: r, set: { base.amount: '-1.00' } }]")),
    ).toEqual([message]);
    expect(
      faultsOf(
        set(
          "calendarRules: [{ id: w, from: 2026-04-01, to: 2026-04-08, overrides: { base.amount: '-1.00' } }]",
        ),
      ),
    ).toEqual([message]);
  });

  it('is never alone what a rate, a cap, a discount or a commitment is a part of', () => {
    const shapes = (gain: string): string => `shapes: [{ shape: step, points: [{ lt: '0.9', ${gain} }] }]`;
    const alone = 'holds agreed credits alone, whose amounts are below zero';
    const clause = (rest: string): string[] =>
      faultsOf(contract(`bonusMalus: [{ id: B, base: [credit], kpi: reached, ${rest} }]`));
    expect(clause(shapes("rate: '-0.1'"))).toEqual([
      expect.stringContaining(`bonusMalus[0].base: ${alone}: a rate`),
    ]);
    expect(clause(`cap: { malus: '0.1' }, ${shapes("amount: '-10'")}`)).toEqual([
      expect.stringContaining(`bonusMalus[0].base: ${alone}: a cap`),
    ]);
    // an amount is due, with the VAT of the credit
    expect(clause(shapes("amount: '-10'"))).toEqual([]);
    const malus = `bonusMalus: [{ id: B, base: [calls], kpi: reached, ${shapes("rate: '-0.1'")} }]`;
    expect(faultsOf(contract(malus, "malus: { overallCap: '0.1', base: [credit] }"))).toEqual([
      `malus.base: ${alone}: no malus would ever be left; name a line that is charged [never-applies]`,
    ]);
    expect(faultsOf(contract("discounts: [{ id: D, base: [credit], rate: '0.1' }]"))).toEqual([
      expect.stringContaining(`discounts[0].base: ${alone}: nothing would ever be taken off`),
    ]);
    expect(
      faultsOf(
        contract(
          "commitments: [{ id: C, kind: amount, over: calendarYear, base: [credit], minimum: '100' }]",
        ),
      ),
    ).toEqual([expect.stringContaining(`commitments[0].base: ${alone}: nothing counts towards the amount`)]);
  });

  it('is refused as a price of a unit with what to write instead', () => {
    expect(
      faultsOf(`${measures}lines: [{ id: L, model: perUnit, measure: answered, price: '-0.10' }]`),
    ).toEqual([
      'lines[0].price: "-0.10" must not be below 0: write a discount, or an agreed credit as a fixed or one-off amount such ' +
        'as "-29.50" [malformed-value]',
    ]);
  });
});

describe('a price with more decimals than prices may have', () => {
  it('is refused with how many it may have', () => {
    const of = (line: string): string[] => faultsOf(`${measures}lines: [${line}]`);
    expect(of("{ id: L, model: perUnit, measure: answered, price: '0.123456789' }")).toEqual([
      'lines[0].price: "0.123456789" must have at most 8 decimals [malformed-value]',
    ]);
    expect(of("{ id: F, model: fixed, amount: '-0.123456789' }")).toEqual([
      'lines[0].amount: "-0.123456789" must have at most 8 decimals [malformed-value]',
    ]);
  });
});

describe('a least volume whose missing units cost nothing', () => {
  const of = (line: string, rest = ''): string[] =>
    faultsOf(`${measures}lines: [{ id: L, model: perUnit, measure: answered, ${line} }]\n${rest}`);
  const free = "units of 'L' cost nothing, and so does what is missing: write a shortfallPrice above 0";

  it('is refused as a minimum, a corridor and a commitment', () => {
    expect(of("price: '0', minimum: { volume: 100 }")).toEqual([
      expect.stringContaining(`lines[0].minimum: ${free}`),
    ]);
    expect(of("price: '2', minimum: { volume: 100, shortfallPrice: '0.00' }")).toEqual([
      expect.stringContaining('lines[0].minimum: 0.00 charges nothing, and so does what is missing'),
    ]);
    const corridor = (rest: string): string =>
      `corridors: [{ id: V, line: L, forecast: { 2026-03: 100 }, lower: '0.9'${rest} }]`;
    expect(of("price: '0'", corridor(''))).toEqual([expect.stringContaining(`corridors[0].lower: ${free}`)]);
    expect(of("price: '2'", corridor(", shortfallPrice: '0'"))).toEqual([
      expect.stringContaining('corridors[0].shortfallPrice: 0 charges nothing'),
    ]);
    expect(
      of(
        "price: '2'",
        "commitments: [{ id: C, kind: volume, over: calendarYear, line: L, minimumVolume: '9', shortfallPrice: '0' }]",
      ),
    ).toEqual([expect.stringContaining('commitments[0].shortfallPrice: 0 charges nothing')]);
  });

  it('is allowed at a price for what is missing, and as an amount', () => {
    expect(of("price: '0', minimum: { volume: 100, shortfallPrice: '1.00' }")).toEqual([]);
    expect(of("price: '0', minimum: { amount: '100.00' }")).toEqual([]);
    const steps = "[{ upTo: 10, price: '0' }, { price: '2' }]";
    expect(of(`tiers: { mode: graduated, steps: ${steps} }, minimum: { volume: 100 }`)).toEqual([]);
  });
});

describe('lines that a credit brings to zero or below', () => {
  const terms = contract(
    `bonusMalus:
  - { id: quick, kpi: reached, base: [calls, credit], shapes: [{ shape: step, points: [{ gte: '0.5', rate: '+0.10' }] }] }
  - { id: complaint, kind: perEvent, measure: complaints, base: [calls, credit], amount: '-5.00', cap: { malus: '0.02' } }
malus: { overallCap: '0.10' }
discounts: [{ id: framework, base: [calls, credit], rate: '0.05' }]`,
  );
  const month = (calls: number): ReturnType<typeof figuresOf> =>
    figuresOf(
      invoiceOf(
        terms +
          exampleOf(
            '2026-03',
            `${callsAtNoon(['2026-03-02', calls])}\n      - { events: [{ name: complaint.received, at: 2026-03-05 }], times: 2 }`,
          ),
      ),
    );

  it('give no rate, no room below a cap and no discount', () => {
    // 100 x 2.00 - 300.00 = -100.00; 10 %, 2 % and 5 % of it are nothing
    expect(month(100)).toMatchObject({ amounts: { calls: '200.00', credit: '-300.00' }, net: '-100.00' });
    // 150 x 2.00 - 300.00 = 0.00
    expect(month(150).net).toBe('0.00');
    // 400 x 2.00 - 300.00 = 500.00: 50.00, at most 10.00 of the 10.00 of two complaints, 25.00 off
    expect(month(400)).toMatchObject({
      amounts: { quick: '50.00', complaint: '-10.00', framework: '-25.00' },
      net: '515.00',
    });
    // 200 x 2.00 - 300.00 = 100.00: 10.00, of the 10.00 for complaints 2 % of 100.00, 5.00 off
    expect(month(200)).toMatchObject({
      amounts: { quick: '10.00', complaint: '-2.00', framework: '-5.00' },
      net: '103.00',
    });
  });

  it('are what the clauses say, in English and in French', () => {
    const text = (lang: 'en' | 'fr'): string => documentText(contractDocument(contractOf(terms), lang));
    expect(text('en')).toContain(
      'Where the lines that a rate or a cap is a share of come to zero or less, that rate or cap is nothing.',
    );
    expect(text('en')).toContain(
      'takes off at most what it is a part of, and nothing where that is zero or less',
    );
    expect(text('fr')).toContain(
      'Si les lignes dont un taux ou un plafond est une part totalisent zéro ou moins, ce taux ou ce plafond est de zéro.',
    );
    expect(text('fr')).toContain(
      'elle ne dépasse pas ce dont elle est une part, vaut zéro si celle-ci est à zéro ou négative',
    );
  });
});
