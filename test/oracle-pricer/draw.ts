import type { Corridor, JudgedClause, Limits, ScoredKpi, Shape } from '#domain/contract/bonus-malus.js';
import type { Contract, Terms, Version, Window } from '#domain/contract/contract.js';
import {
  answeredCall,
  contact,
  contactCount,
  fixedLine,
  sampleContract,
  sampleLeg,
  sampleTerms,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { Gate } from '#domain/contract/kpi.js';
import type { LineMinimum, Proration, TierStep, TimeLine, UnitPricing } from '#domain/contract/line.js';
import type { ContactContent, PostingContent } from '#domain/posting/posting.js';
import { event, outcome } from '#domain/pricing/pricing.fixture.js';
import { midnightOf, periodNamed, zone, type CalendarPeriod } from './calendar.js';
import { Random } from '#test/simulation/random.js';
import { forecastContents, furtherContents, type FurtherWork } from './further-work.js';
import { breakerContents, type Breaker } from './breakers.js';

/** A contract, the period to price and the work of that period. */
export interface Draw extends Work {
  readonly seed: number;
  readonly contract: Contract;
  readonly period: string;
  /** Further terms that it has. */
  readonly kinds?: readonly string[];
  /** What takes resolutions back beside the contacts. */
  readonly breakers?: readonly Breaker[];
  /** The periods before, the latest first. */
  readonly past: readonly (Work & { readonly name: string })[];
}

/** Work of one period. */
export interface Work {
  readonly calls: readonly Call[];
  readonly scores: readonly Score[];
  /** What was paid for the brand. */
  readonly costs?: readonly Cost[];
  readonly further?: FurtherWork;
}

/** Entered the queue and was answered at `from`; `[from, to)` is its talk, UTC epoch ms. */
export interface Call {
  readonly from: number;
  readonly to: number;
  readonly isExpert?: boolean;
  /** A machine had the contact from then on, until it handed it over at `from`. */
  readonly botFrom?: number;
  /** Absent: not known. */
  readonly customer?: string;
}

export interface Score {
  readonly at: number;
  readonly score: number;
  /** null: it was not judged. */
  readonly tone: number | null;
}

export interface Cost {
  readonly at: number;
  readonly cents: number;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;

export function draw(seed: number): Draw {
  const random = new Random(seed);
  const month = random.pick(['2026-02', '2026-03', '2026-04', '2026-10']);
  const start = localMidnight(`${month}-01`);
  const contract = new ContractDraw(random, periodNamed({ unit: 'month' }, month)).contract();
  const days = Temporal.PlainYearMonth.from(month).daysInMonth;
  const instant = (): number =>
    start + random.integer(0, days * 1_440 - 1) * minuteMs + random.integer(0, 59_999);
  const many = <T>(most: number, item: () => T): T[] => Array.from({ length: random.integer(0, most) }, item);
  const calls = many(random.pick([3, 30, 120]), (): Call => {
    const from = instant();
    return { from, to: from + random.integer(0, 900_000) };
  }).filter(({ from, to }) => to < start + (days - 1) * dayMs && from >= start);
  const scores = many(12, () => scoreAt(random, instant()));
  const past = [1, 2].map((months) => {
    const name = Temporal.PlainYearMonth.from(month).subtract({ months }).toString();
    const begin = localMidnight(`${name}-01`);
    const within = (): number => begin + random.integer(0, 27 * 1_440) * minuteMs;
    const earlier = many(4, () => scoreAt(random, within()));
    return { name, scores: earlier, calls: many(20, within).map((from): Call => ({ from, to: from })) };
  });
  return { seed, contract, period: month, calls, scores, past };
}

export function scoreAt(random: Random, at: number): Score {
  const tone = random.chance(0.6) ? random.integer(30, 100) : null;
  return { at, score: random.integer(40, 100), tone };
}

export function contentsOf({ past, breakers = [], ...work }: Draw): PostingContent[] {
  const all = [work, ...past];
  const calls = all.flatMap((each) => each.calls);
  const scores = all.flatMap((each) => each.scores);
  const costs = all.flatMap((each) => each.costs ?? []);
  return [
    ...calls.map((call, index) => ({ ...contactOf(call), contact: `c:${index}` })),
    ...scores.map(({ at, score, tone }, index) => {
      const data = tone === null ? { score } : { score, tone };
      return outcome(`q${index}`, event('quality.evaluated', at, data));
    }),
    ...costs.map(({ at, cents }, index) => {
      return outcome(`p${index}`, event('telephony.billed', at, { amount: `${cents / 100}` }));
    }),
    ...all.flatMap(({ further }, index) =>
      further === undefined ? [] : furtherContents(`${index}-`, further),
    ),
    ...breakerContents(breakers),
    ...forecastContents(all.flatMap(({ further }) => further?.forecasts ?? [])),
  ];
}

function contactOf({ from, to, isExpert, botFrom, customer: known }: Call): ContactContent {
  const customer = known ?? null;
  const agent = isExpert === true ? { agent: 'c:a2' } : {};
  if (botFrom === undefined) return { ...answeredCall(from, to, agent), customer };
  const stay = { waitMs: 0, result: 'answered' as const };
  return contact({
    customer,
    segments: [
      { queue: 'c:q1', enteredAt: botFrom, leftAt: botFrom, ...stay },
      { queue: 'c:q2', enteredAt: from, leftAt: from, ...stay },
    ],
    legs: [sampleLeg(botFrom, from, { agent: 'c:m1' }), sampleLeg(from, to, { ...agent, queue: 'c:q2' })],
  });
}

function localMidnight(day: string): number {
  return midnightOf(Temporal.PlainDate.from(day));
}

type Change = (terms: Terms) => Terms;

/** Contracts whose clauses are all of the kinds that the reference pricer knows. */
export class ContractDraw {
  constructor(
    readonly random: Random,
    readonly period: CalendarPeriod,
  ) {}

  contract(): Contract {
    const { random } = this;
    const rules = this.#rules();
    const versions: Version[] = [];
    let terms = this.#terms();
    const starts = [null, ...this.#amendments()];
    starts.forEach((from, index) => {
      if (index > 0 && random.chance(0.8)) terms = this.#amended(terms);
      const windows = rules.map(({ change, ...rule }): Window => ({ ...rule, terms: change(terms) }));
      versions.push({ version: index + 1, from, reason: null, terms, windows });
    });
    return sampleContract({}, { timeZone: zone, versions, term: this.#term() });
  }

  #term(): Contract['term'] {
    const { random } = this;
    const first = random.integer(2, 14);
    const last = random.integer(15, 27);
    const day = (date: number): string => this.#day(date).toString();
    return random.weighted([
      [6, { firstDay: null, lastDay: null }],
      [1, { firstDay: day(first), lastDay: null }],
      [1, { firstDay: null, lastDay: day(last) }],
      [1, { firstDay: day(first), lastDay: day(last) }],
    ]);
  }

  #instant(from: number, to: number): number {
    const midnight = localMidnight(this.#day(this.random.integer(from, to)).toString());
    return this.random.chance(0.8) ? midnight : midnight + this.random.integer(1, 1_300) * minuteMs;
  }

  /** A day of the period: in a month the day of that number, else as far on in it. */
  #day(number: number): Temporal.PlainDate {
    const { first, days } = this.period;
    const isMonth = days >= 28 && days <= 31;
    return first.add({ days: isMonth ? number - 1 : Math.floor(((number - 1) * days) / 28) });
  }

  #amendments(): number[] {
    const count = this.random.pick([0, 0, 1, 1, 2]);
    const instants = Array.from({ length: count }, () => this.#instant(1, 28));
    return [...new Set(instants)].sort((a, b) => a - b);
  }

  #rules(): { id: string; from: number; to: number; change: Change }[] {
    const count = this.random.pick([0, 0, 1, 1, 2]);
    const borders = new Set(Array.from({ length: 2 * count }, () => this.#instant(1, 28)));
    const sorted = [...borders].sort((a, b) => a - b);
    const rules = [];
    for (let index = 0; index + 1 < sorted.length; index += 2) {
      const [from = 0, to = 0] = sorted.slice(index, index + 2);
      rules.push({ id: `W${index}`, from, to, change: this.#windowChange() });
    }
    return rules;
  }

  #windowChange(): Change {
    const { random } = this;
    const [price, pricing, hourly, at] = [this.#price(), this.#pricing(), this.#price(), this.#target()];
    return random.pick<Change>([
      (terms) => terms,
      (terms) => withUnits(terms, { pricing: repriced(terms, price) }),
      (terms) =>
        hasCorridor(terms)
          ? withUnits(terms, { pricing: { mode: 'flat', price } })
          : withUnits(terms, { pricing }),
      (terms) => withHours(terms, hourly),
      (terms) => withTarget(terms, at),
    ]);
  }

  #amended(terms: Terms): Terms {
    const { random } = this;
    const price = this.#price();
    return random.pick<Change>([
      (old) => withUnits(old, { pricing: repriced(old, price) }),
      (old) => (hasCorridor(old) ? old : withUnits(old, { pricing: this.#pricing() })),
      (old) => (hasCorridor(old) ? old : withUnits(old, { above: random.integer(0, 40) })),
      (old) => withUnits(old, { payIf: this.#gate() }),
      (old) => (hasCorridor(old) ? old : withUnits(old, { minimum: undefined, ...this.#minimum() })),
      (old) => withHours(old, price),
      (old) => withTarget(old, this.#target()),
      (old) => ({ ...old, bonusMalus: this.#bonusMalus() }),
      (old) => ({ ...old, limits: this.#limits() }),
      (old) => ({ ...old, malus: { ...old.malus, overallCap: this.#cap() } }),
      (old) => ({
        ...old,
        corridors: old.corridors.flatMap(({ line }) => this.#corridors(line, unitOf(old))),
      }),
      (old) => ({ ...old, measures: this.#measures() }),
      (old) => ({
        ...old,
        lines: old.lines.map((line) => (line.model === 'fixed' ? { ...line, amount: price } : line)),
      }),
    ])(terms);
  }

  #terms(): Terms {
    const { random } = this;
    const time = this.#timeLine();
    const corridors = [
      ...(random.chance(0.35) ? this.#corridors('U') : []),
      ...(time.tiers === undefined && time.above === undefined && random.chance(0.3)
        ? this.#corridors('T', time.unit)
        : []),
    ];
    const hasCorridor = corridors.some(({ line }) => line === 'U');
    const pricing = hasCorridor ? ({ mode: 'flat', price: this.#price() } as const) : this.#pricing();
    const above = corridors.length > 0 || pricing.mode === 'package' ? 0 : random.pick([0, 0, 10, 33]);
    const hasBands = pricing.mode === 'flat' && above === 0 && random.chance(0.4);
    return sampleTerms({
      measures: this.#measures(),
      kpis: {
        quality: {
          type: 'quality',
          field: 'score',
          version: 1,
          minSample: random.pick([0, 2]),
          onNoData: random.pick(['neutral', 'asTarget']),
        },
        tone: {
          type: 'quality',
          field: 'tone',
          version: 1,
          minSample: random.pick([0, 2]),
          onNoData: random.pick(['neutral', 'asTarget']),
        },
      },
      lines: [
        unitLine({
          id: 'U',
          pricing,
          above,
          proration: this.#proration(),
          payIf: this.#gate(),
          bands: hasBands ? [evening('0.25')] : [],
          ...(!hasCorridor && this.#minimum()),
        }),
        corridors.some(({ line }) => line === 'T') ? time : { ...time, ...this.#minimum(time.unit) },
        fixedLine(`${random.integer(1, 900)}.${random.integer(10, 99)}`, {
          id: 'F',
          proration: this.#proration(),
        }),
      ],
      corridors,
      bonusMalus: random.chance(0.7) ? this.#bonusMalus() : [],
      limits: random.chance(0.5) ? this.#limits() : null,
      malus: { overallCap: this.#cap(), ...this.#capBase(), vatTreatment: 'priceReduction' },
      ...(random.chance(0.3) && { bonus: { overallCap: this.#cap(), ...this.#capBase() } }),
    });
  }

  /** One price, with or without an evening, or tiers and included time. */
  #timeLine(): TimeLine {
    const { random } = this;
    const price = this.#price();
    const unit = random.pick(['hour', 'minute', 'fte'] as const);
    const common = { id: 'T', unit, price, ...(unit === 'fte' && { hoursPerFte: '1.25' }) };
    if (random.chance(0.6))
      return timeLine({ ...common, bands: random.chance(0.5) ? [evening('0.333')] : [] });
    const many = unit === 'minute' ? 60 : 1;
    const ends = [random.integer(1, 5) * many, random.integer(6, 12) * many, null];
    const steps = ends.slice(random.integer(0, 2)).map((upTo, index): TierStep => {
      return { upTo, price: index === 0 ? price : this.#price() };
    });
    const tiers = random.chance(0.8)
      ? { mode: random.pick(['graduated', 'allUnits'] as const), steps }
      : undefined;
    const above = random.pick([0, 0, random.integer(1, 4) * many]);
    return timeLine({ ...common, tiers, above, proration: this.#proration() });
  }

  /** Of units, or of a line of time. */
  #minimum(unit: TimeLine['unit'] | null = null): { minimum?: LineMinimum } {
    const { random } = this;
    if (random.chance(0.7)) return {};
    const proration = this.#proration();
    if (random.chance(0.5)) {
      const amount = `${random.integer(1, 600)}.${random.integer(10, 99)}`;
      return { minimum: { volume: null, amount, shortfallPrice: null, proration } };
    }
    const volume = random.pick(unit === null ? [20, 97] : unit === 'minute' ? [97, 400] : [2, 9]);
    const shortfallPrice = random.chance(0.5) ? this.#price() : null;
    return { minimum: { volume, amount: null, shortfallPrice, proration } };
  }

  #measures(): Terms['measures'] {
    const { random } = this;
    const increment = random.chance(0.4)
      ? { firstMs: random.pick([0, 60_000]), stepMs: random.pick([6_000, 60_000]), per: 'month' as const }
      : null;
    const averageCap = random.chance(0.4)
      ? { perUnitMs: random.integer(60, 500) * 1_000, measure: 'contacts' }
      : null;
    return { contacts: contactCount('handled'), time: workTime(['TALK'], { increment, averageCap }) };
  }

  #pricing(): UnitPricing {
    const { random } = this;
    const ends = [random.integer(2, 20), random.integer(21, 60)];
    const steps: TierStep[] = [...ends, null]
      .slice(random.integer(0, 2))
      .map((upTo) => ({ upTo, price: this.#price() }));
    return random.weighted<UnitPricing>([
      [2, { mode: 'flat', price: this.#price() }],
      [3, { mode: 'graduated', steps }],
      [1, { mode: 'allUnits', steps }],
      [1, { mode: 'package', size: random.integer(2, 25), price: this.#price() }],
    ]);
  }

  #corridors(line: string, unit: TimeLine['unit'] = 'hour'): Corridor[] {
    const { random } = this;
    const price = (): string | null => (random.chance(0.5) ? this.#price() : null);
    const [lower, upper] = random.pick([
      ['0.9', null],
      [null, '1.1'],
      ['0.85', '1.15'],
      ['1', '1'],
    ] as const);
    const volume = random.pick(line === 'U' ? [20, 60, 97] : unit === 'minute' ? [97, 400] : [2, 9]);
    const forecast = { kind: 'agreed' as const, values: { [this.period.name]: volume } };
    const steps = [
      { upTo: '1.3', price: this.#price() },
      { upTo: null, price: this.#price() },
    ];
    const above = random.chance(0.4) && upper !== null ? { overflow: steps } : {};
    const overflowPrice = 'overflow' in above ? null : price();
    const common = { id: `C${line}`, line, forecast, lower, upper, shortfallPrice: price() };
    return [{ ...common, overflowPrice, ...above, proration: this.#proration() }];
  }

  #bonusMalus(): JudgedClause[] {
    return Array.from({ length: this.random.integer(1, 3) }, (_, index) => this.#clause(`B${index}`));
  }

  #clause(id: string): JudgedClause {
    const { random } = this;
    const maybe = <T extends object>(chance: number, part: () => T): Partial<T> =>
      random.chance(chance) ? part() : {};
    const bound = (value: string): string | null => (random.chance(0.4) ? value : null);
    const common = {
      id,
      name: id,
      base: random.pick([['U'], ['T', 'F'], ['U', 'T', 'F']]),
      cap: { bonus: bound('0.03'), malus: bound('0.05') },
      during: null,
      ...maybe(0.25, () => ({ capAmount: { bonus: bound('9.30'), malus: bound('21.77') } })),
      ...maybe(0.3, () => ({ proration: this.#proration() })),
      ...maybe(0.25, () => ({
        bonusIf: [
          { kpi: 'tone', op: 'gte' as const, value: this.#target(), minSample: null, onNoData: null },
        ],
      })),
      ...maybe(0.3, () => ({
        escalation: random.pick([
          ['1', '1.5'],
          ['1', '1.25', '3'],
        ]),
      })),
    };
    const amount = random.chance(0.3);
    const unit = amount ? { unit: 'amount' as const } : {};
    return random.weighted<JudgedClause>([
      [3, { kind: 'kpi', ...common, ...unit, kpi: 'quality', shapes: [this.#shape(amount)] }],
      [1, { kind: 'scorecard', ...common, ...unit, of: this.#scored(), shapes: [this.#shape(amount)] }],
      [
        1,
        {
          kind: 'perEvent',
          ...common,
          measure: 'contacts',
          amount: random.pick(['-0.37', '1.204']),
          free: random.pick([0, 5, 33]),
        },
      ],
    ]);
  }

  /** Points of two KPIs. */
  #scored(): ScoredKpi[] {
    const weight = this.random.pick(['0.5', '0.3', '0.65']);
    const rest = { '0.5': '0.5', '0.3': '0.7', '0.65': '0.35' }[weight] ?? '0';
    return [
      {
        kpi: 'quality',
        weight,
        shapes: [
          { shape: 'linear', from: { at: '55', rate: '40' }, to: { at: this.#target(), rate: '100' } },
        ],
      },
      {
        kpi: 'tone',
        weight: rest,
        shapes: [
          {
            shape: 'step',
            points: [
              { op: 'gte', value: '80', rate: '100' },
              { op: 'gte', value: '60', rate: '70' },
            ],
          },
        ],
      },
    ];
  }

  /** Rates, or amounts of some euros. */
  #shape(isAmount = false): Shape {
    const { random } = this;
    const target = this.#target();
    const given = (rate: string): string => (isAmount ? String(Number(rate) * 250) : rate);
    return random.pick<Shape>([
      {
        shape: 'step',
        points: [
          { op: 'gte', value: '90', rate: given('0.04') },
          { op: 'lt', value: target, rate: given('-0.077') },
        ],
      },
      {
        shape: 'linear',
        from: { at: target, rate: given('-0.1') },
        to: { at: '97', rate: given('0.05') },
      },
      {
        shape: 'perPoint',
        from: target,
        beyond: random.pick(['above', 'below']),
        size: '3',
        count: random.pick(['exact', 'full', 'started']),
        rate: given(random.pick(['-0.011', '0.02'])),
      },
    ]);
  }

  #limits(): Limits {
    const { random } = this;
    const [monthlyMin, monthlyMax] = random.pick([
      [`${random.integer(1, 900)}.00`, null],
      [null, `${random.integer(1, 900)}.50`],
      ['400.00', '401.00'],
    ] as const);
    return {
      monthlyMin,
      monthlyMax,
      appliesTo: random.pick(['linesOnly', 'linesAndBonusMalus']),
      proration: this.#proration(),
    };
  }

  #gate(): Gate | null {
    return this.random.chance(0.75)
      ? null
      : { kpi: 'quality', op: 'gte', value: this.#target(), minSample: null, onNoData: null };
  }

  #price(): string {
    return `${this.random.integer(0, 40)}.${String(this.random.integer(0, 999)).padStart(3, '0')}`;
  }

  #target(): string {
    return String(this.random.integer(60, 88));
  }

  #cap(): string | null {
    return this.random.pick([null, null, '0.02', '0.055']);
  }

  #capBase(): { base?: string[] } {
    return this.random.chance(0.3) ? { base: this.random.pick([['U'], ['T', 'F']]) } : {};
  }

  #proration(): Proration {
    return this.random.pick(['calendarDays', 'none']);
  }
}

function evening(surcharge: string) {
  return { id: 'late', days: [], times: [{ fromMs: 20 * 3_600_000, toMs: dayMs }], price: null, surcharge };
}

/** On the line of units. */
function hasCorridor({ corridors }: Terms): boolean {
  return corridors.some(({ line }) => line === 'U');
}

function unitOf({ lines }: Terms): TimeLine['unit'] {
  return lines.find((line) => line.model === 'time')?.unit ?? 'hour';
}

type Units = Partial<Extract<Terms['lines'][number], { model: 'perUnit' | 'outcome' }>>;

/** Bands go with one price and without included units only. */
function withUnits(terms: Terms, change: Units): Terms {
  return {
    ...terms,
    lines: terms.lines.map((line) => {
      if (line.model !== 'perUnit') return line;
      const next = { ...line, ...change };
      const isPlain = next.pricing.mode === 'flat' && next.above === 0;
      return {
        ...next,
        bands: isPlain ? next.bands : [],
        above: next.pricing.mode === 'package' ? 0 : next.above,
      };
    }),
  };
}

/** The same way of pricing with one other price. */
function repriced({ lines }: Terms, price: string): UnitPricing {
  const line = lines.find((each) => each.model === 'perUnit');
  const pricing = line !== undefined && 'pricing' in line ? line.pricing : { mode: 'flat' as const, price };
  if (!('steps' in pricing)) return { ...pricing, price };
  return { ...pricing, steps: pricing.steps.map((step, index) => (index === 0 ? { ...step, price } : step)) };
}

function withHours(terms: Terms, price: string): Terms {
  const changed = (line: TimeLine): TimeLine => {
    if (line.tiers === undefined) return { ...line, price };
    const steps = line.tiers.steps.map((step, index) => (index === 0 ? { ...step, price } : step));
    return { ...line, price, tiers: { ...line.tiers, steps } };
  };
  return { ...terms, lines: terms.lines.map((line) => (line.model === 'time' ? changed(line) : line)) };
}

function withTarget(terms: Terms, at: string): Terms {
  const moved = (shape: Shape): Shape => {
    switch (shape.shape) {
      case 'step':
        return {
          ...shape,
          points: shape.points.map((point) => (point.op === 'lt' ? { ...point, value: at } : point)),
        };
      case 'linear':
        return { ...shape, from: { ...shape.from, at } };
      case 'perPoint':
        return { ...shape, from: at };
    }
  };
  return {
    ...terms,
    bonusMalus: terms.bonusMalus.map((clause) =>
      'shapes' in clause ? { ...clause, shapes: clause.shapes.map(moved) } : clause,
    ),
  };
}
