import type { SingleLimit } from '#domain/scope/plausibility.js';
import type { WorkScope } from '#domain/scope/work-scope.js';
import type { AxisState, Now, OpenLeg, WaitingContact } from './now.js';

/** What goes on, apart from what has lasted longer than a piece of work can. */
export interface PlausibleNow {
  readonly waiting: readonly WaitingContact[];
  readonly legs: readonly OpenLeg[];
  readonly states: ReadonlyMap<string, readonly AxisState[]>;
  readonly held: readonly HeldNow[];
}

/** `work`: a contact, or a state of an agent. `queue` null: of none; `agent` null: it waits. */
export interface HeldNow {
  readonly work: string;
  readonly queue: string | null;
  readonly agent: string | null;
}

/**
 * By the limits of connections, as if everything ended now: what is then held is not shown before. A contact
 * is held as a whole unless it is confirmed for as long; of an agent the one state. An open state has no end
 * that could be confirmed.
 */
export function plausibleNow(now: Now, scope: WorkScope, at: number): PlausibleNow {
  const [waiting, legs] = [now.waiting(), now.openLegs()];
  const exceeds = (contact: string, since: number, limit: SingleLimit): boolean =>
    at - since > limitMs(connectionOf(contact), limit, scope) &&
    at - since > (scope.plausibility?.confirmedMs(contact, limit) ?? 0);
  const contacts = new Set([
    ...waiting.filter(({ contact, since }) => exceeds(contact, since, 'wait')).map(({ contact }) => contact),
    ...legs.filter(({ contact, since }) => exceeds(contact, since, 'handling')).map(({ contact }) => contact),
  ]);
  const isHeld = ({ contact }: { readonly contact: string }): boolean => contacts.has(contact);
  const held: HeldNow[] = [
    ...waiting.filter(isHeld).map(({ contact: work, queue }) => ({ work, queue, agent: null })),
    ...legs.filter(isHeld).map(({ contact: work, queue, agent }) => ({ work, queue, agent })),
  ];
  const states = new Map<string, readonly AxisState[]>();
  for (const [agent, all] of now.agents()) {
    const plausible = all.filter((each) => !lastsTooLong(each, scope, at));
    if (plausible.length > 0) states.set(agent, plausible);
    for (const each of all) {
      if (!plausible.includes(each)) held.push({ work: `${agent}/${each.axis}`, queue: null, agent });
    }
  }
  return {
    waiting: waiting.filter((each) => !isHeld(each)),
    legs: legs.filter((each) => !isHeld(each)),
    states,
    held,
  };
}

/** What counts for nothing, is of no length. */
function lastsTooLong({ connection, code, reason, since }: AxisState, scope: WorkScope, at: number): boolean {
  const meaning = scope.stateOf?.(connection, code, reason, since) ?? null;
  return meaning !== null && meaning !== 'CONTACT' && at - since > limitMs(connection, 'state', scope);
}

function limitMs(connection: string, limit: SingleLimit, { plausibility }: WorkScope): number {
  return plausibility?.limitsOf(connection)?.[`${limit}Ms`] ?? Infinity;
}

function connectionOf(contact: string): string {
  return contact.slice(0, contact.indexOf(':'));
}
