import type { ContactFact } from '#domain/fact/fact.js';

type Of<T extends ContactFact['type']> = Extract<ContactFact, { type: T }>;
type Own<T extends ContactFact['type']> = Partial<Omit<Of<T>, 'type'>>;

const party = { direction: 'inbound', media: 'voice', customer: 'cust-1' } as const;

/** Facts for specs: one contact `c:1`, everything said but what the case is about. */
export function fact<T extends ContactFact['type']>(type: T, at: number, own: Own<T> = {}): Of<T> {
  const base = { entity: 'c:1', connection: 'c', at, revision: 0 };
  const defaults: { [K in ContactFact['type']]: Omit<Of<K>, 'type' | 'id'> } = {
    'contact.started': { ...base, ...party },
    'contact.identified': { ...base, customer: 'cust-2' },
    'queue.entered': { ...base, ...party, segment: 's1', queue: 'c:q1' },
    'queue.left': {
      ...base,
      ...party,
      segment: 's1',
      queue: 'c:q1',
      result: 'answered',
      waitMs: 10_000,
      answeredBy: 'c:alice',
    },
    'agent.joined': { ...base, ...party, leg: 'l1', agent: 'c:alice', queue: 'c:q1' },
    'agent.left': {
      ...base,
      ...party,
      leg: 'l1',
      agent: 'c:alice',
      queue: 'c:q1',
      talkMs: 60_000,
      holdMs: 0,
      dialMs: 0,
      alertMs: 0,
      transferredOut: false,
    },
    'agent.wrapped': {
      ...base,
      leg: 'l1',
      agent: 'c:alice',
      queue: 'c:q1',
      acwMs: 30_000,
      disposition: null,
    },
    'segment.summarized': {
      ...base,
      ...party,
      segment: '1',
      queue: 'c:q1',
      enteredAt: at,
      waitMs: 10_000,
      result: 'answered',
      agent: 'c:alice',
      talkMs: 60_000,
      holdMs: 0,
      acwMs: 0,
      transferredOut: false,
      disposition: null,
    },
    'session.summarized': {
      ...base,
      ...party,
      leg: 'l1',
      agent: 'c:alice',
      queue: 'c:q1',
      startedAt: at - 60_000,
      talkMs: 60_000,
      holdMs: 0,
      dialMs: 0,
      alertMs: 0,
      callbackMs: 0,
      transferredOut: false,
      acwMs: null,
      acwEndedAt: null,
      disposition: null,
    },
    'contact.ended': base,
    'contact.noted': { ...base, what: 'flow.end', details: {} },
  };
  const body = { ...defaults[type], ...own };
  const segment = 'segment' in body ? body.segment : 'leg' in body ? body.leg : '';
  return { type, id: `${type}|${String(segment)}|${at}`, ...body } as unknown as Of<T>;
}
