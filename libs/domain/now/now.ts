import type { AgentChanged, Fact } from '#domain/fact/fact.js';
import { loggedOut, noState } from '#domain/timeline/timeline.js';

/** A contact that waits in a queue. */
export interface WaitingContact {
  readonly contact: string;
  readonly queue: string;
  /** UTC epoch ms. */
  readonly since: number;
}

/** An agent who has a contact. */
export interface OpenLeg {
  readonly contact: string;
  readonly agent: string;
  readonly queue: string | null;
  /** Of alerting or dialling, UTC epoch ms. */
  readonly since: number;
  /** The contact still waits in the leg's queue: it rings. */
  readonly isAlerting: boolean;
}

/** What one axis of a platform says of an agent. */
export interface AxisState {
  readonly axis: string;
  readonly connection: string;
  readonly code: string;
  readonly reason: string | null;
  readonly since: number;
}

interface OpenContact {
  seenAt: number;
  readonly entered: Map<string, { readonly queue: string; readonly at: number }>;
  readonly joined: Map<
    string,
    { readonly agent: string; readonly queue: string | null; readonly at: number }
  >;
  /** Stays and legs that ended: their begin may come after their end. */
  readonly over: Set<string>;
  /** The platform said that all of it ended, at this instant. */
  endedAt: number | null;
}

interface Axis {
  readonly boundary: AgentChanged;
  readonly since: number;
}

interface AgentNow {
  seenAt: number;
  readonly axes: Map<string, Axis>;
}

/** As for timelines: after so long without a word a logout was lost. */
const silentAgentMs = 12 * 3_600_000;

/** After so long without a word the end of a contact was lost. */
export const silentContactMs = 24 * 3_600_000;

/** Stays and legs remembered of one contact; a contact with more is long past what an agent looks at. */
const maxParts = 1_000;

/**
 * What is going on: contacts that wait or are with agents, and the state of each agent, folded from facts in
 * whatever order they come. Holds what is open and what was said within a day, and of an agent one state for
 * each axis of the platform.
 */
export class Now {
  readonly #contacts = new Map<string, OpenContact>();
  readonly #agents = new Map<string, AgentNow>();

  add(fact: Fact): void {
    switch (fact.type) {
      case 'queue.entered':
        this.#begin(fact, 'entered', fact.segment, { queue: fact.queue, at: fact.at });
        return;
      case 'queue.left':
        this.#end(fact, `stay ${fact.segment}`);
        return;
      case 'agent.joined':
        this.#begin(fact, 'joined', fact.leg, { agent: fact.agent, queue: fact.queue, at: fact.at });
        return;
      case 'agent.left':
      case 'session.summarized':
        this.#end(fact, `leg ${fact.leg}`);
        return;
      case 'contact.ended': {
        const contact = this.#contact(fact);
        contact.endedAt = Math.max(contact.endedAt ?? fact.at, fact.at);
        return;
      }
      case 'agent.changed':
        this.#change(fact);
        return;
      // They say nothing of what is open.
      case 'contact.started':
      case 'contact.identified':
      case 'contact.noted':
      case 'agent.wrapped':
      case 'segment.summarized':
      case 'outcome.placed':
      case 'outcome.recorded':
      case 'outcome.withdrawn':
      case 'activity.recorded':
      case 'agent.stretch':
      case 'agent.totals':
      case 'entity.reinterpreted':
      case 'schedule.published':
    }
  }

  /** Forgets what was silent for too long. `now`: UTC epoch ms. */
  expire(now: number): void {
    for (const [id, { seenAt }] of this.#contacts)
      if (now - seenAt > silentContactMs) this.#contacts.delete(id);
    for (const [id, { seenAt }] of this.#agents) if (now - seenAt > silentAgentMs) this.#agents.delete(id);
  }

  /** The longest wait first. */
  waiting(): WaitingContact[] {
    const all = [...this.#contacts].flatMap(([contact, open]) =>
      [...open.entered].flatMap(([segment, { queue, at }]) =>
        isOpen(open, `stay ${segment}`, at) ? [{ contact, queue, since: at }] : [],
      ),
    );
    return all.sort((a, b) => a.since - b.since || (a.contact < b.contact ? -1 : 1));
  }

  openLegs(): OpenLeg[] {
    return [...this.#contacts].flatMap(([contact, open]) =>
      [...open.joined].flatMap(([leg, { agent, queue, at }]) => {
        if (!isOpen(open, `leg ${leg}`, at)) return [];
        const isAlerting = [...open.entered].some(
          ([segment, stay]) => stay.queue === queue && isOpen(open, `stay ${segment}`, stay.at),
        );
        return [{ contact, agent, queue, since: at, isAlerting }];
      }),
    );
  }

  /**
   * By agent, what each axis says; an agent who logged out, or was silent for too long, is not among them.
   */
  agents(): Map<string, AxisState[]> {
    const found = new Map<string, AxisState[]>();
    for (const [agent, { axes }] of this.#agents) {
      const logout = Math.max(
        ...[...axes.values()].map(({ boundary }) => (boundary.code === loggedOut ? boundary.at : -Infinity)),
      );
      const states = [...axes.values()].flatMap(
        ({ boundary: { axis, connection, code, reason, at }, since }) =>
          at <= logout || code === loggedOut || code === noState
            ? []
            : [{ axis, connection, code, reason, since }],
      );
      if (states.length > 0) found.set(agent, states);
    }
    return found;
  }

  #begin<K extends 'entered' | 'joined'>(
    fact: Fact,
    list: K,
    name: string,
    value: OpenContact[K] extends Map<string, infer V> ? V : never,
  ): void {
    const contact = this.#contact(fact);
    const parts = contact[list] as Map<string, typeof value>;
    if (parts.size < maxParts) parts.set(name, value);
  }

  #end(fact: Fact, name: string): void {
    const { over } = this.#contact(fact);
    if (over.size < 2 * maxParts) over.add(name);
  }

  #contact({ entity, at }: Fact): OpenContact {
    let contact = this.#contacts.get(entity);
    if (contact === undefined) {
      contact = { seenAt: at, entered: new Map(), joined: new Map(), over: new Set(), endedAt: null };
      this.#contacts.set(entity, contact);
    }
    contact.seenAt = Math.max(contact.seenAt, at);
    return contact;
  }

  #change(fact: AgentChanged): void {
    const agent = this.#agents.get(fact.agent) ?? { seenAt: fact.at, axes: new Map<string, Axis>() };
    this.#agents.set(fact.agent, agent);
    agent.seenAt = Math.max(agent.seenAt, fact.at);
    const known = agent.axes.get(fact.axis);
    if (known !== undefined && !isLater(fact, known.boundary)) return;
    const isSame = known?.boundary.code === fact.code && known.boundary.reason === fact.reason;
    // A snapshot of the same state says that it holds, not since when.
    const since = isSame && fact.observed ? known.since : fact.at;
    agent.axes.set(fact.axis, { boundary: fact, since });
  }
}

function isOpen({ over, endedAt }: OpenContact, name: string, at: number): boolean {
  return !over.has(name) && (endedAt === null || endedAt < at);
}

function isLater(fact: AgentChanged, than: AgentChanged): boolean {
  if (fact.at !== than.at) return fact.at > than.at;
  if (fact.observed !== than.observed) return than.observed;
  return fact.sequence === than.sequence ? fact.id > than.id : fact.sequence > than.sequence;
}
