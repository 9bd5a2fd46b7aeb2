import type { BreakingOutcome } from '#domain/fact/breaking-outcomes.js';
import type { Terms } from '#domain/contract/contract.js';
import { unitLine } from '#domain/contract/contract.fixture.js';
import { Random } from '#test/simulation/random.js';
import type { Breaker } from './breakers.js';
import type { Draw, Work } from './draw.js';
import { drawFurther, machineRate } from './further-draw.js';

const [hourMs, dayMs] = [3_600_000, 86_400_000];

/**
 * A draw with further terms; in some of them contacts have customers, and those that stay resolved are paid.
 */
export function drawResolved(seed: number): Draw {
  const drawn = drawFurther(seed);
  const random = new Random(Math.imul(seed, 1_597_334_677) >>> 0);
  if (!random.chance(0.4)) return drawn;
  const customers = ['k1', 'k2', 'k3', 'k4'].slice(0, random.integer(1, 4));
  const named = <C extends { readonly from: number }>(each: C): C =>
    random.chance(0.85) ? { ...each, customer: random.pick(customers) } : each;
  const withCustomers = <W extends Work>(work: W): W => ({
    ...work,
    calls: work.calls.map(named),
    ...(work.further && { further: { ...work.further, bots: work.further.bots.map(named) } }),
  });
  const now = withCustomers(drawn);
  const past = drawn.past.map(withCustomers);
  const matures = random.chance(0.5);
  const windows = [0, 1, 2].map(() => random.pick(matures ? [1, 72, 240, 744] : [1, 24, 72]) * hourMs);
  const all = [now, ...past].flatMap(({ calls, further }) => [...calls, ...(further?.bots ?? [])]);
  const breakers = Array.from({ length: random.integer(0, 12) }, (): Breaker[] => {
    const { to = 0, customer } = all.length === 0 ? {} : random.pick(all);
    const window = random.pick(windows);
    const after = random.pick([
      0,
      -1,
      window,
      window - 1,
      random.integer(0, window),
      random.integer(-hourMs, dayMs),
    ]);
    const name = random.pick([null, null, 'refund.made', 'resolution.reopened'] as const);
    return customer === undefined ? [] : [{ customer, at: to + after, event: name }];
  }).flat();
  const agreed = agreedOf(random, drawn, windows, matures);
  const versions = drawn.contract.versions.map((version, index) => ({
    ...version,
    terms: agreed(version.terms, index),
    windows: version.windows.map((window) => ({ ...window, terms: agreed(window.terms, index) })),
  }));
  const kinds = [...(drawn.kinds ?? []), 'resolutions'];
  return { ...now, past, kinds, breakers, contract: { ...drawn.contract, versions } };
}

function agreedOf(
  random: Random,
  { contract }: Draw,
  windows: readonly number[],
  matures: boolean,
): (terms: Terms, version: number) => Terms {
  const isByTotal = contract.rounding.at === 'total';
  const vat = isByTotal ? null : random.pick([null, { category: 'S' as const, rate: '10', reason: null }]);
  const by = random.pick([null, null, 'machine', 'person'] as const);
  const unless = random.pick<readonly BreakingOutcome[]>([
    [],
    ['refund.made'],
    ['refund.made', 'resolution.reopened'],
  ]);
  const isKept = random.chance(0.5);
  const prices = [0, 1, 2].map(() => `${random.integer(0, 9)}.${random.integer(10, 999)}`);
  const rates = random.chance(0.5) ? [machineRate(random)] : [];
  return (terms, version) => {
    const index = isKept ? 0 : version;
    const line = unitLine({
      id: 'R',
      model: 'outcome',
      measure: 'solved',
      pricing: { mode: 'flat', price: prices[index] ?? '1' },
      rates,
      vat,
      settleAfter: matures ? 'maturity' : 'close',
    });
    const held = { type: 'settled', by, unless, resolved: null, minSample: 0, onNoData: 'neutral' } as const;
    // the caps over all bonus and malus are of the other lines: a month that is priced again for what is
    // earned back has no results of months before it
    const base = { base: ['U', 'T', 'F'] };
    return {
      ...terms,
      kpis: { ...terms.kpis, held: { ...held, version: index + 1, windowMs: windows[index] ?? hourMs } },
      measures: { ...terms.measures, solved: { kind: 'resolved', kpi: 'held' } },
      lines: [...terms.lines, line],
      malus: { ...base, ...terms.malus },
      ...(terms.bonus && { bonus: { ...base, ...terms.bonus } }),
    };
  };
}
