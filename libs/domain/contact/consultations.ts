import { byText } from './order.js';
import { handledMs, isEnded, type Session } from './sessions.js';
import { countWhile } from '#domain/calendar/sorted.js';

/**
 * Finds out which sessions are consultations. A session is one if the agent had the customer (or a colleague)
 * on the line while a session of theirs in the same contact was under way: they consulted a colleague from
 * within their own call. A callback is no such call: its own calls are made within it. A session whose end is
 * not known only counts where the agent dialled out of a call that came in.
 *
 * Each agent's sessions are kept in the order in which they began, and of those up to each the latest end, so
 * that a question takes one search.
 */
export class Consultations {
  readonly #agents = new Map<string, AgentCalls>();

  /** `calls`: the sessions from within which an agent may have consulted. */
  constructor(calls: readonly Session[]) {
    for (const [agent, own] of Map.groupBy(calls, (session) => session.agent)) {
      const sorted = own.filter(({ media }) => media !== 'callback').sort(byBegin);
      let lastEnd = -Infinity;
      let hasOpenInbound = false;
      const upTo = sorted.map((call) => {
        if (!isEnded(call)) hasOpenInbound ||= call.direction === 'inbound';
        else if (handledMs(call) > 0) lastEnd = Math.max(lastEnd, call.end.at);
        return { lastEnd, hasOpenInbound };
      });
      this.#agents.set(agent, { sorted, upTo });
    }
  }

  has(session: Session): boolean {
    const calls = this.#agents.get(session.agent);
    if (calls === undefined) return false;
    const before = calls.upTo[countWhile(calls.sorted, (call) => byBegin(call, session) < 0) - 1];
    if (before === undefined) return false;
    return before.lastEnd > session.from || (session.direction === 'outbound' && before.hasOpenInbound);
  }
}

interface AgentCalls {
  readonly sorted: readonly Session[];
  readonly upTo: readonly { readonly lastEnd: number; readonly hasOpenInbound: boolean }[];
}

/**
 * Of two that began at one instant, the one that lasted longer is the call, the other one the consultation.
 */
function byBegin(a: Session, b: Session): number {
  if (a.from !== b.from) return a.from - b.from;
  const [endOfA, endOfB] = [a.end?.at ?? Infinity, b.end?.at ?? Infinity];
  if (endOfA !== endOfB) return endOfA > endOfB ? -1 : 1;
  return byText(a.leg, b.leg);
}
