import type { Direction, Media, QueueResult } from '#domain/fact/fact.js';
import type { Enumeration } from '../enumeration.js';

/**
 * The platform's enumerations (upper case with underscores in all detail events) and what they mean to us.
 */

export const directions: Enumeration<Direction> = new Map([
  ['INBOUND', 'inbound'],
  ['OUTBOUND', 'outbound'],
  ['UNKNOWN', 'unknown'],
]);

export const mediaTypes: Enumeration<Media> = new Map<string, Media>([
  ['VOICE', 'voice'],
  ['CALLBACK', 'callback'],
  ['CHAT', 'chat'],
  ['EMAIL', 'email'],
  ['MESSAGE', 'message'],
  ['UNKNOWN', 'other'],
  ['COBROWSE', 'other'],
  ['VIDEO', 'other'],
  ['SCREENSHARE', 'other'],
  ['INTERNALMESSAGE', 'other'],
  ['SCREENMONITORING', 'other'],
]);

export const acdOutcomes: Enumeration<QueueResult> = new Map([
  ['ANSWERED', 'answered'],
  ['ABANDON', 'abandoned'],
  ['FLOW_OUT', 'flowOut'],
  ['UNKNOWN', 'unknown'],
]);

/**
 * Whether a session that talked ended with a transfer of the customer. Other transfers redirect unanswered
 * calls.
 */
export const isTransferByDisconnectType: Enumeration<boolean> = new Map([
  ['TRANSFER', true],
  ['CONSULT_TRANSFER', true],
  ['CONFERENCE_TRANSFER', true],
  ...listed(`
    UNKNOWN ENDPOINT CLIENT SYSTEM ERROR PEER OTHER SPAM TIMEOUT TRANSPORT_FAILURE FORWARD_TRANSFER
    NO_ANSWER_TRANSFER NOT_AVAILABLE_TRANSFER UNCALLABLE DND_ENDPOINT DND_TRANSFER INACTIVITY SESSION_EXPIRED
    TAKEOVER`),
]);

/** Enumerations that are only noted: looked up to warn of a new word. */
export const notedEnumerations: Readonly<Record<string, Enumeration<boolean>>> = {
  disconnectType: isTransferByDisconnectType,
  flowType: new Map(
    listed(`
      UNKNOWN INBOUNDCALL OUTBOUNDCALL INQUEUECALL SECURECALL INBOUNDEMAIL SURVEYINVITE INBOUNDSHORTMESSAGE
      INBOUNDCHAT WORKFLOW BOT DIGITALBOT COMMONMODULE INQUEUEEMAIL INQUEUESHORTMESSAGE VOICE VOICEMAIL
      WORKITEM VOICESURVEY`),
  ),
  exitReason: new Map(
    listed(`
      UNKNOWN DISCONNECT FLOW_DISCONNECT FLOW_ERROR_DISCONNECT TRANSFER SESSION_EXPIRE_DISCONNECT
      RECOGNITION_FAILURE_DISCONNECT RECOGNITION_FAILURE_EXIT USER_EXIT FLOW_EXIT FLOW_ERROR_EXIT`),
  ),
  transferType: new Map(
    listed(`
      UNKNOWN ACD USER NUMBER ACD_VOICEMAIL USER_VOICEMAIL GROUP_VOICEMAIL GROUP FLOW SECURE_FLOW
      RETURN_TO_AGENT`),
  ),
  flowOutcomeValue: new Map(listed('UNKNOWN SUCCESS FAILURE')),
};

function listed(words: string): [string, boolean][] {
  return words
    .trim()
    .split(/\s+/)
    .map((word) => [word, false]);
}
