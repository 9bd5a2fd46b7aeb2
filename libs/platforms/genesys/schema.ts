import { z } from 'zod';
import { compileSchema } from '../compile-schema.js';
import { address, cleanText, contactId, epochMs, id, milliseconds, text } from '../field-schemas.js';

/**
 * Genesys Cloud detail events as EventBridge delivers them: `detail-type` names the topic with a literal
 * `{id}`, `source` holds the organisation, `detail.eventBody` the event, `detail.timestamp` when it was
 * published.
 *
 * In the platform's model every field is optional; required here is what a fact needs. Fields
 * that nothing reads are not checked.
 */
export const prefix = 'v2.detail.events.conversation.{id}.';

/** `attributes` alone has no session, media or direction. */
const participant = {
  eventTime: epochMs,
  conversationId: contactId,
  participantId: id,
  sessionId: text,
  mediaType: text,
  direction: text,
  ani: address,
  dnis: address,
  callbackNumbers: z.array(address).nullish(),
  externalContactId: text,
  conversationExternalContactIds: z.array(text).nullish(),
};

const session = { ...participant, sessionId: id, mediaType: id };
const user = { ...session, userId: id, queueId: text };
const flow = { ...session, flowType: text, flowId: text, flowVersion: text };
const wrapup = { wrapupCode: text, wrapupDurationMs: milliseconds };
const voicemail = { ...session, userId: text, queueId: text };

const timestamp = z.unknown().optional();
const source = z
  .string({ error: 'must be text' })
  .regex(cleanText, { error: 'must be text without control characters and half surrogate pairs' });

function envelope<Body extends z.ZodRawShape>(body: Body) {
  return compileSchema(z.object({ source, detail: z.object({ timestamp, eventBody: z.object(body) }) }));
}

/** The sixteen topics of a conversation, by what follows the prefix. */
export const topics = {
  'customer.start': envelope(session),
  'customer.end': envelope(session),
  contact: envelope(session),
  attributes: envelope({ ...participant, attributes: z.record(z.string(), z.unknown()).nullish() }),
  'flow.start': envelope(flow),
  'flow.end': envelope({
    ...flow,
    disconnectType: text,
    exitReason: text,
    transferType: text,
    connectedDurationMs: milliseconds,
  }),
  'flow.outcome': envelope({
    ...flow,
    flowOutcomeId: text,
    flowOutcomeValue: text,
    flowOutcomeStartTime: epochMs.nullish(),
    flowOutcomeEndTime: epochMs.nullish(),
  }),
  'acd.start': envelope({ ...session, queueId: id }),
  'acd.end': envelope({
    ...session,
    queueId: text,
    acdOutcome: text,
    disconnectType: text,
    answeredUserId: text,
    connectedDurationMs: milliseconds,
  }),
  'user.start': envelope(user),
  'user.end': envelope({
    ...user,
    disconnectType: text,
    interactingDurationMs: milliseconds,
    heldDurationMs: milliseconds,
    alertingDurationMs: milliseconds,
    contactingDurationMs: milliseconds,
    dialingDurationMs: milliseconds,
    callbackDurationMs: milliseconds,
  }),
  acw: envelope({ ...user, ...wrapup }),
  wrapup: envelope({ ...session, queueId: text, ...wrapup }),
  outbound: envelope({ ...session, outboundCampaignId: text, outboundContactListId: text }),
  'voicemail.start': envelope(voicemail),
  'voicemail.end': envelope({ ...voicemail, disconnectType: text, voicemailDurationMs: milliseconds }),
};

export type Topic = keyof typeof topics;
export type Body<T extends Topic> = z.output<(typeof topics)[T]>['detail']['eventBody'];
/** What every event has. */
export type Participant = Body<'attributes'>;
