import { describe, expect, it } from '@jest/globals';
import type { ConnectionContext } from '../platform.js';
import { isCompiled } from '../compile-schema.js';
import { envelopeOf, events, organisation } from './events.fixture.js';
import { genesys } from './normalize.js';
import { conversationRecord } from './record-schema.js';

const connection: ConnectionContext = {
  connection: 'gen',
  timeZone: 'Europe/Paris',
  country: '33',
  pseudonym: (customer) => `pseudonym(${customer})`,
};
const receivedAt = Date.UTC(2026, 10, 20, 12);
const normalize = (json: unknown) =>
  genesys.normalize({ body: JSON.stringify(json), receivedAt }, connection);

const event = events['user.end'];
const bridged = envelopeOf('user.end', event);
const [fact] = normalize(bridged).facts;
const topicName = 'v2.detail.events.conversation.7d0c3b1e-52a4-4c1f-9d6e-0b8a41f0c101.user.end';

describe('one event of Genesys', () => {
  const sentAt = (bridged['detail'] as { timestamp: string }).timestamp;
  const trigger = {
    schema: 'genesys-cloud/trigger/1',
    orgId: organisation,
    topic: 'v2.detail.events.conversation.{id}.user.end',
    sentAt,
  };
  const socket = { topicName, version: '2', eventBody: event, metadata: { CorrelationId: 'c' } };
  const message = (body: unknown) => ({ messageId: 'm', eventSource: 'aws:sqs', body });

  it.each<[string, unknown]>([
    ['EventBridge', bridged],
    ['the notification socket', { ...socket, timestamp: sentAt }],
    ["a workflow's data action", { ...trigger, eventBody: event }],
    ["a workflow's data action, its event as text", { ...trigger, eventBody: JSON.stringify(event) }],
    ['a queue of AWS', { Records: [message(JSON.stringify(bridged))] }],
    [
      'a topic of AWS in a queue',
      {
        Records: [
          message(
            JSON.stringify({ Type: 'Notification', TopicArn: 'arn', Message: JSON.stringify(bridged) }),
          ),
        ],
      },
    ],
    ['a list', [bridged]],
  ])('is the same fact by way of %s', (_way, json) => {
    expect(normalize(json)).toEqual({ facts: [fact], refusals: [], warnings: [] });
  });

  it('has the same id by the socket, which does not say when it was published', () => {
    expect(normalize(socket).facts).toEqual([{ ...fact, revision: 0 }]);
  });

  it.each<[string, unknown, string]>([
    ['a frame', { ...socket, eventBody: { ...event, eventTime: 'now' } }, 'eventBody.eventTime'],
    ['a list', [bridged, envelopeOf('acw', {})], '[1].detail.eventBody.eventTime'],
    ['a queue', { Records: [message('{}'), message(bridged)] }, 'Records[0].body.detail-type'],
    [
      'a queue, of an empty event',
      { Records: [message(JSON.stringify(envelopeOf('acw', {})))] },
      'Records[0].body.detail.eventBody.eventTime',
    ],
    ['a frame of another topic', { ...socket, topicName: 'v2.analytics.flow.x.aggregates' }, 'detail-type'],
  ])('is refused alone in %s, with where it lies', (_what, json, path) => {
    const { refusals } = normalize(json);
    expect(refusals).toHaveLength(1);
    expect(refusals[0]).toMatchObject({ path });
  });
});

/**
 * A conversation on record: 27.02 s in the queue, then Alice, who rings 6.57 s, talks 101.13 s, holds 60 s,
 * talks 90.4 s, hands over, and has 30 s of after-call work.
 */
const at = (text: string): string => `2026-11-20T09:${text}Z`;
const segment = (segmentType: string, from: string, to: string, more: object = {}) => {
  return { segmentType, segmentStart: at(from), segmentEnd: at(to), queueId: 'q1', ...more };
};
const metric = (name: string, value: number) => ({ name, value, emitDate: at('09:00.000') });
const alice = {
  participantId: 'p4',
  purpose: 'agent',
  userId: 'u1',
  sessions: [
    {
      sessionId: 's4',
      mediaType: 'voice',
      direction: 'inbound',
      segments: [
        segment('alert', '00:52.300', '00:58.870'),
        segment('interact', '00:58.870', '02:40.000'),
        segment('hold', '02:40.000', '03:40.000'),
        segment('interact', '03:40.000', '05:10.400', { disconnectType: 'transfer' }),
        segment('wrapup', '05:10.400', '05:40.400', { wrapUpCode: 'w1' }),
      ],
      metrics: [
        metric('tTalk', 101_130),
        metric('tTalk', 90_400),
        metric('tTalkComplete', 191_530),
        metric('tHeldComplete', 60_000),
        metric('tAcw', 30_000),
        metric('tHandle', 281_530),
      ],
    },
  ],
};
const caller = { mediaType: 'voice', direction: 'inbound', ani: 'tel:+33612345678' };
const record = {
  conversationId: 'c1',
  conversationStart: at('00:00.120'),
  conversationEnd: at('05:40.400'),
  originatingDirection: 'inbound',
  participants: [
    { participantId: 'p1', purpose: 'customer', sessions: [{ sessionId: 's1', ...caller }] },
    {
      participantId: 'p3',
      purpose: 'acd',
      sessions: [
        {
          sessionId: 's3',
          mediaType: 'voice',
          direction: 'inbound',
          segments: [segment('interact', '00:31.850', '00:58.870', { disconnectType: 'transfer' })],
          metrics: [metric('nOffered', 1), metric('tAcd', 27_020)],
        },
      ],
    },
    alice,
  ],
};

describe('a conversation on record', () => {
  it('gives the stay, the session with its times, and the customer', () => {
    const { facts, refusals, warnings } = normalize(record);
    expect([refusals, warnings]).toEqual([[], []]);
    expect(facts).toMatchObject([
      { type: 'contact.started', entity: 'gen:c1', customer: 'pseudonym(33612345678)' },
      { type: 'queue.entered', segment: 's3', queue: 'gen:q1' },
      { type: 'queue.left', segment: 's3', result: 'answered', waitMs: 27_020 },
      {
        type: 'session.summarized',
        leg: 's4',
        agent: 'gen:u1',
        queue: 'gen:q1',
        at: Date.parse(at('05:10.400')),
        talkMs: 191_530,
        holdMs: 60_000,
        alertMs: 6_570,
        acwMs: 30_000,
        acwEndedAt: Date.parse(at('05:40.400')),
        disposition: 'w1',
        transferredOut: true,
      },
    ]);
  });

  it('is read from the answer of a query, each conversation by itself', () => {
    const { facts, refusals } = normalize({
      conversations: [record, { ...record, conversationStart: null }],
      totalHits: 2,
    });
    expect(facts).toEqual(normalize(record).facts);
    expect(refusals).toMatchObject([{ row: 1, path: 'conversations[1].conversationStart' }]);
  });

  it.each([
    ['abandoned', [metric('tAbandon', 27_020)], 'abandoned'],
    ['sent on', [metric('tFlowOut', 27_020)], 'flowOut'],
  ])('has the result of a stay that was %s', (_what, metrics, result) => {
    const stay = structuredClone(record.participants[1]!);
    stay.sessions[0] = { ...stay.sessions[0]!, metrics } as never;
    const { facts } = normalize({ ...record, participants: [stay] });
    expect(facts).toMatchObject([{}, { type: 'queue.left', result }]);
  });

  it('takes times from segments where there are no metrics, and warns where the sum of the platform differs', () => {
    const [session] = alice.sessions;
    const participants = [{ ...alice, sessions: [{ ...session, metrics: [metric('tHandle', 60_000)] }] }];
    const { facts, warnings } = normalize({ ...record, participants });
    expect(facts).toMatchObject([{ talkMs: 191_530, holdMs: 60_000, acwMs: 30_000 }]);
    expect(warnings).toMatchObject([{ code: 'inconsistent-durations', field: 'tHandle' }]);
  });

  it('leaves out a session that lasts, and one of a supervisor', () => {
    const [session] = alice.sessions;
    const open = {
      ...session,
      segments: [{ ...segment('interact', '00:58.870', ''), segmentEnd: undefined }],
    };
    const listening = { ...session, monitoredParticipantId: 'p4' };
    const { facts } = normalize({ ...record, participants: [{ ...alice, sessions: [open, listening] }] });
    expect(facts).toMatchObject([{ type: 'contact.noted' }]);
  });

  it('runs on generated code', () => {
    expect(isCompiled(conversationRecord)).toBe(true);
  });
});
