import type { Call } from '#apps/cli/demo/simulate.js';
import type { Shift } from '#apps/cli/demo/shifts.js';

/**
 * Second by second: what each agent of Aurore did, and which line of the contract has that second. The rules
 * are those of the contract, said again; it shares no code with the product. Seconds by `line` or
 * `line/band`; what no line has is under the name of what was done.
 */
export function productiveSeconds(calls: readonly Call[], shifts: readonly Shift[]): Map<string, number> {
  const sums = new Map<string, number>();
  const agents = new Set([...calls.map(({ agent }) => agent), ...shifts.map(({ agent }) => agent)]);
  for (const agent of agents) {
    if (agent === null) continue;
    const seconds = new Map<number, string>();
    for (const shift of shifts.filter((each) => each.agent === agent)) {
      for (const [index, { from, to, doing }] of shift.parts.entries()) {
        // without a logout, no one knows how long the agent waited for calls after the last one
        const lastSeen = Math.max(
          from,
          ...shift.calls.map((call) => (overAt(call) < to ? overAt(call) : from)),
        );
        const isLost = shift.isLogoutLost && index === shift.parts.length - 1;
        fill(seconds, from, isLost ? lastSeen : to, doing === 'QUEUE' ? 'hours' : doing);
      }
    }
    for (const call of calls.filter((each) => each.agent === agent)) {
      const talked = call.leftAt + call.talkMs + call.holdMs;
      fill(seconds, call.leftAt, talked, 'hours');
      fill(seconds, talked, overAt(call), 'ACW beyond a minute');
      fill(seconds, talked, Math.min(overAt(call), talked + 60_000), 'follow-up');
    }
    for (const [second, line] of seconds) {
      const key = line === 'hours' ? `hours/${bandOf(second)}` : line === 'PREP' ? 'preparation' : line;
      sums.set(key, (sums.get(key) ?? 0) + 1);
    }
  }
  return sums;
}

function overAt(call: Call): number {
  return call.leftAt + call.talkMs + call.holdMs + call.acwMs;
}

/** What is filled in later has the second. */
function fill(seconds: Map<number, string>, from: number, to: number, line: string): void {
  for (let second = from / 1000; second < to / 1000; second++) seconds.set(second, line);
}

/** The clocks of Paris go forward at 01:00 UTC on 29 March 2026. */
function bandOf(second: number): string {
  const ahead = second >= Date.UTC(2026, 2, 29, 1) / 1000 ? 2 : 1;
  const local = new Date((second + ahead * 3600) * 1000);
  if (local.getUTCDay() === 6) return 'saturday';
  return local.getUTCHours() >= 18 ? 'evening' : 'weekday';
}
