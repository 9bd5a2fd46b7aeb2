import { chanceOf } from './random.js';
import { aurore, type Call, onDuty } from './simulate.js';

/**
 * A shift of an agent; instants in ms, on whole seconds. Its parts follow each other without a gap; on the
 * queue (`QUEUE`) an agent takes calls and waits for the next.
 */
export interface Shift {
  readonly agent: number;
  readonly parts: readonly ShiftPart[];
  /** The agent's own calls in it, in order of time. */
  readonly calls: readonly Call[];
  /** Genesys never says that the agent has gone, as after a power cut. */
  readonly isLogoutLost: boolean;
}

export interface ShiftPart {
  readonly from: number;
  readonly to: number;
  readonly doing: 'PREP' | 'QUEUE' | 'BREAK' | 'TRAINING';
}

/** Local hours between which the same agents are on duty while the queues of Aurore are open. */
const blocks = [
  [8, 12],
  [12, 18],
  [18, 20],
] as const;
const minuteMs = 60_000;

/** The shifts in which the agents of Aurore, who is billed by the hour, took these calls. */
export function shiftsOf(calls: readonly Call[], month: string, timeZone: string): Shift[] {
  const byAgent = Map.groupBy(
    calls.filter(({ agent, queue }) => agent !== null && queue.team === aurore),
    ({ agent }) => agent,
  );
  const first = Temporal.PlainYearMonth.from(month).toPlainDate({ day: 1 });
  const days = Array.from({ length: first.daysInMonth }, (_, index) => first.add({ days: index }));
  return days
    .filter(({ dayOfWeek }) => dayOfWeek !== 7)
    .flatMap((day) =>
      blocks.flatMap(([opens, closes]) => {
        const at = (hour: number): number =>
          day.toZonedDateTime({ timeZone, plainTime: { hour } }).epochMilliseconds;
        return onDuty(aurore, day.dayOfYear, opens).map((agent) => {
          const own = (byAgent.get(agent) ?? []).filter(
            ({ arrivedAt }) => arrivedAt >= at(opens) && arrivedAt < at(closes),
          );
          return shiftOf(agent, at(opens), at(closes), own);
        });
      }),
    );
}

function shiftOf(agent: number, opens: number, closes: number, calls: readonly Call[]): Shift {
  const chance = (of: string): number => chanceOf(`shift|${agent}|${opens}|${of}`);
  const begin = opens - minuteMs * (6 + Math.floor(chance('preparation') * 10));
  const end = Math.max(closes, ...calls.map(overAt));
  const pause = pauseIn(calls, (opens + closes) / 2, closes);
  const isLogoutLost = chance('logout') < 0.008;
  const parts: ShiftPart[] = [
    { from: begin, to: opens, doing: 'PREP' },
    ...(pause === null
      ? [{ from: opens, to: end, doing: 'QUEUE' as const }]
      : [
          { from: opens, to: pause.from, doing: 'QUEUE' as const },
          { ...pause, doing: 'BREAK' as const },
          { from: pause.to, to: end, doing: 'QUEUE' as const },
        ]),
    ...(!isLogoutLost && chance('training') < 0.1
      ? [{ from: end, to: end + 45 * minuteMs, doing: 'TRAINING' as const }]
      : []),
  ];
  return { agent, parts, calls, isLogoutLost };
}

/** When the agent is done with the call. */
export function overAt(call: Call): number {
  return call.leftAt + call.talkMs + call.holdMs + call.acwMs;
}

/** A pause of up to a quarter of an hour between two calls of the second half, where there is room for one. */
function pauseIn(
  calls: readonly Call[],
  middle: number,
  closes: number,
): { readonly from: number; readonly to: number } | null {
  const begins = [middle, ...calls.map(overAt)].filter((at) => at >= middle);
  for (const begin of begins) {
    const isBusy = calls.some((call) => call.queuedAt <= begin && overAt(call) > begin);
    const next = Math.min(closes, ...calls.map(({ queuedAt }) => queuedAt).filter((at) => at > begin));
    const from = begin + 10_000;
    const to = Math.min(from + 15 * minuteMs, next - 10_000);
    if (!isBusy && to - from >= 5 * minuteMs) return { from, to };
  }
  return null;
}
