import type { Waiver } from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import { anyWork, timeLine, unitLine, workTime, contactCount } from '#domain/contract/contract.fixture.js';
import type { Indexation, Line, Rate } from '#domain/contract/line.js';
import type { Measure, Where } from '#domain/contract/measure.js';
import { Random } from '#test/simulation/random.js';
import { midnightOf, periodNamed } from './calendar.js';
import { type Call, type Draw, type Work } from './draw.js';
import { drawFurtherWork } from './further-work.js';
import { drawWide } from './wide-draw.js';

/** Terms beside those of the wide draws. Each changes a contract's terms; `version` counts from 0. */
export const furtherKinds = [
  'machines',
  'gainShare',
  'indexation',
  'seats',
  'outages',
  'outageWaivers',
  'adHoc',
  'forecastEvents',
  'during',
  'previousPeriod',
] as const;
type FurtherKind = (typeof furtherKinds)[number];

type Agreed = (terms: Terms, version: number) => Terms;

/** A wide draw with some of the further terms, and the work that they ask for. */
export function drawFurther(seed: number): Draw {
  const wide = drawWide(seed);
  const random = new Random(Math.imul(seed, 2_654_435_761) >>> 0);
  const kinds = furtherKinds.filter(() => random.chance(0.3));
  const agreements = kinds.map((kind) => agreed[kind](random, wide));
  const ofTerms: Agreed = (terms, version) => agreements.reduce((all, change) => change(all, version), terms);
  const longer = kinds.includes('during') ? random.integer(0, 9) * 86_400_000 : 0;
  const ends = Math.max(...wide.contract.versions.flatMap(({ windows }) => windows.map(({ to }) => to)));
  const versions = wide.contract.versions.map((version, index) => ({
    ...version,
    terms: ofTerms(version.terms, index),
    windows: version.windows.map((window) => {
      // the last calendar rule may go on in the next period
      const to = window.to === ends ? ends + longer : window.to;
      return { ...window, to, terms: ofTerms(window.terms, index) };
    }),
  }));
  const withWork = <W extends Work & { name: string }>(work: W): W => {
    const period = periodNamed(wide.contract.period, work.name);
    const isIdle = work.name !== wide.period && wide.contract.term.firstDay !== null;
    if (isIdle) return work;
    const calls = kinds.includes('machines') ? work.calls.map((call) => afterBot(random, call)) : work.calls;
    return { ...work, calls, further: drawFurtherWork(random, period) };
  };
  const { calls, scores, costs = [], ...rest } = wide;
  const { name: _, ...own } = withWork({ name: wide.period, calls, scores, costs });
  return { ...rest, ...own, kinds, past: wide.past.map(withWork), contract: { ...wide.contract, versions } };
}

/** Some calls a machine has first, and hands over. */
function afterBot(random: Random, call: Call): Call {
  return random.chance(0.2) ? { ...call, botFrom: call.from - random.integer(1, 300) * 1_000 } : call;
}

/** Of each kind: what is drawn once for the contract, and what it makes of each of its terms. */
const agreed: Readonly<Record<FurtherKind, (random: Random, drawn: Draw) => Agreed>> = {
  machines(random, drawn) {
    const where = (): Where => {
      const kinds = random.chance(0.5) ? (['machine'] as const) : (['person', 'machine'] as const);
      return { queues: null, media: null, directions: null, dispositions: null, kinds };
    };
    const measures = {
      taken: contactCount('handled', { where: where() }),
      botTalk: workTime(['TALK'], { where: where() }),
    };
    const rates = random.chance(0.6) ? [machineRate(random)] : [];
    const vat = vatOf(random, drawn);
    const prices = pricesOf(random);
    return (terms, version) => {
      const price = prices[version] ?? '1';
      return withLines(terms, measures, [
        unitLine({ id: 'M', measure: 'taken', pricing: { mode: 'flat', price }, rates, vat }),
        timeLine({ id: 'B', measure: 'botTalk', unit: 'minute', price, rates, vat }),
      ]);
    };
  },
  gainShare(random, drawn) {
    const isTime = random.chance(0.5);
    const kpis: Terms['kpis'] = {
      ...(isTime && {
        handling: {
          type: 'aht',
          per: 'contact',
          version: 1,
          minSample: random.pick([0, 3]),
          onNoData: 'neutral',
        },
      }),
    };
    const target = String(random.integer(55, 88));
    const guards = random.chance(0.6)
      ? [
          {
            kpi: 'tone',
            op: random.pick(['gte', 'lt'] as const),
            value: target,
            minSample: null,
            onNoData: null,
          },
        ]
      : [];
    const better = random.pick(['lower', 'higher'] as const);
    const vat = vatOf(random, drawn);
    const baselines = [0, 1, 2].map(() => String(isTime ? random.integer(200, 700) : random.integer(55, 85)));
    const isKept = random.chance(0.5);
    const line = {
      id: 'G',
      name: 'G',
      vat,
      payIf: null,
      model: 'gainShare' as const,
      better,
      guards,
      kpi: isTime ? 'handling' : 'quality',
      per: isTime && random.chance(0.8) ? ('hour' as const) : ('unit' as const),
      unitValue: `${random.integer(1, 40)}.${random.integer(0, 999)}`,
      share: random.pick(['0.4', '0.333', '1']),
    };
    return (terms, version) => ({
      ...terms,
      kpis: { ...terms.kpis, ...kpis },
      lines: [...terms.lines, { ...line, baseline: baselines[isKept ? 0 : version] ?? '60' }],
    });
  },
  indexation(random) {
    const indices = [0, 1, 2].map(() => indexationOf(random));
    const isKept = random.chance(0.4);
    const ids = new Set(['U', 'T', 'F', 'M', 'B'].filter(() => random.chance(0.6)));
    return (terms, version) => ({
      ...terms,
      lines: terms.lines.map((line): Line => {
        const indexation = indices[isKept ? 0 : version];
        if (indexation === undefined || !('indexation' in line) || !ids.has(line.id)) return line;
        return { ...line, indexation };
      }),
    });
  },
  seats(random, drawn) {
    const [vat, seats] = [vatOf(random, drawn), random.integer(1, 3)];
    const range = (from: number, to: number) => ({ fromMs: from * 3_600_000, toMs: to * 3_600_000 });
    const open = random.pick([
      [],
      [{ days: ['mon', 'wed', 'sun'] as const, times: [range(1, 4), range(22, 24)] }],
      [{ days: [], times: [range(8, 17.5)] }],
    ]);
    const [unit, prices, isKept] = [
      random.pick(['hour', 'minute'] as const),
      pricesOf(random),
      random.chance(0.5),
    ];
    return (terms, version) =>
      withLines(terms, { duty: { kind: 'seats', seats: seats + (isKept ? 0 : version), open } }, [
        timeLine({ id: 'S', measure: 'duty', unit, price: prices[version] ?? '1', vat }),
      ]);
  },
  outages(random) {
    const stepMs = random.pick([3_600_000, 600_000]);
    const downtime = { kind: 'elapsed' as const, from: 'outage.started', to: 'outage.ended', match: {} };
    const freeMs = random.pick([0, 0, 900_000]);
    const amounts = [0, 1, 2].map(() => `-${random.integer(1, 90)}.${random.integer(0, 99)}`);
    const [isKept, free, base] = [
      random.chance(0.5),
      random.pick([0, 0, 3]),
      random.pick([['F'], ['U', 'T']]),
    ];
    const cap = { bonus: null, malus: random.pick([null, null, '0.02']) };
    return (terms, version) => ({
      ...terms,
      measures: { ...terms.measures, downtime: { ...downtime, stepMs, freeMs } },
      bonusMalus: [
        ...terms.bonusMalus,
        {
          kind: 'perEvent',
          id: 'Q',
          name: 'Q',
          measure: 'downtime',
          base,
          free,
          cap,
          during: null,
          amount: amounts[isKept ? 0 : version] ?? '-1',
        },
      ],
    });
  },
  outageWaivers(random, { contract, period }) {
    const { first, days } = periodNamed(contract.period, period);
    const from =
      midnightOf(first.add({ days: random.integer(0, days - 1) })) + random.integer(0, 20) * 3_600_000;
    const to = from + random.integer(1, Math.max(2, days / 2) * 24) * 3_600_000;
    const ids = new Set(['B0', 'B1', 'B2'].filter(() => random.chance(0.6)));
    const common = { id: 'X', kind: 'outage' as const, from, to, proof: 'a ticket' };
    return (terms) => {
      const of = terms.bonusMalus.flatMap(({ id }) => (ids.has(id) ? [id] : []));
      const waivers: readonly Waiver[] = of.length === 0 ? [] : [{ ...common, of }];
      return { ...terms, waivers: [...terms.waivers, ...waivers] };
    };
  },
  adHoc(random, drawn) {
    const vat = vatOf(random, drawn);
    const countAt = random.pick(['work', 'approval'] as const);
    const of = (quantity: 'hours' | 'units' | 'amount'): Measure => ({
      kind: 'adHoc',
      of: quantity,
      scale: 2,
      countAt,
      match: {},
    });
    const measures = { asked: of('hours'), reports: of('units'), expenses: of('amount') };
    const rates = random.chance(0.5) ? [expertRate(random)] : [];
    const [prices, markup] = [pricesOf(random), random.pick(['0', '0.1', '0.075'])];
    return (terms, version) => {
      const price = prices[version] ?? '1';
      return withLines(terms, measures, [
        timeLine({ id: 'AH', measure: 'asked', unit: 'hour', price, rates, vat }),
        unitLine({ id: 'AU', measure: 'reports', pricing: { mode: 'flat', price }, vat }),
        { id: 'AM', name: 'AM', payIf: null, model: 'passThrough', measure: 'expenses', markup, vat },
      ]);
    };
  },
  forecastEvents() {
    return (terms) => ({
      ...terms,
      corridors: terms.corridors.map((corridor) => ({
        ...corridor,
        forecast: { kind: 'event', id: 'plan' },
      })),
    });
  },
  during(random, { contract }) {
    const ids = contract.versions.flatMap(({ windows }) => windows.map(({ id }) => id));
    const window = ids.length === 0 ? null : random.pick(ids);
    const own = new Set(['B0', 'B1', 'B2'].filter(() => random.chance(0.6)));
    return (terms) => ({
      ...terms,
      bonusMalus: terms.bonusMalus.map((clause) => {
        if (clause.kind === 'earnBack' || !own.has(clause.id)) return clause;
        const { proration: _, ...rest } = clause;
        return { ...rest, during: window };
      }),
    });
  },
  previousPeriod(random) {
    const least = random.integer(2, 5);
    const ids = random.pick([['quality'], ['tone'], ['quality', 'tone']]);
    return (terms) => ({
      ...terms,
      kpis: Object.fromEntries(
        Object.entries(terms.kpis).map(([id, kpi]) => [
          id,
          ids.includes(id) ? { ...kpi, minSample: least, onNoData: 'previousPeriod' as const } : kpi,
        ]),
      ),
    });
  },
};

function withLines(terms: Terms, measures: Terms['measures'], lines: readonly Line[]): Terms {
  return { ...terms, measures: { ...terms.measures, ...measures }, lines: [...terms.lines, ...lines] };
}

/** One for each version. */
function pricesOf(random: Random): string[] {
  const first = `${random.integer(0, 30)}.${random.integer(100, 999)}`;
  return [0, 1, 2].map(() =>
    random.chance(0.4) ? first : `${random.integer(0, 30)}.${random.integer(10, 99)}`,
  );
}

/** Of the contract, or of one of its lines. */
function vatOf(random: Random, { contract }: Draw): Line['vat'] {
  const [version] = contract.versions;
  return random.pick([null, ...(version?.terms.lines.map(({ vat }) => vat) ?? [])]);
}

export function machineRate(random: Random): Rate {
  const price = `0.${random.integer(10, 99)}`;
  return { id: 'bot', price, when: { ...anyWork, kinds: ['machine'] } };
}

function expertRate(random: Random): Rate {
  return {
    id: 'expert',
    price: `${random.integer(31, 80)}.5`,
    when: { ...anyWork, grades: ['expert'] },
  };
}

function indexationOf(random: Random): Indexation {
  const decimals = random.pick([
    { ratioDecimals: null, priceDecimals: 2 },
    { ratioDecimals: null, priceDecimals: 4 },
    { ratioDecimals: 3, priceDecimals: null },
    { ratioDecimals: 4, priceDecimals: 3 },
  ]);
  return {
    index: 'syntec',
    base: `${random.integer(200, 300)}.${random.integer(0, 9)}`,
    current: `${random.integer(200, 300)}.${random.integer(0, 9)}`,
    splice: random.pick([null, null, '1.04']),
    fixedShare: random.pick(['0', '0.15', '0.2']),
    floor: random.pick([null, '1', '0.95']),
    ceiling: random.pick([null, '1.03', '1.1']),
    ...decimals,
  };
}
