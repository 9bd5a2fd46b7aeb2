import type { Fact } from './fact.js';

type OwnFields<F extends Fact> = Exclude<
  keyof F,
  'type' | 'id' | 'entity' | 'connection' | 'at' | 'revision'
>;
type Fields = {
  readonly [T in Fact['type']]: {
    readonly [F in OwnFields<Extract<Fact, { type: T }>>]: 'word' | 'plain';
  };
};

const party = { direction: 'word', media: 'word', customer: 'word' } as const;

/**
 * The fields of each type of fact beside the common ones: words that repeat from fact to fact, and plain
 * values. The compiler asks for each. Archived states number types and fields by their order here: a new type
 * goes last, and so does a new field of a type.
 */
export const factFields: Fields = {
  'contact.started': party,
  'contact.identified': { customer: 'word' },
  'queue.entered': { ...party, segment: 'word', queue: 'word' },
  'queue.left': {
    ...party,
    segment: 'word',
    queue: 'word',
    result: 'word',
    waitMs: 'plain',
    answeredBy: 'word',
  },
  'agent.joined': { ...party, leg: 'word', agent: 'word', queue: 'word' },
  'agent.left': {
    ...party,
    leg: 'word',
    agent: 'word',
    queue: 'word',
    talkMs: 'plain',
    holdMs: 'plain',
    dialMs: 'plain',
    alertMs: 'plain',
    transferredOut: 'plain',
  },
  'agent.wrapped': { leg: 'word', agent: 'word', queue: 'word', acwMs: 'plain', disposition: 'word' },
  'segment.summarized': {
    segment: 'word',
    ...party,
    queue: 'word',
    enteredAt: 'plain',
    waitMs: 'plain',
    result: 'word',
    agent: 'word',
    talkMs: 'plain',
    holdMs: 'plain',
    acwMs: 'plain',
    transferredOut: 'plain',
    disposition: 'word',
  },
  'outcome.recorded': {
    programme: 'word',
    queue: 'word',
    name: 'word',
    agent: 'word',
    contact: 'word',
    customer: 'word',
    data: 'plain',
  },
  'activity.recorded': {
    programme: 'word',
    queue: 'word',
    agent: 'word',
    state: 'word',
    startedAt: 'plain',
    endedAt: 'plain',
  },
  'contact.ended': {},
  'contact.noted': { what: 'word', details: 'plain' },
  'session.summarized': {
    ...party,
    leg: 'word',
    agent: 'word',
    queue: 'word',
    startedAt: 'plain',
    talkMs: 'plain',
    holdMs: 'plain',
    dialMs: 'plain',
    alertMs: 'plain',
    callbackMs: 'plain',
    transferredOut: 'plain',
    acwMs: 'plain',
    acwEndedAt: 'plain',
    disposition: 'word',
  },
  'agent.changed': {
    agent: 'word',
    axis: 'word',
    code: 'word',
    reason: 'word',
    observed: 'plain',
    sequence: 'plain',
  },
  'agent.stretch': { agent: 'word', code: 'word', reason: 'word', startedAt: 'plain', endedAt: 'plain' },
  'agent.totals': { agent: 'word', startedAt: 'plain', endedAt: 'plain', shared: 'plain', own: 'plain' },
  'entity.reinterpreted': { interpretation: 'plain', author: 'word', reason: 'word' },
  'outcome.placed': { subject: 'word' },
  'outcome.withdrawn': { subject: 'word' },
  'schedule.published': { agent: 'word', startedAt: 'plain', endedAt: 'plain', stretches: 'plain' },
};
