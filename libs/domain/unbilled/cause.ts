/**
 * Why no line of a contract uses a piece of work. In the order in which work is looked at: who and where it
 * was, whether a contract is about it, whether a line counts it. A piece has the cause at which it stopped,
 * with several contracts or lines the last of them; so each is in exactly one, or counted.
 */
export const causes = [
  /** Longer than its connection allows for one piece of work, and not confirmed. */
  'implausible',
  /** Legs and activities of voice response units and bots: no one's hours. */
  'machine',
  /** After the last evidence of a state whose end was lost. */
  'unseen',
  /** A state's code that the catalogue does not translate. */
  'unmappedCode',
  /** A call that came through no queue, and an event that names neither programme nor queue. */
  'noQueue',
  /** A queue that belongs to no programme. */
  'unmappedQueue',
  /** Own time of an agent who was in no programme then. */
  'unmappedAgent',
  /** The programme has no contract. */
  'noContract',
  /** Outside the term of the programme's contracts. */
  'outsideTerm',
  /** Queues, channels or directions that no contract of the programme is about. */
  'outsideScope',
  /** In a programme, by an agent whom the catalogue does not know. */
  'unknownAgent',
  /** No line counts such a state, contact or event. */
  'notCharged',
  /** Ad-hoc work that no one has approved. */
  'unapprovedWork',
  /** Less talk than a line asks for. */
  'belowMinimum',
  /** Beyond what a line counts of a contact at most. */
  'aboveMaximum',
] as const;
export type UnbilledCause = (typeof causes)[number];

/** Where a piece of work stopped; `cause` null: a line counts it. */
export interface Stop {
  readonly cause: UnbilledCause | null;
  /** What it stopped at: a queue, an agent, a code, a state, a result; '': none. */
  readonly at: string;
  /** null: it belongs to none. */
  readonly programme: string | null;
}

/** The one that came further; of two that came as far the first. */
export function further(a: Stop, b: Stop): Stop {
  return rankOf(b) > rankOf(a) ? b : a;
}

function rankOf({ cause }: Stop): number {
  return cause === null ? causes.length : causes.indexOf(cause);
}
