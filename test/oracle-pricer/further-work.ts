import { sampleLeg, sampleScope } from '#domain/contract/contract.fixture.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { event, outcome } from '#domain/pricing/pricing.fixture.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { Random } from '#test/simulation/random.js';
import { midnightOf, type CalendarPeriod } from './calendar.js';

/** Work that only the further terms ask for. */
export interface FurtherWork {
  readonly bots: readonly Bot[];
  readonly outages: readonly Outage[];
  readonly adHoc: readonly AdHocPiece[];
  readonly forecasts: readonly ForecastSet[];
}

/** A contact that a machine alone worked on, entered and answered at `from`. */
export interface Bot {
  readonly from: number;
  readonly to: number;
  /** Absent: not known. */
  readonly customer?: string;
}

export interface Outage {
  readonly from: number;
  readonly to: number;
}

/** One subject: what was recorded, approved and withdrawn, in order of time. */
export interface AdHocPiece {
  readonly isExpert: boolean;
  readonly events: readonly AdHocEvent[];
}

export interface AdHocEvent {
  readonly name: 'recorded' | 'approved' | 'withdrawn';
  readonly at: number;
  readonly data: Readonly<Record<string, string | number>>;
}

/** A plan for a period; all of a draw are events of one subject. */
export interface ForecastSet {
  readonly at: number;
  readonly value: number;
  readonly period: string | null;
}

export const noFurtherWork: FurtherWork = { bots: [], outages: [], adHoc: [], forecasts: [] };

/** c:a1 and c:a2 are people, c:m1 is a machine. */
export const furtherScope: LiveScope = {
  ...sampleScope,
  agent: (agent, at) =>
    agent === 'c:m1'
      ? { kind: 'machine', grade: null, site: null, country: null, skills: [], languages: [] }
      : sampleScope.agent(agent, at),
  machines: { isAgent: (agent) => agent === 'c:m1', isQueue: () => false },
  hasProgramme: () => true,
  rules: () => ({ thresholdsMs: [], reason: 'none', fcrWindowsMs: [], agentTime: 'split' }),
  agentCode: (agent) => agent,
};

export function drawFurtherWork(random: Random, { first, days, name }: CalendarPeriod): FurtherWork {
  const start = midnightOf(first);
  const instant = (): number => start + random.integer(0, days * 86_400 - 4_000) * 1_000;
  const many = <T>(most: number, item: () => T): T[] => Array.from({ length: random.integer(0, most) }, item);
  return {
    bots: many(random.pick([4, 30]), () => {
      const from = instant();
      return { from, to: from + random.integer(1, 600) * 1_000 };
    }),
    outages: many(5, () => {
      const from = instant();
      return { from, to: from + random.integer(0, 5 * 60) * 60_000 + random.pick([0, 0, 1, 30_000]) };
    }),
    adHoc: many(6, () => adHocPiece(random, instant)),
    forecasts: random.chance(0.8)
      ? Array.from({ length: random.integer(1, 2) }, () => {
          const period = random.chance(0.5) ? name : null;
          return { at: instant(), value: random.pick([3, 20, 60, 97]), period };
        })
      : [],
  };
}

function adHocPiece(random: Random, instant: () => number): AdHocPiece {
  const data = (): Record<string, string | number> =>
    random.pick([
      { hours: `${random.integer(0, 20)}.${random.integer(0, 99_999)}` },
      { units: random.integer(1, 9) },
      { amount: `${random.integer(1, 400)}.${random.integer(10, 99)}` },
    ]);
  const recorded = data();
  const [quantity = ''] = Object.keys(recorded);
  const less = (): Record<string, string | number> =>
    random.chance(0.3)
      ? { [quantity]: quantity === 'units' ? random.integer(0, 9) : `${random.integer(0, 30)}` }
      : {};
  const at = instant();
  const events: AdHocEvent[] = [{ name: 'recorded', at, data: recorded }];
  if (random.chance(0.15)) events.push({ name: 'recorded', at: instant(), data: data() });
  const dayMs = 86_400_000;
  const after = (): number => at + random.integer(0, 40) * dayMs + random.integer(1, 3_600_000);
  for (let left = random.pick([0, 1, 1, 1, 2]); left > 0; left -= 1)
    events.push({ name: 'approved', at: after(), data: less() });
  if (random.chance(0.2)) events.push({ name: 'withdrawn', at: after(), data: {} });
  return { isExpert: random.chance(0.3), events: events.sort((a, b) => a.at - b.at) };
}

/** As the journal has it. `id`: of the period. */
export function furtherContents(id: string, work: FurtherWork): PostingContent[] {
  const adHoc = work.adHoc.map(({ isExpert, events }, index): OutcomeContent => {
    const own = events.map(({ name, at, data }): OutcomeEvent => event(`adhoc.${name}`, at, data));
    return { ...outcome(`w${id}${index}`, ...own), agent: isExpert ? 'c:a2' : 'c:a1' };
  });
  return [
    ...work.bots.map((bot, index) => botContent(`c:b${id}${index}`, bot)),
    ...work.outages.map(({ from, to }, index) =>
      outcome(`o${id}${index}`, event('outage.started', from), event('outage.ended', to)),
    ),
    ...adHoc,
  ];
}

/** All plans of a draw are of one subject. */
export function forecastContents(forecasts: readonly ForecastSet[]): PostingContent[] {
  if (forecasts.length === 0) return [];
  const events = forecasts
    .toSorted((a, b) => a.at - b.at)
    .map(({ at, value, period }) =>
      event('forecast.set', at, { id: 'plan', value, ...(period !== null && { period }) }),
    );
  return [outcome('plan', ...events)];
}

function botContent(contact: string, { from, to, customer }: Bot): PostingContent {
  return {
    kind: 'contact',
    contact,
    connection: 'c',
    direction: 'inbound',
    media: 'voice',
    customer: customer ?? null,
    segments: [{ queue: 'c:q1', enteredAt: from, leftAt: from, waitMs: 0, result: 'answered' }],
    legs: [sampleLeg(from, to, { agent: 'c:m1' })],
    missed: [],
  };
}
