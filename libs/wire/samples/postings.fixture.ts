import type { PostingContent } from '#domain/posting/posting.js';

const at = Date.UTC(2026, 2, 2, 10);

/** A content of each kind, with everything in it that there can be. */
export const sampleContents: readonly PostingContent[] = [
  {
    kind: 'contact',
    contact: 'bank:4711', connection: 'bank', direction: 'inbound', media: 'voice',
    customer: 'hmac-é"\\',
    segments: [
      { queue: 'bank:loans', enteredAt: at, leftAt: at + 4_000, waitMs: 4_000, result: 'answered' },
      { queue: 'bank:cards', enteredAt: at + 5_000, leftAt: at + 6_000, waitMs: 999, result: 'flowOut' },
    ],
    legs: [
      {
        agent: 'bank:alice', queue: 'bank:loans', startedAt: at + 4_000, endedAt: at + 64_000,
        talkMs: 50_000, holdMs: 10_000, dialMs: 1, acwMs: 30_000, acwStartedAt: at + 64_001,
        disposition: 'sold', transferredOut: true,
      },
      {
        agent: 'bank:bob', queue: null, startedAt: at + 4_500, endedAt: at + 5_000,
        talkMs: null, holdMs: null, dialMs: 0, acwMs: null, acwStartedAt: null,
        disposition: null, transferredOut: false,
      },
    ],
    missed: [{ agent: 'bank:carol', queue: null, at: at + 3_000, alertMs: 2_000 }],
  },
  {
    kind: 'outcome',
    outcome: 'crm:outcome/1', connection: 'crm', programme: 'bank', queue: 'bank:loans',
    agent: 'bank:alice', contact: 'bank:4711', customer: null,
    events: [{ name: 'sale.made', at, data: { amount: '12.50', score: 9.5, insured: true } }],
  },
  {
    kind: 'activity',
    activity: 'wfm:activity/1', connection: 'wfm', agent: 'bank:alice', state: 'TRAINING',
    startedAt: at, endedAt: at + 10, queue: null, programme: 'bank',
  },
  {
    kind: 'contact',
    contact: 'bank:4712', connection: 'bank', direction: 'inbound', media: 'callback', customer: null,
    segments: [], legs: [], missed: [],
    sideWork: [
      { state: 'PREVIEW', agent: 'bank:alice', queue: 'bank:loans', startedAt: at, endedAt: at + 7 },
      { state: 'ACW_MISSED', agent: 'bank:bob', queue: null, startedAt: at + 8, endedAt: at + 9 },
    ],
  },
  {
    kind: 'timeline',
    timeline: 'bank:agent/alice/state@492345', connection: 'bank', agent: 'bank:alice', axis: 'state',
    stretches: [
      { code: 'AUX', reason: '3', startedAt: at, endedAt: at + 20, closedBy: 'change', unseenMs: 0 },
      { code: 'READY', reason: null, startedAt: at + 20, endedAt: at + 20, closedBy: 'silence', unseenMs: 7 },
    ],
  },
  {
    kind: 'totals',
    totals: 'bank:totals/1-alice-2', connection: 'bank', agent: 'bank:alice',
    startedAt: at, endedAt: at + 1_800_000, ms: { STAFFED: 1_800_000, 'AUX/3': 5_000 },
  },
  {
    kind: 'schedule',
    schedule: 'wfm:schedule/bank:alice/2026-03-02', connection: 'wfm', agent: 'bank:alice',
    startedAt: at, endedAt: at + 86_400_000,
    versions: [
      { publishedAt: at - 5, stretches: [{ code: 'WORK', startedAt: at + 1, endedAt: at + 9 }] },
      { publishedAt: at + 5, stretches: [] },
    ],
  },
];
