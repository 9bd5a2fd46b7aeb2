import type { QueueEntered, QueueLeft } from '#domain/fact/fact.js';
import { type EndedSession, handledMs, type Session } from './sessions.js';
import { countWhile } from '#domain/calendar/sorted.js';

/** Stays of a contact by their segment. */
export interface Stays {
  readonly entered: ReadonlyMap<string, QueueEntered>;
  readonly queueLefts: ReadonlyMap<string, QueueLeft>;
}

/**
 * An agent's session bracket also surrounds mere ringing. It was answered when it has talk, hold or dialling,
 * or when the queue names its agent as the one who answered and none of the agent's sessions in that queue
 * shows any (real months have answered calls of 0 s). `all`: the ended ones and those that are open.
 */
export function answeredSessions(
  { entered, queueLefts }: Stays,
  all: readonly Session[],
  ended: readonly EndedSession[],
): ReadonlySet<EndedSession> {
  const answered = new Set(ended.filter((session) => handledMs(session) > 0));
  const named = [...queueLefts.values()].filter(
    ({ result, answeredBy }) => result === 'answered' && answeredBy !== null,
  );
  if (named.length === 0) return answered;
  const lists = new SessionLists(ended);
  for (const session of answered) lists.markAnswered(session);
  const busy = new Set(all.flatMap(({ agent, end }) => (end === null ? [agent] : [])));
  for (const left of named) {
    const agent = left.answeredBy ?? '';
    const own = lists.of(agent, left.queue ?? entered.get(left.segment)?.queue);
    if (own === undefined || own.lastAnsweredEnd >= left.at) continue;
    const found =
      endedFrom(own, left.at) ?? (busy.has(agent) ? undefined : (own.runs[1].at(-1) ?? own.runs[0].at(-1)));
    if (found === undefined || answered.has(found)) continue;
    answered.add(found);
    lists.markAnswered(found);
  }
  return answered;
}

/** Sessions of an agent, in all queues or in one: two lists in order of time, the second after the first. */
interface SessionList {
  readonly runs: [EndedSession[], EndedSession[]];
  lastAnsweredEnd: number;
}

/** The first that ended at the instant or after it. */
function endedFrom({ runs }: SessionList, at: number): EndedSession | undefined {
  const [first, second] = runs;
  const isBefore = ({ end }: EndedSession): boolean => end.at < at;
  return first[countWhile(first, isBefore)] ?? second[countWhile(second, isBefore)];
}

class SessionLists {
  readonly #byAgent = new Map<string, SessionList>();
  readonly #byQueue = new Map<string, Map<string | null, SessionList>>();

  constructor(ended: readonly EndedSession[]) {
    for (const session of ended) for (const list of this.#listsOf(session)) add(list, session);
  }

  /** `queue` undefined: of any queue. */
  of(agent: string, queue: string | undefined): SessionList | undefined {
    return queue === undefined ? this.#byAgent.get(agent) : this.#byQueue.get(agent)?.get(queue);
  }

  markAnswered(session: EndedSession): void {
    for (const list of this.#listsOf(session))
      list.lastAnsweredEnd = Math.max(list.lastAnsweredEnd, session.end.at);
  }

  #listsOf({ agent, queue }: EndedSession): [SessionList, SessionList] {
    const queues = known(this.#byQueue, agent, () => new Map<string | null, SessionList>());
    return [known(this.#byAgent, agent, emptyList), known(queues, queue, emptyList)];
  }
}

function emptyList(): SessionList {
  return { runs: [[], []], lastAnsweredEnd: -Infinity };
}

/** Sessions come by their events first, then by summaries, both in order of time. */
function add({ runs: [first, second] }: SessionList, session: EndedSession): void {
  const isInOrder = (first.at(-1)?.end.at ?? -Infinity) <= session.end.at;
  if (second.length === 0 && isInOrder) first.push(session);
  else second.push(session);
}

function known<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = create()));
  return value;
}
