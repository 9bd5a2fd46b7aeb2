import { z } from 'zod';
import { activityStates } from '#domain/activity/activity.js';
import { type Posting, type PostingPosition, subjectOf } from '#domain/posting/posting.js';
import { parseJson } from './parse-json.js';
import { instantOf, recordedTime } from './recorded-time.js';

/**
 * A posting as CloudEvents 1.0; its id is its position in the log of facts: `<partition>-<offset>-<index>`.
 * `recordedAt` (UTC epoch ms) is that of the fact that caused it: see `encodeFact`. Written in pieces,
 * so that a content that is posted and reversed is serialized once: `contentText` is its JSON.
 */
export function encodePosting(
  { position: { partition, offset, index }, sign, content }: Posting,
  recordedAt: number | null = null,
  contentText = JSON.stringify(content),
): string {
  return (
    `{"specversion":"1.0","id":"${partition}-${offset}-${index}","source":"/meter",` +
    `"type":"tallyline.posting.${content.kind}.v1","subject":${JSON.stringify(subjectOf(content))}` +
    `${recordedTime(recordedAt)},"data":{"sign":${sign},"content":${contentText}}}`
  );
}

/** null: the record is not a known posting (unreadable). */
export function decodePosting(value: string): Posting | null {
  return decodePostingEvent(value)?.posting ?? null;
}

/** A posting with the recorded time of its delivery; null as in `decodePosting`. */
export function decodePostingEvent(value: string): { posting: Posting; recordedAt: number | null } | null {
  const event = postingEvent.safeParse(parseJson(value));
  if (!event.success) return null;
  const { id, recordedtime, data } = event.data;
  const position = decodePosition(id);
  return position === null ? null : { posting: { position, ...data }, recordedAt: instantOf(recordedtime) };
}

function decodePosition(id: string): PostingPosition | null {
  const match = /^(\d+)-(\d+)-(\d+)$/.exec(id);
  if (match === null) return null;
  return { partition: Number(match[1]), offset: Number(match[2]), index: Number(match[3]) };
}

const ms = z.int().nonnegative();
const contactContent = z.object({
  kind: z.literal('contact'),
  contact: z.string().min(1),
  connection: z.string(),
  direction: z.enum(['inbound', 'outbound', 'unknown']),
  media: z.enum(['voice', 'callback', 'chat', 'email', 'message', 'other']),
  customer: z.string().nullable(),
  segments: z.array(
    z.object({
      queue: z.string(),
      enteredAt: z.int(),
      leftAt: z.int(),
      waitMs: ms,
      result: z.enum(['answered', 'abandoned', 'flowOut', 'unknown']),
    }),
  ),
  legs: z.array(
    z.object({
      agent: z.string(),
      queue: z.string().nullable(),
      startedAt: z.int(),
      endedAt: z.int(),
      talkMs: ms.nullable(),
      holdMs: ms.nullable(),
      dialMs: ms,
      acwMs: ms.nullable(),
      acwStartedAt: z.int().nullable(),
      disposition: z.string().nullable(),
      transferredOut: z.boolean(),
    }),
  ),
  missed: z.array(z.object({ agent: z.string(), queue: z.string().nullable(), at: z.int(), alertMs: ms })),
});

const outcomeContent = z.object({
  kind: z.literal('outcome'),
  outcome: z.string().min(1),
  connection: z.string(),
  programme: z.string().nullable(),
  queue: z.string().nullable(),
  agent: z.string().nullable(),
  contact: z.string().nullable(),
  customer: z.string().nullable(),
  events: z.array(
    z.object({
      name: z.string(),
      at: z.int(),
      data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  ),
});

const activityContent = z.object({
  kind: z.literal('activity'),
  activity: z.string().min(1),
  connection: z.string(),
  agent: z.string(),
  state: z.enum(activityStates),
  startedAt: z.int(),
  endedAt: z.int(),
  queue: z.string().nullable(),
  programme: z.string().nullable(),
});

const postingEvent = z.compile(
  z.object({
    id: z.string(),
    recordedtime: z.string().optional(),
    type: z.templateLiteral(['tallyline.posting.', z.enum(['contact', 'outcome', 'activity']), '.v1']),
    data: z.object({
      sign: z.union([z.literal(1), z.literal(-1)]),
      content: z.discriminatedUnion('kind', [contactContent, outcomeContent, activityContent]),
    }),
  }),
);
