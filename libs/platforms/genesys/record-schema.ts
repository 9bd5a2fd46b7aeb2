import { z } from 'zod';
import { compileSchema } from '../compile-schema.js';
import { address, contactId, id, text } from '../field-schemas.js';

/**
 * A conversation as the analytics queries and jobs of Genesys Cloud answer it: what the platform has on
 * record, for backfill and reconciliation. Times are ISO 8601, durations in metrics ms. Fields that nothing
 * reads are not checked.
 */
const segment = z.object({
  segmentType: text,
  segmentStart: text,
  /** Absent while it lasts. */
  segmentEnd: text,
  queueId: text,
  disconnectType: text,
  wrapUpCode: text,
});

const metric = z.object({ name: text, value: z.number().nullish() });

const session = z.object({
  sessionId: id,
  mediaType: text,
  direction: text,
  ani: address,
  dnis: address,
  callbackNumbers: z.array(address).nullish(),
  monitoredParticipantId: text,
  coachedParticipantId: text,
  segments: z.array(segment).nullish(),
  metrics: z.array(metric).nullish(),
});

const participant = z.object({
  participantId: text,
  purpose: text,
  userId: text,
  externalContactId: text,
  sessions: z.array(session).nullish(),
});

export const conversationRecord = compileSchema(
  z.object({
    conversationId: contactId,
    conversationStart: text,
    originatingDirection: text,
    participants: z.array(participant),
  }),
);

export type ConversationRecord = z.output<typeof conversationRecord>;
export type RecordedParticipant = ConversationRecord['participants'][number];
export type RecordedSession = NonNullable<RecordedParticipant['sessions']>[number];
export type RecordedSegment = NonNullable<RecordedSession['segments']>[number];
