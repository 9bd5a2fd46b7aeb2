import { commitmentSpans, type CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { BonusMalus } from '#domain/contract/bonus-malus.js';
import type { CreditTerms, Discount, DiscountStep } from '#domain/contract/discount.js';
import type { Commitment } from '#domain/contract/commitment.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import {
  contactCount,
  fixedLine,
  sampleContract,
  sampleTerms,
  timeLine,
  unitLine,
  workTime,
} from '#domain/contract/contract.fixture.js';
import type { Proration, UnitPricing } from '#domain/contract/line.js';
import { Random } from '#test/simulation/random.js';
import { zone } from './calendar.js';
import type { Call } from './draw.js';

/**
 * A contract that commits over several months, the month to price, and the work of it and of those before.
 */
export interface YearDraw {
  readonly seed: number;
  readonly contract: Contract;
  readonly month: string;
  readonly calls: readonly Call[];
}

/** The first month that is drawn; no commitment period of a later month begins before it. */
export const firstMonth = '2025-01';

export function drawYear(seed: number): YearDraw {
  const random = new Random(seed);
  const term = random.pick([
    { firstDay: '2025-01-01', lastDay: '2026-12-31' },
    { firstDay: '2025-03-01', lastDay: '2026-10-15' },
    { firstDay: '2025-05-01', lastDay: '2026-04-30' },
  ]);
  const months = monthsBetween(
    firstMonth,
    random.pick(['2025-09', '2025-12', '2026-04', '2026-09', '2026-10']),
  );
  const calls = months.flatMap((month) =>
    Array.from({ length: random.pick([0, 3, 12, 40]) }, (): Call => {
      const day = Temporal.PlainDate.from(`${month}-${String(random.integer(1, 26)).padStart(2, '0')}`);
      const noon = day.toZonedDateTime({ timeZone: zone, plainTime: '12:00' }).epochMilliseconds;
      const from = noon + random.integer(0, 20_000_000);
      return { from, to: from + random.integer(0, 900_000) };
    }),
  );
  const first = termsOf(random);
  const starts = random.pick([[], ['2025-07'], ['2025-10', '2026-02']]);
  let terms = first;
  const versions = [null, ...starts].map((month, index) => {
    if (month !== null) terms = amended(random, terms);
    const from = month === null ? null : midnight(Temporal.PlainDate.from(`${month}-01`));
    return { version: index + 1, from, reason: null, terms, windows: [] };
  });
  const contract = sampleContract({}, { timeZone: zone, versions, term });
  return { seed, contract, month: months.at(-1) ?? firstMonth, calls };
}

export function monthsBetween(first: string, last: string): string[] {
  const months: string[] = [];
  for (let month = Temporal.PlainYearMonth.from(first); ; month = month.add({ months: 1 })) {
    if (month.toString() > last) return months;
    months.push(month.toString());
  }
}

export function midnight(day: Temporal.PlainDate): number {
  return day.toZonedDateTime(zone).epochMilliseconds;
}

function termsOf(random: Random): Terms {
  const tiers = pricingOf(random);
  const isSplit = tiers.mode !== 'flat';
  const hours = pricingOf(random, 3);
  const timed =
    hours.mode === 'graduated' ? { tiers: hours, over: spanOf(random), proration: prorationOf(random) } : {};
  return sampleTerms({
    measures: { contacts: contactCount('handled'), time: workTime(['TALK']) },
    lines: [
      unitLine({
        id: 'U',
        pricing: tiers,
        above: tiers.mode === 'graduated' && random.chance(0.3) ? random.integer(1, 60) : 0,
        proration: prorationOf(random),
        ...(isSplit && random.chance(0.8) && { over: spanOf(random) }),
      }),
      timeLine({ id: 'T', unit: random.pick(['hour', 'minute']), price: priceOf(random), ...timed }),
      fixedLine(`${random.integer(1, 90)}.00`, { id: 'F' }),
    ],
    limits: random.chance(0.4)
      ? {
          monthlyMin: `${random.integer(1, 200)}.00`,
          monthlyMax: random.chance(0.5) ? `${random.integer(200, 400)}.00` : null,
          appliesTo: 'linesAndBonusMalus',
          proration: prorationOf(random),
        }
      : null,
    commitments: Array.from({ length: random.integer(0, 3) }, (_, index) =>
      commitmentOf(random, `K${index}`),
    ),
    bonusMalus: random.chance(0.4) ? [complaints(random)] : [],
    ...(random.chance(0.5) && {
      discounts: Array.from({ length: random.integer(1, 3) }, (_, index) => discountOf(random, index)),
    }),
    ...(random.chance(0.4) && { credits: creditsOf(random) }),
  });
}

/** So much off for every contact, at once or from the next invoice. */
function complaints(random: Random): BonusMalus {
  return {
    kind: 'perEvent',
    id: 'M',
    name: 'M',
    measure: 'contacts',
    base: ['F'],
    amount: `-${random.integer(0, 9)}.${random.integer(10, 99)}`,
    free: 0,
    cap: { bonus: null, malus: null },
    during: null,
    ...(random.chance(0.5) && { deduct: 'nextInvoice' }),
  };
}

/** A discount of the month or a rebate over several, on those that are written before it or on lines. */
function discountOf(random: Random, index: number): Discount {
  const volumeOf = random.pick([null, null, 'U', 'T']) ?? undefined;
  const [low, high] =
    volumeOf === undefined
      ? [random.integer(1, 300), random.integer(301, 2_000)]
      : [random.integer(1, 9), random.integer(10, 60)];
  const over = random.pick([null, ...commitmentSpans]) ?? undefined;
  const isExcess = volumeOf === undefined && random.chance(0.4);
  const rate = (): string => `0.${String(random.integer(1, 300)).padStart(3, '0')}`;
  const key = random.pick(['above', 'atLeast'] as const);
  const gives = (): DiscountStep =>
    isExcess || random.chance(0.7) ? { rate: rate() } : { amount: `${random.integer(1, 200)}.50` };
  const steps: DiscountStep[] = [
    { ...gives(), ...((isExcess || random.chance(0.6)) && { [key]: String(low) }) },
    { ...gives(), [key]: String(high) },
  ];
  return {
    id: `D${index}`,
    name: `D${index}`,
    base: random.pick([
      null,
      null,
      ['U'],
      ['T', 'F'],
      ['F', 'M'],
      ...(index > 0 && over !== undefined ? [['U', 'F']] : []),
    ]),
    over,
    volumeOf,
    ...(random.chance(0.5) ? { steps } : steps[0]),
    appliesTo: isExcess ? 'excess' : 'all',
    settle: over === undefined ? undefined : random.pick(['atEnd', 'asReached'] as const),
    from: random.pick([null, null, '2025-06', '2025-11']) ?? undefined,
    to: random.pick([null, null, '2026-02', '2026-08']) ?? undefined,
    proration: prorationOf(random),
  };
}

function creditsOf(random: Random): CreditTerms {
  return {
    belowZero: random.pick(['carry', 'carry', 'carry', 'creditNote']),
    atEnd: random.pick(['creditNote', 'lapse']),
  };
}

function commitmentOf(random: Random, id: string): Commitment {
  const common = { id, name: id, over: spanOf(random), proration: prorationOf(random) };
  if (random.chance(0.4)) {
    const line = random.pick(['U', 'T']);
    const minimumVolume = String(random.integer(1, line === 'U' ? 200 : 20));
    return { kind: 'volume', ...common, line, minimumVolume, shortfallPrice: priceOf(random) };
  }
  const least = random.integer(100, 2_000);
  return {
    kind: 'amount',
    ...common,
    base: random.pick([null, ['U'], ['T', 'F']]),
    ...random.pick([
      { minimum: `${least}.00`, maximum: null },
      { minimum: null, maximum: `${least}.50` },
      { minimum: `${least}.00`, maximum: `${least + 300}.00` },
    ]),
  };
}

function amended(random: Random, terms: Terms): Terms {
  const commitments = (terms.commitments ?? []).map((each): Commitment => {
    if (each.kind === 'volume') return { ...each, minimumVolume: String(random.integer(1, 90)) };
    const more = random.integer(1, 500);
    return {
      ...each,
      minimum: each.minimum === null ? null : String(Number(each.minimum) + more),
      maximum: each.maximum === null ? null : String(Number(each.maximum) + more),
    };
  });
  return random.pick<Terms>([
    { ...terms, discounts: (terms.discounts ?? []).slice(1) },
    { ...terms, credits: creditsOf(random) },
    { ...terms, bonusMalus: random.chance(0.5) ? [complaints(random)] : [] },
    { ...terms, commitments },
    { ...terms, commitments: commitments.slice(1) },
    { ...terms, lines: termsOf(random).lines },
  ]);
}

function pricingOf(random: Random, size = 20): UnitPricing {
  const ends = [random.integer(1, size), random.integer(size + 1, size * 6)];
  return random.weighted<UnitPricing>([
    [1, { mode: 'flat', price: priceOf(random) }],
    [3, { mode: 'graduated', steps: [...ends, null].map((upTo) => ({ upTo, price: priceOf(random) })) }],
    [1, { mode: 'package', size: random.integer(2, 25), price: priceOf(random) }],
  ]);
}

function spanOf(random: Random): CommitmentSpan {
  return random.pick(commitmentSpans);
}

function prorationOf(random: Random): Proration {
  return random.pick(['calendarDays', 'none']);
}

function priceOf(random: Random): string {
  return `${random.integer(0, 20)}.${String(random.integer(0, 999)).padStart(3, '0')}`;
}
