import type { BonusMalus, Waiver } from '#domain/contract/bonus-malus.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import { anyWork } from '#domain/contract/contract.fixture.js';
import type { Line, Rate, Vat } from '#domain/contract/line.js';
import type { Rhythm } from '#domain/period/rhythm.js';
import { Random } from '#test/simulation/random.js';
import { calendarOf, midnightOf, type CalendarPeriod } from './calendar.js';
import { ContractDraw, scoreAt, type Call, type Cost, type Draw, type Work } from './draw.js';

/** Periods before the priced one that it may look back to. */
const looksBack = 4;

/**
 * What contracts of the month are, in any rhythm, currency and rounding, with lines of several VAT groups,
 * rates, one-off amounts, costs handed on, waivers and earn-back.
 */
export function drawWide(seed: number): Draw {
  const random = new Random(seed);
  const period = rhythmOf(random);
  const calendar = calendarOf(period);
  const index = random.pick(
    calendar.flatMap(({ first }, at) =>
      first.year === 2026 || (first.year === 2025 && first.month === 12) ? [at] : [],
    ),
  );
  const own = calendar[index];
  if (own === undefined) throw new Error('there is no such period');
  const drawn = new ContractDraw(random, own).contract();
  const before = calendar.slice(index - looksBack, index).toReversed();
  const hasPast = drawn.term.firstDay === null;
  const contract = widened(random, { ...drawn, period: { ...drawn.period, ...period } }, own, before);
  const work = workOf(random, own, random.pick([3, 30, 120]));
  const past = before.map((each) => {
    const none = { calls: [], scores: [], costs: [] };
    return { name: each.name, ...(hasPast ? workOf(random, each, 12) : none) };
  });
  return { seed, contract, period: own.name, ...work, past };
}

function rhythmOf(random: Random): Rhythm {
  const weekday = random.pick(['monday', 'sunday', 'thursday'] as const);
  return random.weighted<Rhythm>([
    [4, { unit: 'month' }],
    [2, { unit: 'halfMonth' }],
    [3, { unit: 'week', weekStart: weekday }],
    [2, { unit: 'quarter' }],
    [1, { unit: 'year' }],
    [2, { unit: '4-4-5', yearStart: { weekday, nearestTo: random.pick(['01-01', '02-01', '09-30']) } }],
  ]);
}

function workOf(
  random: Random,
  { first, days }: CalendarPeriod,
  most: number,
): Required<Omit<Work, 'further'>> {
  const start = midnightOf(first);
  const instant = (): number => start + random.integer(0, days * 86_400 - 4_000) * 1_000;
  const many = <T>(many_: number, item: () => T): T[] =>
    Array.from({ length: random.integer(0, many_) }, item);
  return {
    calls: many(most, (): Call => {
      const from = instant();
      return { from, to: from + random.integer(0, 900) * 1_000, isExpert: random.chance(0.3) };
    }),
    scores: many(8, () => scoreAt(random, instant())),
    costs: many(4, (): Cost => ({ at: instant(), cents: random.integer(1, 40_000) })),
  };
}

function widened(
  random: Random,
  contract: Contract,
  period: CalendarPeriod,
  before: readonly CalendarPeriod[],
): Contract {
  const isMonthly = contract.period.unit === 'month';
  const isByTotal = random.chance(0.2);
  // with rates it is open whose units are above a corridor
  const isRated =
    random.chance(0.4) &&
    termsOf(contract).every(({ corridors }) => corridors.every(({ upper }) => upper === null));
  const rates = isRated ? [expert(random)] : [];
  const vats = vatsOf(random, isByTotal);
  const extra = extraLines(random, period);
  const bases = contract.versions.flatMap(({ terms }) => terms.bonusMalus.map(({ id }) => id));
  const waivers = bases.length > 0 && random.chance(0.4) ? waiversOf(random, bases, [period, ...before]) : [];
  const back = random.chance(0.5) ? random.pick(['0.5', '0.333']) : null;
  const isFixedPerPeriod = !isMonthly && random.chance(0.3);
  const isDamages = random.chance(0.3);
  const tiered = random.chance(0.5);
  const tiers = tiersOf(random);
  const isCredit = random.chance(0.15);
  const ifTargetsMetFor = random.integer(1, 2);
  const ofTerms = (terms: Terms, scale: number): Terms => {
    const ids = terms.bonusMalus.map(({ id }) => id);
    const earnBack = {
      kind: 'earnBack' as const,
      id: 'E',
      name: 'E',
      of: ids,
      share: back ?? '0',
      ifTargetsMetFor,
    };
    const own: BonusMalus[] = back === null || ids.length === 0 ? [] : [earnBack];
    return {
      ...terms,
      measures: measuresOf(terms, isMonthly),
      lines: [...terms.lines.map((line) => lineOf(line)), ...extra].map((line) => ({
        ...line,
        ...(isOneOf(line.model) && rates.length > 0 && isSimple(line) && { rates }),
        vat: vats.lines[line.id] ?? null,
      })),
      vat: vats.contract,
      bonusMalus: [...terms.bonusMalus, ...own],
      waivers: waivers.flatMap((each) => {
        const of = each.of.filter((id) => ids.includes(id));
        return of.length === 0 ? [] : [{ ...each, of }];
      }),
      limits: limitsOf(terms, isMonthly, scale),
      malus: { ...terms.malus, ...(isDamages && { vatTreatment: 'outOfScope' }) },
    };
  };
  const lineOf = (written: Line): Line => {
    let line = written;
    if (line.model === 'fixed' && isCredit) line = { ...line, amount: `-${line.amount}` };
    const minimum = line.minimum;
    const changed =
      !isMonthly && minimum !== undefined && minimum.amount !== null
        ? { ...line, minimum: { ...minimum, proration: 'calendarDays' as const } }
        : line;
    if (changed.model === 'fixed' && !isMonthly)
      return isFixedPerPeriod ? { ...changed, per: 'period' } : { ...changed, proration: 'calendarDays' };
    const hasCorridor = termsOf(contract).some(({ corridors }) =>
      corridors.some(({ line: id }) => id === 'U'),
    );
    if (changed.model !== 'perUnit' || !hasCorridor || !tiered || changed.bands.length > 0) return changed;
    return changed.pricing.mode === 'flat' ? { ...changed, pricing: tiers } : changed;
  };
  const [currency, scale] = random.pick([
    ['EUR', 2],
    ['EUR', 2],
    ['JPY', 0],
    ['TND', 3],
    ['EUR', 4],
  ] as const);
  const mode = random.pick(['halfAwayFromZero', 'halfAwayFromZero', 'halfEven', 'down', 'up'] as const);
  const versions = contract.versions.map((version) => ({
    ...version,
    terms: ofTerms(version.terms, scale),
    windows: version.windows.map((window) => ({ ...window, terms: ofTerms(window.terms, scale) })),
  }));
  const rounding = { scale, mode, at: isByTotal ? ('total' as const) : ('line' as const), displayRatio: 4 };
  return { ...contract, currency, rounding, versions };
}

/** Limits are amounts of the invoice: with its decimals. */
function limitsOf({ limits }: Terms, isMonthly: boolean, scale: number): Terms['limits'] {
  if (limits === null) return null;
  const inScale = (amount: string | null): string | null =>
    amount === null || scale > 0 ? amount : (amount.split('.')[0] ?? amount);
  return {
    ...limits,
    monthlyMin: inScale(limits.monthlyMin),
    monthlyMax: inScale(limits.monthlyMax),
    ...(!isMonthly && { proration: 'calendarDays' }),
  };
}

function termsOf({ versions }: Contract): Terms[] {
  return versions.flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)]);
}

function isOneOf(model: Line['model']): boolean {
  return model === 'perUnit' || model === 'time';
}

/** One price and nothing included: rates go with nothing else. */
function isSimple(line: Line): boolean {
  if (line.model === 'perUnit') return line.pricing.mode === 'flat' && line.above === 0;
  return line.model !== 'time' || (line.tiers === undefined && (line.above ?? 0) === 0);
}

/** Increments on the month are for monthly contracts. */
function measuresOf({ measures }: Terms, isWhole: boolean): Terms['measures'] {
  const changed = Object.entries(measures).map(([id, measure]) =>
    measure.kind === 'time' && !isWhole ? [id, { ...measure, increment: null }] : [id, measure],
  );
  const others = Object.fromEntries(changed) as Terms['measures'];
  return {
    ...others,
    costs: { kind: 'eventSum', name: 'telephony.billed', field: 'amount', scale: 2, unless: [], match: {} },
  };
}

function expert(random: Random): Rate {
  return {
    id: 'expert',
    price: `${random.integer(1, 50)}.${random.integer(10, 99)}`,
    when: { ...anyWork, grades: ['expert'] },
  };
}

/** With lines rounded as one sum all have one VAT group, or else it is open which gets the last cent. */
function vatsOf(random: Random, isSingle: boolean): { contract: Vat; lines: Record<string, Vat> } {
  const groups: Vat[] = [
    { category: 'S', rate: '20', reason: null },
    { category: 'S', rate: '10', reason: null },
    { category: 'S', rate: '10.0', reason: null },
    { category: 'S', rate: '5.5', reason: null },
    { category: 'AE', rate: '0', reason: 'Reverse charge' },
    { category: 'E', rate: '0', reason: 'Exempt' },
  ];
  const contract = random.pick(groups);
  if (isSingle) return { contract, lines: {} };
  const own = ['U', 'T', 'F', 'O', 'P'].filter(() => random.chance(0.5));
  return { contract, lines: Object.fromEntries(own.map((line) => [line, random.pick(groups)])) };
}

function extraLines(random: Random, { first, days }: CalendarPeriod): Line[] {
  const common = { vat: null, payIf: null };
  const day = first.add({ days: random.integer(0, days - 1) }).toString();
  const amount = `${random.chance(0.3) ? '-' : ''}${random.integer(1, 300)}.${random.integer(10, 99)}`;
  const markup = random.pick(['0', '0.05', '0.125']);
  return [
    ...(random.chance(0.3) ? [{ ...common, id: 'O', name: 'O', model: 'oneOff' as const, amount, day }] : []),
    ...(random.chance(0.4)
      ? [{ ...common, id: 'P', name: 'P', model: 'passThrough' as const, measure: 'costs', markup }]
      : []),
  ];
}

function waiversOf(random: Random, ids: readonly string[], periods: readonly CalendarPeriod[]): Waiver[] {
  const common = { id: 'W', of: [random.pick(ids)], proof: 'a letter' };
  const of = random.pick(periods);
  const day = random.integer(0, of.days - 1);
  const from = midnightOf(of.first.add({ days: day }));
  return [
    random.pick<Waiver>([
      { ...common, kind: 'period', from, to: from + 86_400_000 * random.integer(1, 3) },
      {
        ...common,
        kind: 'volumeAbove',
        measure: 'contacts',
        forecast: {
          kind: 'agreed',
          values: Object.fromEntries(periods.slice(0, 2).map(({ name }) => [name, 10])),
        },
        above: '1.1',
        during: null,
      },
    ]),
  ];
}

function tiersOf(random: Random) {
  const price = (): string => `${random.integer(1, 9)}.${random.integer(100, 999)}`;
  return {
    mode: 'graduated' as const,
    steps: [
      { upTo: random.integer(1, 20), price: price() },
      { upTo: random.integer(21, 60), price: price() },
      { upTo: null, price: price() },
    ],
  };
}
