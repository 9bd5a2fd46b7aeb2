import { type Topic, prefix } from './schema.js';

/**
 * One call as Genesys Cloud would send it, composed by us with made-up ids. 20 November 2026, UTC: a customer
 * calls at 09:00:00.120, hears the IVR for 31.49 s, waits 27.02 s, Alice rings 6.57 s, talks, holds 60 s and
 * makes a blind transfer at 09:05:10.400, then has 30 s of after-call work. `outbound` and `voicemail.*` are
 * of other calls.
 */
const conversationId = '7d0c3b1e-52a4-4c1f-9d6e-0b8a41f0c101';
const participant = (n: number): string => `a1b7e0c4-3f52-4d0e-8a11-5e6c1f2d000${n}`;
const session = (n: number): string => `e93f5d70-3f52-4d0e-8a11-5e6c1f2d000${n}`;

export const alice = '2c9d8f10-6b7e-4a55-b1c3-9f0e7d6a0a01';
export const queueOne = '51f0a2bb-90c3-4e1d-8f6a-3d2c1b0a0001';
export const externalContact = '9e8d7c6b-5a49-4837-a625-143f2e1d0001';
export const organisation = '3f1e0d2c-4b5a-4697-8878-695a4b3c0001';
const wrapupCode = 'b4a39281-7061-4f5e-8d4c-3b2a190f0001';

const call = (leg: number) => ({
  conversationId,
  participantId: participant(leg),
  sessionId: session(leg),
  mediaType: 'VOICE',
  provider: 'Edge',
  direction: 'INBOUND',
  ani: 'tel:+33612345678',
  dnis: 'tel:+33170000001',
  divisionId: '0d4e6a8c-1b3d-4f5a-9c7e-8a6b4c2d0001',
  conversationExternalContactIds: [externalContact],
});

const flow = { flowType: 'INBOUNDCALL', flowId: 'c8b7a695-8473-4261-9a5f-4e3d2c1b0001', flowVersion: '5.0' };
const agent = { userId: alice, queueId: queueOne };

/** The body of one event of each topic. */
export const events: { readonly [T in Topic]: Readonly<Record<string, unknown>> } = {
  'customer.start': { eventTime: 1795165200120, ...call(1), externalContactId: externalContact },
  'flow.start': { eventTime: 1795165200310, ...call(2), ...flow },
  contact: { eventTime: 1795165202000, ...call(1), externalContactId: externalContact },
  attributes: {
    eventTime: 1795165220000,
    conversationId,
    participantId: participant(1),
    attributes: { contractRef: 'BRAND-042', name: 'Jeanne Martin' },
    communications: [{ id: session(1), mediaType: 'VOICE' }],
    conversationExternalContactIds: [externalContact],
  },
  'flow.outcome': {
    eventTime: 1795165231790,
    ...call(2),
    ...flow,
    flowOutcomeId: 'd7c6b5a4-9382-4716-8504-f3e2d1c00001',
    flowOutcomeStartTime: 1795165205000,
    flowOutcomeEndTime: 1795165231790,
    flowOutcomeValue: 'SUCCESS',
    flowMilestones: [{ milestoneId: 'e8d7c6b5-a493-4827-9615-04f3e2d10001', milestoneTime: 1795165212400 }],
  },
  'flow.end': {
    eventTime: 1795165231800,
    ...call(2),
    ...flow,
    disconnectType: 'TRANSFER',
    connectedDurationMs: 31490,
    exitReason: 'TRANSFER',
    transferType: 'ACD',
  },
  'acd.start': { eventTime: 1795165231850, ...call(3), queueId: queueOne, routingPriority: 0 },
  'user.start': { eventTime: 1795165252300, ...call(4), ...agent },
  'acd.end': {
    eventTime: 1795165258870,
    ...call(3),
    queueId: queueOne,
    disconnectType: 'TRANSFER',
    acdOutcome: 'ANSWERED',
    answeredUserId: alice,
    requestedRoutings: ['STANDARD'],
    usedRouting: 'STANDARD',
    connectedDurationMs: 27020,
  },
  'user.end': {
    eventTime: 1795165510400,
    ...call(4),
    ...agent,
    disconnectType: 'TRANSFER',
    interactingDurationMs: 191530,
    heldDurationMs: 60000,
    alertingDurationMs: 6570,
  },
  acw: {
    eventTime: 1795165540400,
    ...call(4),
    ...agent,
    wrapupCode,
    wrapupNotes: 'billing question of Jeanne Martin',
    wrapupDurationMs: 30000,
  },
  wrapup: { eventTime: 1795165540410, ...call(4), queueId: queueOne, wrapupCode, wrapupDurationMs: 30000 },
  'customer.end': {
    eventTime: 1795165739990,
    ...call(1),
    disconnectType: 'ENDPOINT',
    externalContactId: externalContact,
    interactingDurationMs: 539870,
  },
  outbound: {
    eventTime: 1795168800000,
    ...call(1),
    direction: 'OUTBOUND',
    ani: 'tel:+33170000001',
    dnis: 'tel:+33612345678',
    outboundCampaignId: 'f0e1d2c3-b4a5-4968-8778-69504a3b0001',
    outboundContactListId: 'f0e1d2c3-b4a5-4968-8778-69504a3b0002',
    outboundContactId: 'c0ffee0042',
  },
  'voicemail.start': { eventTime: 1795165380000, ...call(3), queueId: queueOne },
  'voicemail.end': {
    eventTime: 1795165422000,
    ...call(3),
    queueId: queueOne,
    disconnectType: 'PEER',
    voicemailDurationMs: 42000,
  },
};

/** The event as EventBridge delivers it, published 212 ms after it happened. */
export function envelopeOf(
  topic: string,
  event: Readonly<Record<string, unknown>>,
  detail: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    version: '0',
    id: '0f9b7c2e-1d34-4a6b-8c5d-7e6f5a4b0001',
    'detail-type': `${prefix}${topic}`,
    source: `aws.partner/genesys.com/cloud/${organisation}/bpo-prod`,
    account: '123456789012',
    time: '2026-11-20T09:05:10Z',
    region: 'eu-west-1',
    resources: [],
    detail: {
      topicName: `v2.detail.events.conversation.${conversationId}.${topic}`,
      version: '2',
      eventBody: event,
      metadata: { CorrelationId: '5c4d3e2f-1a0b-4c9d-8e7f-6a5b4c3d0001' },
      timestamp: publishedAt(event['eventTime']),
      ...detail,
    },
  };
}

/** `undefined` where the time is not a number, so that tests may damage it. */
function publishedAt(eventTime: unknown): string | undefined {
  const at = new Date(Number(eventTime) + 212);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
