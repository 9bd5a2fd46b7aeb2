import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalogue } from './catalogue.js';
import { readContractDraft } from './contract/draft.js';
import type { FileFault } from './fault.js';
import { faultCodes, type FaultCode } from './fault-codes.js';
import { historyFaults } from './history.js';
import { loadCatalogue, readCatalogue } from './load.js';

const connection = {
  id: 'crm',
  platform: 'outcomes',
  timeZone: 'UTC',
  authentication: { scheme: 'none' },
  demo: true,
};
const queue = { connection: 'crm', native: 'q1', name: 'orders' };
const programme = { id: 'care', brand: 'Velora', timeZone: 'Europe/Paris', queues: [queue] };
const agent = { code: 'A1', ids: [{ connection: 'crm', native: '7' }] };
const content = { tenant: 'horizon', connections: [connection], programmes: [programme], agents: [agent] };

const measures = {
  talk: { kind: 'contactTime', parts: ['talk'] },
  handled: { kind: 'count', of: 'handled' },
};
const kpis = { csat: { type: 'topBox', question: 'csat' }, fcr: { type: 'fcrPerContact', window: 'P7D' } };
const timeLine = { id: 'L1', model: 'time', measure: 'talk', price: '29.50' };
const unitLine = { id: 'L2', model: 'perUnit', measure: 'handled', price: '2.35' };
const gate = { kpi: 'csat', op: 'gt', value: '0.85' };
const contract = {
  id: 'C1',
  seller: { name: 'Horizon', countryCode: 'FR' },
  buyer: { name: 'Velora', countryCode: 'FR' },
  currency: 'EUR',
  timeZone: 'Europe/Paris',
  scope: { programme: 'care' },
  measures,
  kpis,
  lines: [timeLine, unitLine],
};

type Faults = readonly FileFault[];

function ofText(text: string): Faults {
  const result = readCatalogue([{ name: 'a.yaml', text }]);
  return 'faults' in result ? result.faults : [];
}

function of(changed: object): Faults {
  return ofText(JSON.stringify({ ...content, ...changed }));
}

function ofConnection(changed: object): Faults {
  return of({ connections: [{ ...connection, ...changed }] });
}

function ofProgramme(changed: object): Faults {
  return of({ programmes: [{ ...programme, ...changed }] });
}

function ofContract(changed: object): Faults {
  return of({ contract: { ...contract, ...changed } });
}

function ofLines(...lines: readonly object[]): Faults {
  return ofContract({ lines });
}

function ofTiers(...steps: readonly object[]): Faults {
  return ofLines({ id: 'L', model: 'perUnit', measure: 'handled', tiers: { mode: 'graduated', steps } });
}

function ofShape(shape: object, base = ['L1']): Faults {
  return ofContract({ bonusMalus: [{ id: 'A', kpi: 'csat', base, shapes: [shape] }] });
}

function ofCorridor(...changed: readonly object[]): Faults {
  const corridors = changed.map((each, index) => ({ id: `K${index}`, line: 'L2', forecast: 'F', ...each }));
  return ofContract({ corridors });
}

function ofExample(example: object): Faults {
  return ofContract({ examples: [{ says: 'x', period: '2026-03', ...example }] });
}

function ofWindow(overrides: object): Faults {
  return ofContract({ calendarRules: [{ id: 'W', from: '2026-11-01', to: '2026-12-01', overrides }] });
}

function ofFiles(name: string, text: string): Faults {
  const loaded = loadCatalogue(join(import.meta.dirname, name));
  return 'faults' in loaded ? loaded.faults : ofText(text);
}

function ofDraft(text: string): Faults {
  const { catalogue } = readCatalogue([{ name: 'a.yaml', text: JSON.stringify(content) }]) as never;
  const read = readContractDraft('draft.yaml', text, catalogue);
  return 'faults' in read ? read.faults : [];
}

const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
const night = { id: 'night', times: ['21:00-23:00'], surcharge: '0.25' };
const spend = { id: 'S', kind: 'amount', over: 'calendarYear', minimum: '1.00' };
const step = { shape: 'step', points: [{ gt: '0.9', rate: '+0.02' }] };

/** Something faulty for every code; those of files on disk are in load.spec.ts. */
const faulty: Readonly<Record<Exclude<FaultCode, 'no-file' | 'file-too-large' | 'not-utf8'>, () => Faults>> =
  {
    unreadable: () => ofFiles('no-such-directory', ''),
    'yaml-syntax': () => ofText('a: "x\n'),
    'yaml-unknown-anchor': () => ofText('a: *none\n'),
    'yaml-too-deep': () => ofText(deep),
    'yaml-too-large': () => ofText('a: &a [1, *a]'),
    'not-one-contract': () => ofDraft('agents: []\n'),

    missing: () => of({ tenant: undefined }),
    'wrong-type': () => of({ agents: {} }),
    'unknown-key': () => ofContract({ colour: 'red' }),
    'unknown-word': () => ofLines({ ...timeLine, model: 'hourly' }),
    empty: () => ofProgramme({ brand: '' }),
    'too-few': () => ofProgramme({ queues: [] }),
    'out-of-range': () => ofContract({ version: 0 }),
    'malformed-value': () => ofContract({ seller: { name: 'Horizon', countryCode: 'France' } }),
    'malformed-duration': () => ofProgramme({ thresholds: [20] }),
    'malformed-instant': () => ofProgramme({ queues: [{ ...queue, from: 'soon' }] }),
    'malformed-day': () => ofContract({ term: { firstDay: '2026-02-30' } }),
    'malformed-times': () => ofLines({ ...timeLine, bands: [{ ...night, times: ['9-5'] }] }),
    'malformed-secret-name': () =>
      ofConnection({ authentication: { scheme: 'basic', user: 'u', secret: 'x' } }),
    'not-one-of-several': () => ofLines({ ...unitLine, package: { size: 10, price: '1.00' } }),

    'unknown-time-zone': () => ofConnection({ timeZone: 'Mars/Olympus' }),
    'unknown-currency': () => ofContract({ currency: 'EURO' }),
    'unknown-country': () => ofContract({ holidays: { country: 'XX' } }),
    'unknown-region': () => ofContract({ holidays: { country: 'FR', region: '75' } }),
    'unknown-connection': () => ofProgramme({ queues: [{ ...queue, connection: 'cmr' }] }),
    'unknown-programme': () => ofContract({ scope: { programme: 'caer' } }),
    'unknown-queue': () => ofContract({ scope: { programme: 'care', queues: ['ordres'] } }),
    'unknown-agent': () => ofProgramme({ agents: [{ code: 'A9' }] }),
    'unknown-outcome': () =>
      ofContract({ measures: { ...measures, e: { kind: 'events', name: 'sale.mad' } } }),
    'unknown-field': () => ofContract({ kpis: { ...kpis, q: { type: 'quality', field: 'politeness' } } }),
    'unknown-measure': () => ofLines({ ...timeLine, measure: 'tolk' }),
    'unknown-count': () =>
      ofContract({
        measures: { ...measures, t: { ...measures.talk, averageCap: { perUnit: '60s', measure: 'talk' } } },
      }),
    'unknown-kpi': () => ofLines({ ...timeLine, payIf: { ...gate, kpi: 'nps' } }),
    'unknown-line': () => ofShape(step, ['L3']),
    'unknown-bonus-malus': () =>
      ofContract({
        bonusMalus: [{ id: 'E', kind: 'earnBack', of: ['A'], share: '0.5', ifTargetsMetFor: 2 }],
      }),
    'unknown-calendar-rule': () =>
      ofContract({ bonusMalus: [{ id: 'A', kpi: 'csat', base: ['L1'], shapes: [step], during: 'W' }] }),
    'unknown-clause': () => ofWindow({ 'L9.price': '1.00' }),
    'wrong-measure-kind': () => ofLines({ ...timeLine, measure: 'handled' }),

    'duplicate-tenant': () => ofText(`${JSON.stringify(content)}\n---\ntenant: other\n`),
    'duplicate-id': () => ofLines(timeLine, { ...unitLine, id: 'L1' }),
    'duplicate-instant': () =>
      ofContract({
        amendments: ['first', 'second'].map((reason) => ({ effective: '2026-05-01', reason, set: {} })),
      }),
    'reserved-name': () => ofProgramme({ id: 'unmapped' }),
    'queue-mapped-twice': () => of({ programmes: [programme, { ...programme, id: 'sales' }] }),
    'state-mapped-twice': () =>
      ofConnection({ states: ['BREAK', 'LUNCH'].map((state) => ({ code: 'AUX', reason: '3', state })) }),
    'agent-assigned-twice': () =>
      ofProgramme({ agents: [{ code: 'A1' }, { code: 'A1', from: '2026-01-01' }] }),
    'edited-after-close': () => {
      const catalogueOf = (currency: string): Catalogue => {
        const text = JSON.stringify({ ...content, contract: { ...contract, currency } });
        const loaded = readCatalogue([{ name: 'a.yaml', text }]);
        if ('faults' in loaded) throw new Error('the catalogue has faults');
        return loaded.catalogue;
      };
      const closed = { contract: 'C1', closed: ['2026-03'], catalogue: catalogueOf('EUR') };
      return historyFaults(catalogueOf('USD'), [closed]);
    },
    'agent-id-claimed-twice': () => of({ agents: [agent, { ...agent, code: 'A2' }] }),

    'interval-not-ascending': () =>
      ofProgramme({ queues: [{ ...queue, from: '2026-02-01', to: '2026-01-01' }] }),
    'overlapping-calendar-rules': () =>
      ofContract({
        calendarRules: ['A', 'B'].map((id) => ({ id, from: '2026-11-01', to: '2026-11-09', overrides: {} })),
      }),
    'calendar-rule-changes-month': () => ofWindow({ limits: { monthlyMax: '9.00' } }),
    'programme-changed': () =>
      ofContract({ amendments: [{ effective: '2026-05-01', set: { 'scope.programme': 'sales' } }] }),
    'model-changes-mid-month': () =>
      ofContract({ amendments: [{ effective: '2026-05-02', set: { lines: [{ ...unitLine, id: 'L1' }] } }] }),
    'discount-changes-mid-month': () =>
      ofContract({
        discounts: [{ id: 'd', rate: '0.1' }],
        amendments: [{ effective: '2026-04-16', set: { 'd.rate': '0.2' } }],
      }),
    'credit-without-term': () =>
      ofContract({ discounts: [{ id: 'd', rate: '0.1' }], credits: { belowZero: 'carry' } }),
    'commitment-changes-mid-month': () =>
      ofContract({
        commitments: [spend],
        amendments: [{ effective: '2026-05-02', set: { 'S.minimum': '2.00' } }],
      }),
    'commitment-without-term': () => ofContract({ commitments: [{ ...spend, over: 'contractYear' }] }),
    'holidays-undefined': () => ofLines({ ...timeLine, bands: [{ ...night, days: ['holiday'] }] }),

    'no-holiday': () => ofContract({ holidays: { country: 'FR', except: ['2026-07-13'] } }),
    'bands-overlap': () => ofLines({ ...timeLine, bands: [night, { ...night, id: 'late' }] }),
    'band-price-beside-rates': () =>
      ofLines({
        ...timeLine,
        bands: [{ id: 'night', times: night.times, price: '40.00' }],
        rates: [{ id: 'senior', price: '31.00', when: { grades: ['senior'] } }],
      }),
    'bands-beside-tiers': () =>
      ofLines({ ...unitLine, price: undefined, package: { size: 10, price: '1.00' }, bands: [night] }),
    'included-units-beside-bands': () => ofLines({ ...unitLine, above: 10, bands: [night] }),
    'tiers-not-ascending': () =>
      ofTiers({ upTo: 9, price: '2.00' }, { upTo: 9, price: '1.50' }, { price: '1.00' }),
    'tiers-not-open-ended': () => ofTiers({ upTo: 9, price: '2.00' }),
    'limits-crossed': () => ofContract({ limits: { monthlyMin: '9.00', monthlyMax: '8.00' } }),
    'vat-rate-missing': () => ofContract({ vat: { category: 'S', rate: '0' } }),
    'vat-rate-not-zero': () => ofContract({ vat: { category: 'AE', rate: '20', reason: 'reverse charge' } }),
    'vat-id-missing': () => ofContract({ vat: { category: 'AE', rate: '0', reason: 'reverse charge' } }),
    'corridor-line-not-by-unit': () =>
      ofContract({
        lines: [{ id: 'F', model: 'fixed', amount: '9.00' }],
        corridors: [{ id: 'K', line: 'F', forecast: 'F', lower: '0.9' }],
      }),
    'corridor-without-bound': () => ofCorridor({}),
    'commitment-reprices': () => {
      const steps = [{ upTo: 9, price: '2.00' }, { price: '1.00' }];
      const { price: _, ...unpriced } = unitLine;
      return ofLines({ ...unpriced, over: 'calendarYear', tiers: { mode: 'allUnits', steps } });
    },
    'commitment-beside-corridor': () =>
      ofContract({
        lines: [{ ...unitLine, over: 'calendarYear', above: 9 }],
        corridors: [{ id: 'K', line: 'L2', forecast: 'F', lower: '0.9' }],
      }),
    'commitment-without-volume': () =>
      ofContract({
        lines: [{ id: 'F', model: 'fixed', amount: '1.00' }],
        commitments: [
          {
            ...spend,
            kind: 'volume',
            minimum: undefined,
            line: 'F',
            minimumVolume: '9',
            shortfallPrice: '1.00',
          },
        ],
      }),
    'foreign-period': () => ofContract({ purchaseOrders: [{ number: 'PO-1', from: '2026-W10' }] }),
    'agreed-by-month': () =>
      ofContract({
        period: { unit: 'week', weekStart: 'monday' },
        lines: [{ id: 'F', model: 'fixed', amount: '9.00', proration: 'none' }],
      }),
    'commitment-cuts-period': () =>
      ofContract({
        period: { unit: 'week', weekStart: 'monday' },
        commitments: [{ id: 'Y', kind: 'amount', over: 'calendarYear', minimum: '9.00' }],
      }),
    'outside-term': () =>
      ofContract({ amendments: [{ effective: '2027-01-01', set: {} }], term: { lastDay: '2026-12-31' } }),
    'charged-twice': () =>
      ofContract({
        lines: [{ id: 'S', model: 'oneOff', amount: '9.00', day: '2026-03-10' }],
        amendments: [{ effective: '2026-04-01', set: { 'S.day': '2026-04-10' } }],
      }),
    'includes-contradicted': () =>
      ofLines(
        { id: 'F', model: 'fixed', amount: '9.00', includes: { measure: 'handled', upTo: 9000 } },
        { ...unitLine, above: 50 },
      ),
    'order-unknown': () =>
      ofContract({
        lines: [{ ...unitLine, rates: [{ id: 'expert', price: '3.00', when: { grades: ['expert'] } }] }],
        corridors: [{ id: 'K', line: 'L2', forecast: 'F', upper: '1.1', overflowPrice: '1.00' }],
      }),
    'implausible-value': () => ofContract({ malus: { overallCap: '7' } }),
    'too-many-decimals': () => ofContract({ limits: { monthlyMin: '9.005' } }),
    'never-applies': () => ofContract({ limits: {} }),
    'corridor-bounds-crossed': () => ofCorridor({ lower: '1.1', upper: '0.9' }),

    'gain-share-per-hour': () =>
      ofLines({
        id: 'G',
        model: 'gainShare',
        kpi: 'csat',
        baseline: '0.8',
        better: 'higher',
        unitValue: '1',
        per: 'hour',
        share: '0.5',
      }),
    'charged-before-settled': () =>
      ofContract({
        kpis: { held: { type: 'settled', window: 'P7D' } },
        measures: { solved: { kind: 'resolved', kpi: 'held' } },
        lines: [{ id: 'L', model: 'outcome', measure: 'solved', price: '1.00' }],
      }),
    'maturity-without-verdict': () => ofLines({ ...unitLine, model: 'outcome', settleAfter: 'maturity' }),
    'scale-not-ascending': () =>
      ofContract({ kpis: { ...kpis, m: { type: 'meanScore', question: 'q', scale: [5, 1] } } }),
    'box-off-scale': () => ofContract({ kpis: { ...kpis, csat: { ...kpis.csat, boxes: [6] } } }),
    'session-with-states': () =>
      ofContract({ measures: { both: { kind: 'agentTime', states: ['LOGGED_IN', 'PREP'] } } }),
    'size-not-positive': () =>
      ofShape({ shape: 'perPoint', from: '0.9', beyond: 'above', size: '0', rate: '+0.01' }),
    'line-without-slope': () =>
      ofShape({ shape: 'linear', from: { at: '0.9', rate: '0' }, to: { at: '0.9', rate: '+0.02' } }),
    'step-unreachable': () =>
      ofShape({ shape: 'step', points: [step.points[0], { gt: '0.95', rate: '+0.03' }] }),
    'base-repeated': () => ofShape(step, ['L1', 'L1']),
    'weights-not-one': () => {
      const of = ['csat', 'sl'].map((kpi) => {
        return { kpi, weight: '0.6', shapes: [{ shape: 'step', points: [{ gte: '0.9', points: 100 }] }] };
      });
      const shapes = [{ shape: 'step', points: [{ lt: 60, rate: '-0.05' }] }];
      return ofContract({ bonusMalus: [{ kind: 'scorecard', id: 'S', base: ['L1'], of, shapes }] });
    },
    'second-gate': () =>
      ofLines({ ...timeLine, payIf: gate }, { id: 'G', model: 'gate', line: 'L1', payIf: gate }),
    'second-corridor': () => ofCorridor({ lower: '0.9' }, { lower: '0.8' }),

    'example-expects-nothing': () => ofExample({}),
    'open-connection': () => ofConnection({ demo: false }),
  };

describe('the codes of faults', () => {
  it('start from a catalogue without faults', () => {
    expect(of({ contract })).toEqual([]);
  });

  it.each(Object.entries(faulty))('raises %s, alone or first among its consequences', (code, find) => {
    expect(find().map((fault) => fault.code)).toContain(code);
  });

  it('are those that docs/catalogue.md explains, in the same order', () => {
    const page = readFileSync(new URL('../../docs/catalogue.md', import.meta.url), 'utf8');
    const table = page.slice(page.indexOf('| code '));
    const documented = [...table.matchAll(/^\| `([a-z0-9-]+)` /gm)].map(([, code]) => code);
    expect(documented).toEqual(faultCodes);
  });

  it('are kebab-case, each once', () => {
    expect(new Set(faultCodes).size).toBe(faultCodes.length);
    expect(faultCodes.filter((code) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
  });
});
