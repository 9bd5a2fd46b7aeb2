import { type Random, seededRandom } from './random.js';

/**
 * A call of the invented month; instants in ms, on whole seconds, as two of the three platforms report them.
 */
export interface Call {
  readonly number: number;
  readonly queue: DemoQueue;
  /** E.164 digits; '' for a withheld number. */
  readonly caller: string;
  readonly arrivedAt: number;
  readonly queuedAt: number;
  readonly leftAt: number;
  /** Index of the agent in the team; null: the caller gave up. */
  readonly agent: number | null;
  readonly talkMs: number;
  readonly holdMs: number;
  readonly acwMs: number;
  readonly disposition: string;
}

export interface DemoQueue {
  readonly name: string;
  readonly platform: 'genesys' | 'avaya' | 'axialys';
  readonly team: Team;
  /** Calls a day before the hour's and the weekday's weight. */
  readonly callsADay: number;
  readonly talkMedianS: number;
  readonly open: 'always' | 'daytime';
}

export interface Team {
  readonly brand: string;
  readonly firstAgent: number;
  readonly agents: number;
}

export const aurore: Team = { brand: 'aurore', firstAgent: 0, agents: 20 };
const boreal: Team = { brand: 'boreal', firstAgent: 20, agents: 22 };

const demoQueues: readonly DemoQueue[] = [
  { name: 'orders', platform: 'genesys', team: aurore, callsADay: 190, talkMedianS: 170, open: 'daytime' },
  { name: 'returns', platform: 'axialys', team: aurore, callsADay: 95, talkMedianS: 240, open: 'daytime' },
  { name: 'billing', platform: 'avaya', team: boreal, callsADay: 160, talkMedianS: 210, open: 'daytime' },
  { name: 'emergency', platform: 'genesys', team: boreal, callsADay: 70, talkMedianS: 130, open: 'always' },
];

/** Share of a day's calls by local hour: with peaks in the morning and afternoon and few calls at night. */
const hourWeight = [
  0.2, 0.15, 0.1, 0.1, 0.15, 0.3, 0.7, 1.6, 5.2, 8.4, 9.2, 8.6, 6.1, 5.6, 7.4, 8.0, 7.8, 7.2, 6.0, 4.6, 3.0,
  1.8, 0.9, 0.4,
];
/** Monday first. */
const weekdayWeight = [1.35, 1.15, 1.05, 1, 1, 0.6, 0.15];

const hourMs = 3_600_000;

/**
 * A month of calls: arrivals by hour and weekday, callers who give up after a while, agents on shift who can
 * be busy, customers who call again.
 */
export function simulate(seed: number, month: string, timeZone: string): Call[] {
  const random = seededRandom(seed);
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  const start = first.toZonedDateTime(timeZone).epochMilliseconds;
  const end = first.add({ months: 1 }).toZonedDateTime(timeZone).epochMilliseconds;
  const arrivals = demoQueues
    .flatMap((queue) => arrivalsOf(queue, start, end, timeZone, random))
    .sort((a, b) => a.at - b.at);
  const freeAt = new Map<number, number>();
  const recent = new Map<DemoQueue, string[]>();
  return arrivals.map(({ queue, at, duty }, number) => {
    const callers = recent.get(queue) ?? [];
    const caller = callerOf(callers, random);
    if (caller !== '') recent.set(queue, [...callers.slice(-400), caller]);
    return serve({ number, queue, caller, arrivedAt: at }, duty, freeAt, random);
  });
}

interface Arrival {
  readonly queue: DemoQueue;
  readonly at: number;
  /** Agents on shift. */
  readonly duty: readonly number[];
}

function arrivalsOf(
  queue: DemoQueue,
  start: number,
  end: number,
  timeZone: string,
  random: Random,
): Arrival[] {
  const arrivals: Arrival[] = [];
  for (let hour = start; hour < end; hour += hourMs) {
    const local = Temporal.Instant.fromEpochMilliseconds(hour).toZonedDateTimeISO(timeZone);
    if (queue.open === 'daytime' && (local.hour < 8 || local.hour >= 20 || local.dayOfWeek === 7)) continue;
    const weight = ((hourWeight[local.hour] ?? 0) / 100) * (weekdayWeight[local.dayOfWeek - 1] ?? 0);
    const mean = hourMs / Math.max(queue.callsADay * weight, 0.02);
    const duty = onDuty(queue.team, local.dayOfYear, local.hour);
    for (
      let at = hour + random.exponential(mean);
      at < Math.min(hour + hourMs, end);
      at += random.exponential(mean)
    ) {
      arrivals.push({ queue, at: Math.floor(at / 1000) * 1000, duty });
    }
  }
  return arrivals;
}

/** Six-hour shifts, rotating through the team; fewer at night. */
export function onDuty(team: Team, day: number, hour: number): number[] {
  const size = hour >= 8 && hour < 20 ? 4 : 1;
  const shift = day * 4 + Math.floor(hour / 6);
  return Array.from(
    { length: size },
    (_, index) => team.firstAgent + ((shift * 3 + index * 5) % team.agents),
  );
}

/** One in eight withholds the number, one in five called lately about the same. */
function callerOf(recent: readonly string[], random: Random): string {
  if (random.chance(0.125)) return '';
  if (recent.length > 20 && random.chance(0.2)) return recent[random.below(recent.length)] ?? '';
  return `336${String(random.below(100_000_000)).padStart(8, '0')}`;
}

const ringMs = 2000;

function serve(
  call: Pick<Call, 'number' | 'queue' | 'caller' | 'arrivedAt'>,
  duty: readonly number[],
  freeAt: Map<number, number>,
  random: Random,
): Call {
  const seconds = (s: number): number => Math.round(s) * 1000;
  const queuedAt = call.arrivedAt + seconds(5 + random.next() * 20);
  const willingToWaitMs = seconds(random.exponential(150));
  const agent = duty.reduce((best, one) => ((freeAt.get(one) ?? 0) < (freeAt.get(best) ?? 0) ? one : best));
  const answeredAt = Math.max(queuedAt, freeAt.get(agent) ?? 0) + ringMs;
  if (answeredAt - queuedAt > willingToWaitMs) {
    const leftAt = queuedAt + willingToWaitMs;
    return { ...call, queuedAt, leftAt, agent: null, talkMs: 0, holdMs: 0, acwMs: 0, disposition: '' };
  }
  const talkMs = seconds(random.logNormal(call.queue.talkMedianS, 0.6));
  const holdMs = random.chance(0.18) ? seconds(random.exponential(45)) : 0;
  const acwMs = seconds(random.exponential(28));
  freeAt.set(agent, answeredAt + talkMs + holdMs + acwMs);
  const disposition =
    ['resolved', 'resolved', 'resolved', 'call-back', 'escalated'][random.below(5)] ?? 'resolved';
  return { ...call, queuedAt, leftAt: answeredAt, agent, talkMs, holdMs, acwMs, disposition };
}
