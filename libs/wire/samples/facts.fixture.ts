import { fact } from '#domain/contact/facts.fixture.js';
import { agentFacts } from '#domain/timeline/facts.fixture.js';
import type { Fact } from '#domain/fact/fact.js';

const own = { entity: 'bank:4711', connection: 'bank', revision: 0 };
const agent = 'bank:alice';
const at = Date.UTC(2026, 2, 2, 10);

/** One fact of each type, in the order of `factFields`; no two fields of one kind have the same value. */
export const sampleFacts: readonly Fact[] = [
  fact('contact.started', at, own),
  fact('contact.identified', at + 1, { ...own, customer: 'hmac-é"\\' }),
  fact('queue.entered', at + 2, { ...own, queue: 'bank:loans', customer: null }),
  fact('queue.left', at + 3, { ...own, queue: 'bank:loans', waitMs: 4_000, answeredBy: agent, revision: 7 }),
  fact('agent.joined', at + 4, { ...own, queue: 'bank:loans', agent, direction: 'outbound', media: 'chat' }),
  fact('agent.left', at + 5, {
    ...own,
    agent, queue: null, talkMs: 60_001, holdMs: null, dialMs: 3, alertMs: 4, transferredOut: true,
  }),
  fact('agent.wrapped', at + 6, { ...own, agent, queue: 'bank:loans', disposition: 'sold' }),
  fact('segment.summarized', at + 7, {
    ...own,
    queue: 'bank:loans', enteredAt: at, waitMs: 5, agent, talkMs: 6, holdMs: 7, acwMs: 8,
    disposition: 'called back',
  }),
  {
    type: 'outcome.recorded',
    id: 'sale 1', entity: 'crm:outcome/1', connection: 'crm', at: at + 8, revision: at + 9,
    programme: 'bank', queue: 'bank:loans', name: 'sale.made', agent, contact: 'bank:4711',
    customer: 'hmac-1',
    data: { amount: '12.50', score: 9.5, insured: true },
  },
  {
    type: 'activity.recorded',
    id: 'day 1', entity: 'wfm:activity/1', connection: 'wfm', at: at + 10, revision: 0,
    programme: 'bank', queue: null, agent, state: 'TRAINING', startedAt: at, endedAt: at + 10,
  },
  fact('contact.ended', at + 11, own),
  fact('contact.noted', at + 12, { ...own, what: 'flow.end', details: { said: 'é', times: 2, heard: true } }),
  fact('session.summarized', at + 13, {
    ...own,
    agent, queue: 'bank:loans', startedAt: at + 1, talkMs: 2, holdMs: 3, dialMs: 4, alertMs: 5, callbackMs: 6,
    acwMs: 7, acwEndedAt: at + 20, disposition: 'sold', media: 'callback',
  }),
  ...agentFacts,
  {
    type: 'entity.reinterpreted',
    id: 'reinterpreted|2|bank:4711',
    entity: 'bank:4711',
    connection: 'bank',
    at: at + 13,
    revision: 0,
    interpretation: 2,
    author: 'ops',
    reason: 'consultations count once',
  },
  {
    type: 'outcome.placed',
    id: 'placed',
    entity: 'crm:event/placed',
    connection: 'crm',
    at: at + 14,
    revision: 0,
    subject: 'crm:outcome/ordre-1',
  },
  {
    type: 'outcome.withdrawn',
    id: 'placed',
    entity: 'crm:outcome/ordre-1',
    connection: 'crm',
    at: at + 14,
    revision: 1,
    subject: 'crm:outcome/order-1',
  },
  {
    type: 'schedule.published',
    id: 'published',
    entity: 'wfm:schedule/bank:alice/2026-03-02',
    connection: 'wfm',
    at: at + 15,
    revision: 0,
    agent: 'bank:alice',
    startedAt: at + 16,
    endedAt: at + 86_400_016,
    stretches: [
      ['WORK', at + 20, at + 30],
      ['PAUSE-é"', at + 30, at + 35],
    ],
  },
];
