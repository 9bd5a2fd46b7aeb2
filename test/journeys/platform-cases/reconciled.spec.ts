import { describe, expect, it } from '@jest/globals';
import type { RecordedDelivery } from '#wire/recorded-delivery.js';
import { centreText } from './centre.js';
import { session, stay } from './deliveries.js';
import { catalogueOf, play } from './played.js';

const day = '2026-03-03T10:';
const segment = (segmentType: string, from: string, to: string, more: object = {}) => {
  return { segmentType, segmentStart: `${day}${from}Z`, segmentEnd: `${day}${to}Z`, queueId: 'q1', ...more };
};

/**
 * The conversation `c1` on record: what the events below say, with 61 s of talk and 12 of after-call work.
 */
const record: RecordedDelivery = {
  connection: 'gen',
  receivedAt: Date.parse('2026-03-04T02:00:00Z'),
  headers: {},
  body: JSON.stringify({
    conversationId: 'c1',
    conversationStart: `${day}00:00.000Z`,
    originatingDirection: 'inbound',
    participants: [
      {
        purpose: 'acd',
        sessions: [
          {
            sessionId: 'q',
            mediaType: 'voice',
            direction: 'inbound',
            segments: [segment('interact', '00:00.004', '00:10.003', { disconnectType: 'transfer' })],
          },
        ],
      },
      {
        purpose: 'agent',
        userId: 'u1',
        sessions: [
          {
            sessionId: 'a',
            mediaType: 'voice',
            direction: 'inbound',
            segments: [
              segment('alert', '00:05.000', '00:10.000'),
              segment('interact', '00:10.000', '01:11.000'),
              segment('wrapup', '01:11.000', '01:23.000'),
            ],
          },
        ],
      },
    ],
  }),
};

const events = [
  ...stay({ session: 'q', queue: 'q1', from: '10:00:00', to: '10:00:10', by: 'u1' }),
  ...session({
    session: 'a',
    agent: 'u1',
    queue: 'q1',
    from: '10:00:05',
    to: '10:01:10',
    talkS: 60,
    acwS: 10,
  }),
];

describe('a conversation that came by events and is then found on record', () => {
  const centre = catalogueOf(centreText());
  it.each<[string, RecordedDelivery[]]>([
    ['after the events', [...events, record]],
    ['before the events', [record, ...events]],
    ['twice', [record, ...events, record]],
    ['without the events', [record]],
  ])('counts once, as it is on record (%s)', async (_when, deliveries) => {
    const { total, refused } = await play(centre, deliveries);
    expect(refused).toEqual([]);
    expect(total).toMatchObject({ offered: 1, answered: 1, handled: 1, legs: 1, missed: 0 });
    expect(total).toMatchObject({ talkMs: 61_000, acwMs: 12_000 });
  });

  it('keeps the after-call work of an event that the record does not have yet', async () => {
    const early = JSON.parse(record.body) as { participants: { sessions: { segments: unknown[] }[] }[] };
    early.participants[1]!.sessions[0]!.segments.pop();
    const { total } = await play(centre, [...events, { ...record, body: JSON.stringify(early) }]);
    expect(total).toMatchObject({ legs: 1, talkMs: 61_000, acwMs: 10_000 });
  });
});
