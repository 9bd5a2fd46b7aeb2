import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import type { Contract } from '#domain/contract/contract.js';
import { termsInForce } from '#domain/contract/terms-in-force.js';
import type { Fault } from '../fault.js';
import { contractFileJsonSchema, contractJsonSchema, parseContract } from './schema.js';

const paris = (text: string): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime('Europe/Paris').epochMilliseconds;

const written = {
  id: 'C-RETAIL-01',
  seller: { name: 'Centre', siren: '123456789', vatId: 'FR00123456789', countryCode: 'FR' },
  buyer: { name: 'Marque', countryCode: 'FR' },
  currency: 'EUR',
  timeZone: 'Europe/Paris',
  holidays: { country: 'FR' },
  scope: { programme: 'retail' },
  measures: {
    talk: { kind: 'contactTime', parts: ['talk'], increment: { first: '30s', step: '6s' } },
    contacts: { kind: 'count', of: 'handled' },
  },
  kpis: { csat: { type: 'topBox', question: 'csat', minSample: 200 } },
  lines: [
    { id: 'L1', model: 'time', measure: 'talk', price: '29.50' },
    {
      id: 'L2',
      model: 'perUnit',
      measure: 'contacts',
      tiers: { mode: 'graduated', steps: [{ upTo: 10_000, price: '2.35' }, { price: '2.10' }] },
    },
  ],
};

function parsed(value: unknown): Contract {
  const result = parseContract(value);
  if ('faults' in result) throw new Error(JSON.stringify(result.faults));
  return result.contract;
}

/** Without codes, which fault-codes.spec.ts checks. */
function faultsOf(value: unknown): Omit<Fault, 'code'>[] {
  const result = parseContract(value);
  return 'faults' in result ? result.faults.map(({ path, message }) => ({ path, message })) : [];
}

const line = (change: object): object => ({ ...written, lines: [{ ...written.lines[0], ...change }] });

describe('a contract as it is written', () => {
  it('becomes plain data of the domain', () => {
    const contract = parsed(written);
    expect(contract.programme).toBe('retail');
    const terms = contract.versions[0]?.terms;
    expect(terms?.measures['talk']).toMatchObject({
      kind: 'time',
      states: ['TALK'],
      increment: { firstMs: 30_000, stepMs: 6_000, per: 'contact' },
    });
    expect(terms?.lines[0]).toMatchObject({
      model: 'time',
      unit: 'hour',
      price: '29.50',
      stacking: 'highest',
    });
    expect(terms?.lines[1]).toMatchObject({
      pricing: { mode: 'graduated', steps: [{ upTo: 10_000 }, { upTo: null }] },
    });
    expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
  });

  it('reads bands over midnight as two ranges', () => {
    const bands = [{ id: 'night', times: ['21:00-06:00'], surcharge: '0.25' }];
    expect(parsed(line({ bands })).versions[0]?.terms.lines[0]).toMatchObject({
      bands: [
        {
          times: [
            { fromMs: 0, toMs: 21_600_000 },
            { fromMs: 75_600_000, toMs: 86_400_000 },
          ],
        },
      ],
    });
  });

  it('may write a gate as a line or at the line it guards', () => {
    const gate = { kpi: 'csat', op: 'gt', value: '0.85' };
    const apart = {
      ...written,
      lines: [...written.lines, { id: 'G', model: 'gate', line: 'L2', payIf: gate }],
    };
    const inside = { ...written, lines: [written.lines[0], { ...written.lines[1], payIf: gate }] };
    expect(parsed(apart)).toEqual(parsed(inside));
  });

  it('brings the holidays of other countries as days', () => {
    const holidays = { country: 'MA' };
    const days = parsed({ ...written, holidays, term: { firstDay: '2026-01-01', lastDay: '2026-12-31' } })
      .holidays.days;
    expect(days).toContain('2026-07-30');
    expect(parsed(written).holidays.days).toEqual([]);
  });
});

describe('amendments and calendar rules', () => {
  const amendments = [
    { effective: '2026-05-20', set: { 'L1.price': '30.00' }, reason: 'second' },
    { effective: '2026-05-16T06:00', set: { 'L1.price': '29.40', 'csat.minSample': 100 }, reason: 'first' },
  ];

  it('orders versions of amendments by their effective instant, whatever the order in which they are written', () => {
    const { versions } = parsed({ ...written, amendments });
    expect(versions.map(({ version, from, reason }) => [version, from, reason])).toEqual([
      [1, null, null],
      [2, paris('2026-05-16T06:00'), 'first'],
      [3, paris('2026-05-20T00:00'), 'second'],
    ]);
    const prices = versions.map(({ terms }) => terms.lines[0]?.model === 'time' && terms.lines[0].price);
    expect(prices).toEqual(['29.50', '29.40', '30.00']);
    expect(versions[2]?.terms.kpis['csat']?.minSample).toBe(100);
  });

  it('puts the window of a calendar rule over whatever version is in force then', () => {
    const calendarRules = [
      { id: 'BF26', from: '2026-05-15', to: '2026-05-18', overrides: { 'L1.price': '35.00' } },
    ];
    const contract = parsed({ ...written, amendments, calendarRules });
    expect(termsInForce(contract).map(({ version, window, to }) => [version, window, to])).toEqual([
      [1, null, paris('2026-05-15T00:00')],
      [1, 'BF26', paris('2026-05-16T06:00')],
      [2, 'BF26', paris('2026-05-18T00:00')],
      [2, null, paris('2026-05-20T00:00')],
      [3, null, Infinity],
    ]);
  });

  it('lets an amendment switch the charge model at the first moment of a month only', () => {
    const set = { lines: [{ id: 'L1', model: 'perUnit', measure: 'contacts', price: '3.00' }] };
    expect(parsed({ ...written, amendments: [{ effective: '2026-06-01', set }] }).versions).toHaveLength(2);
    expect(faultsOf({ ...written, amendments: [{ effective: '2026-06-02', set }] })).toEqual([
      {
        path: 'amendments[0].effective',
        message: 'L1 changes the charge model: possible at the first moment of a month only',
      },
    ]);
  });

  it('refuses amendments that name nothing, set what is not allowed, or share an instant', () => {
    const faulty = [
      { effective: '2026-05-16', set: { 'L9.price': '1.00' } },
      { effective: '2026-05-16', set: { 'L1.price': 29.4 } },
      { effective: 'soon', set: {} },
    ];
    const faults = faultsOf({ ...written, amendments: faulty });
    expect(faults.map(({ path }) => path)).toEqual([
      'amendments[2].effective',
      'amendments[1].effective',
      'amendments[0].set.L9.price',
      'amendments[1].set',
    ]);
    expect(faults.at(-1)?.message).toContain('lines[0].price: 29.4 must be text, not a number');
  });

  it('refuses calendar rules that overlap', () => {
    const calendarRules = [
      { id: 'A', from: '2026-11-01', to: '2026-11-10', overrides: {} },
      { id: 'B', from: '2026-11-09', to: '2026-11-20', overrides: {} },
    ];
    expect(faultsOf({ ...written, calendarRules })).toEqual([
      { path: 'calendarRules[1]', message: 'B overlaps A: one rule holds at a time' },
    ]);
  });
});

describe('faults of a contract', () => {
  it('lists all faults of a contract at once, with what was found and what is allowed', () => {
    const faults = faultsOf({
      ...written,
      currency: 'euro',
      timeZone: 'Mars/Olympus',
      colour: 'red',
      adjustments: [],
      measures: { talk: { kind: 'contactTime', parts: ['sing'], increment: { first: 'soon', step: '6s' } } },
      lines: [
        { id: 'L1', model: 'hourly' },
        { id: '9', model: 'time', measure: 'talk', price: 29.5 },
      ],
    });
    expect(faults).toEqual(
      expect.arrayContaining([
        { path: 'currency', message: "'euro' must be a code of ISO 4217 such as EUR; did you mean 'EUR'?" },
        { path: 'timeZone', message: 'must be an IANA time zone such as Europe/Paris' },
        { path: 'colour', message: expect.stringMatching(/^unknown key \(allowed: \$schema, id, version/) },
        { path: 'adjustments', message: expect.stringMatching(/^unknown key; did you mean 'bonusMalus'\?/) },
        {
          path: 'measures.talk.parts[0]',
          message: "'sing' is unknown (allowed: talk, hold, acw, dial, wait)",
        },
        {
          path: 'lines[0].model',
          message:
            "'hourly' is unknown (allowed: time, perUnit, outcome, fixed, gainShare, oneOff, passThrough, gate)",
        },
        { path: 'lines[1].price', message: '29.5 must be text, not a number: write it in quotes, "29.5"' },
      ]),
    );
    expect(faults.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['measures.talk.increment.first', 'lines[1].id']),
    );
  });

  it.each([
    [
      'bands that overlap',
      line({
        bands: [
          { id: 'late', times: ['18:00-22:00'], price: '35.00' },
          { id: 'sunday', days: ['sun'], price: '45.00' },
        ],
      }),
      'lines[0].bands[1]',
      'sunday overlaps late on sun; separate them or say stacking (highest, sum, multiply)',
    ],
    [
      'a band with two prices',
      line({ bands: [{ id: 'late', price: '35.00', surcharge: '0.25' }] }),
      'lines[0].bands[0]',
      'band late has two prices; allowed is price or surcharge',
    ],
    [
      'a holiday band without holidays',
      { ...line({ bands: [{ id: 'h', days: ['holiday'], price: '60.00' }] }), holidays: {} },
      'lines[0].bands[0].days',
      'holiday means nothing: the contract has neither holidays.country nor extra or only',
    ],
    [
      'an unknown measure',
      line({ measure: 'tolk' }),
      'lines[0].measure',
      "there is no measure 'tolk'; did you mean 'talk'? (allowed: talk, contacts)",
    ],
    [
      'a measure of the wrong kind',
      line({ measure: 'contacts' }),
      'lines[0].measure',
      "'contacts' is a measure of kind contacts (allowed here: time, seats, adHoc)",
    ],
    [
      'tiers that do not rise',
      {
        ...written,
        lines: [
          {
            ...written.lines[1],
            tiers: {
              mode: 'graduated',
              steps: [{ upTo: 100, price: '2' }, { upTo: 100, price: '1' }, { price: '1' }],
            },
          },
        ],
      },
      'lines[0].tiers.steps[1].upTo',
      '100 must be above 100: steps rise',
    ],
    [
      'tiers without an open end',
      {
        ...written,
        lines: [{ ...written.lines[1], tiers: { mode: 'allUnits', steps: [{ upTo: 100, price: '2' }] } }],
      },
      'lines[0].tiers.steps[0].upTo',
      '100: the last step has no end, so that every volume has a price',
    ],
    [
      'a base that does not exist',
      {
        ...written,
        bonusMalus: [
          {
            id: 'A1',
            kpi: 'csat',
            base: ['L3'],
            shapes: [{ shape: 'step', points: [{ gte: '0.9', rate: '+0.02' }] }],
          },
        ],
      },
      'bonusMalus[0].base[0]',
      "there is no line 'L3'; did you mean 'L1'? (allowed: L1, L2)",
    ],
    [
      'a gate on a KPI that is not there',
      line({ payIf: { kpi: 'nps', op: 'gt', value: 30 } }),
      'lines[0].payIf.kpi',
      "there is no KPI 'nps' (allowed: csat)",
    ],
    [
      'an id that is used twice',
      { ...written, lines: [written.lines[0], { ...written.lines[1], id: 'talk' }] },
      'lines[1].id',
      "'talk' is the id of measures.talk as well: ids are unique in a contract",
    ],
    [
      'limits the wrong way round',
      { ...written, limits: { monthlyMin: '9.00', monthlyMax: '8.00' } },
      'limits.monthlyMax',
      '8.00 must not be below monthlyMin 9.00',
    ],
    [
      'reverse charge without a reason',
      { ...written, vat: { category: 'AE', rate: '0' } },
      'vat.reason',
      'is missing: category AE needs one',
    ],
    [
      'a country that is none',
      { ...written, holidays: { country: 'XX' } },
      'holidays.country',
      "'XX' is no country code such as FR",
    ],
    [
      'a region without holidays of its own',
      { ...written, holidays: { country: 'FR', region: '75' } },
      'holidays.region',
      "'75' has no holidays of its own in FR (allowed: 57, 67, 68, 971, 972, 973, 974, 976, 977, 978)",
    ],
  ])('refuses %s', (_, value, path, message) => {
    expect(faultsOf(value)).toContainEqual({ path, message: expect.stringContaining(message) });
  });
});

describe('contradictions of a contract', () => {
  it('reports clauses of which one would be ignored', () => {
    const steps = (points: readonly object[]): object => ({
      ...written,
      bonusMalus: [{ id: 'A', kpi: 'csat', base: ['L1'], shapes: [{ shape: 'step', points }] }],
    });
    const found = (value: object): string[] =>
      faultsOf(value).map(({ path, message }) => `${path}: ${message}`);
    expect(
      found(
        steps([
          { gt: '0.10', rate: '-0.02' },
          { gt: '0.15', rate: '-0.04' },
        ]),
      ),
    ).toEqual([
      'bonusMalus[0].shapes[0].points[1]: gt 0.15 is never reached: gt 0.10 holds before it, and the first that ' +
        'holds counts',
    ]);
    expect(
      found(
        steps([
          { gt: '0.15', rate: '-0.04' },
          { gt: '0.10', rate: '-0.02' },
        ]),
      ),
    ).toEqual([]);
    expect(
      found(
        steps([
          { gte: '0.9', rate: '+0.02' },
          { gt: '0.9', rate: '+0.03' },
        ]),
      ),
    ).toHaveLength(1);
    expect(
      found(
        steps([
          { gt: '0.9', rate: '+0.02' },
          { gte: '0.9', rate: '+0.01' },
        ]),
      ),
    ).toEqual([]);
    expect(
      found(
        steps([
          { lte: '0.80', rate: '-0.01' },
          { lt: '0.80', rate: '-0.02' },
        ]),
      ),
    ).toHaveLength(1);
    expect(
      found(
        steps([
          { lt: '0.70', rate: '-0.02' },
          { lt: '0.80', rate: '-0.01' },
        ]),
      ),
    ).toEqual([]);
    expect(
      found(
        steps([
          { gte: '0.9', rate: '+0.02' },
          { lt: '0.8', rate: '-0.03' },
        ]),
      ),
    ).toEqual([]);

    const payIf = { kpi: 'csat', op: 'gt', value: '0.85' };
    const gate = { id: 'G', model: 'gate', line: 'L1', payIf };
    expect(found({ ...written, lines: [{ ...written.lines[0], payIf }, gate] })).toEqual([
      "lines[1].line: 'L1' is paid on a condition already: a line has one",
    ]);
    expect(found({ ...written, lines: [written.lines[0], gate, { ...gate, id: 'H' }] })).toEqual([
      "lines[2].line: 'L1' is paid on a condition already: a line has one",
    ]);
    const flat = { id: 'L1', model: 'perUnit', measure: 'contacts', price: '1.00' };
    const corridor = { line: 'L1', forecast: 'F', lower: '0.9' };
    expect(
      found({
        ...written,
        lines: [flat],
        corridors: [
          { id: 'K', ...corridor },
          { id: 'M', ...corridor },
        ],
      }),
    ).toEqual(["corridors[1].line: 'L1' has the corridor K already"]);
    const beyond = { id: 'L1', model: 'perUnit', measure: 'contacts', price: '1.00', above: 10 };
    const bands = [{ id: 'sunday', days: ['sun'], price: '2.00' }];
    expect(found({ ...written, lines: [beyond] })).toEqual([]);
    expect(found({ ...written, lines: [{ ...beyond, bands }] })).toEqual([
      'lines[0].above: goes with one price: with bands or rates it is open which units were included',
    ]);
    const twice = {
      id: 'A',
      kpi: 'csat',
      base: ['L1', 'L1'],
      shapes: [{ shape: 'step', points: [{ gt: '0.9', rate: '0.1' }] }],
    };
    expect(found({ ...written, bonusMalus: [twice] })).toEqual([
      "bonusMalus[0].base[1]: 'L1' is listed twice and would count twice",
    ]);
    const share = {
      id: 'S',
      model: 'gainShare',
      kpi: 'csat',
      baseline: '0.8',
      better: 'higher',
      unitValue: '1',
      share: '1',
    };
    expect(found({ ...written, lines: [...written.lines, { ...share, per: 'hour' }] })).toEqual([
      'lines[2].per: hour is for KPIs of time; topBox is not one (allowed: unit)',
    ]);
    expect(found({ ...written, lines: [...written.lines, { ...share, per: 'unit' }] })).toEqual([]);
  });

  it('reports calendar rules that would change what is evaluated for the whole month', () => {
    const shapes = [{ shape: 'step', points: [{ gt: '0.9', rate: '+0.02' }] }];
    const bonusMalus = [{ id: 'A', kpi: 'csat', base: ['L1'], shapes }];
    const ruled = (overrides: object): string[] =>
      faultsOf({
        ...written,
        bonusMalus,
        limits: { monthlyMax: '100.00' },
        calendarRules: [{ id: 'BF', from: '2026-11-23', to: '2026-12-01', overrides }],
      }).map(({ path, message }) => `${path}: ${message}`);
    const at = 'calendarRules[0].overrides';
    expect(
      ruled({ 'L1.price': '31.00', 'A.shapes': [{ shape: 'step', points: [{ gt: '0.8', rate: '+0.02' }] }] }),
    ).toEqual([]);
    expect(ruled({ 'limits.monthlyMax': '200.00' })).toEqual([
      `${at}: limits hold for the whole period: a calendar rule cannot change them`,
    ]);
    expect(ruled({ 'malus.overallCap': '0.07' })).toEqual([
      `${at}: malus hold for the whole period: a calendar rule cannot change them`,
    ]);
    expect(ruled({ bonusMalus: [...bonusMalus, { ...bonusMalus[0], id: 'B' }] })).toEqual([
      `${at}: adds or removes a bonus or malus: write it under bonusMalus, with \`during\` for a window alone`,
    ]);
    expect(ruled({ bonusMalus: [] })).toHaveLength(1);
  });
});

describe('the JSON Schema of contracts', () => {
  it('gives editors the keys and the words, and allows nothing else', () => {
    const schema = contractJsonSchema();
    expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(schema['required']).toEqual(expect.arrayContaining(['id', 'seller', 'buyer', 'scope', 'lines']));
    expect(JSON.stringify(schema)).toContain('"graduated"');
  });

  it('is published as docs/contract.schema.json (run npm run schemas)', () => {
    const file = new URL('../../../docs/contract.schema.json', import.meta.url);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(contractFileJsonSchema())),
    );
  });

  it('accepts what is right and nothing with an unknown word, key or kind', () => {
    const schema = z.fromJSONSchema(contractFileJsonSchema());
    const fits = (contract: object): boolean => schema.safeParse({ $schema: 'x', contract }).success;
    expect(fits(written)).toBe(true);
    expect(schema.safeParse({ contracts: [written, written], programmes: [] }).success).toBe(true);
    expect(fits(line({ prise: '1.00' }))).toBe(false);
    expect(fits(line({ model: 'hourly' }))).toBe(false);
    expect(fits({ ...written, kpis: { csat: { type: 'topbox', question: 'csat' } } })).toBe(false);
    expect(fits({ ...written, lines: undefined })).toBe(false);
    expect(schema.safeParse({ contrats: [written] }).success).toBe(false);
  });
});
