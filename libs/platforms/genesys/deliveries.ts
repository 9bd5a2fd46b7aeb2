import type { Normalized, Refusal } from '../platform.js';
import { parseJson } from '../parse-json.js';

/** One event as EventBridge delivers it, or a conversation's record, and where it lies in the delivery. */
export interface DeliveredItem {
  /** Index in the delivery; null: it is the delivery. */
  readonly row: number | null;
  /** Path of it in the delivery: `` or `Records[2].body`. */
  readonly path: string;
  /** `event`: an object with `detail-type` and `detail`. `record`: of analytics. null: neither. */
  readonly kind: 'event' | 'record' | null;
  readonly json: unknown;
  /** Whether the event had no envelope of EventBridge: then paths have no `detail`. */
  readonly isBare: boolean;
}

/**
 * What a delivery holds, by whichever way it came: an event in its EventBridge envelope, a frame of the
 * notification socket (`topicName`, `eventBody`), the body of a workflow's data action (`topic`,
 * `eventBody`), the `Records` of a queue or function of AWS with one of these as text in `body`, the answer
 * of an analytics query (`conversations`) or one conversation of it, or a list of any.
 *
 * @param topics names of all topics that are read, with `{id}` in them
 */
export function itemsIn(json: unknown, topics: readonly string[]): DeliveredItem[] {
  const lists = listIn(json);
  if (lists === null) return [itemOf(json, null, '', topics)];
  return lists.map(({ value, path }, row) => itemOf(value, row, path, topics));
}

type Fields = Readonly<Record<string, unknown>>;

function listIn(json: unknown): { value: unknown; path: string }[] | null {
  if (Array.isArray(json)) {
    const items: unknown[] = json;
    if (items.length === 0 || !items.every(isItem)) return null;
    return items.map((value, index) => ({ value, path: `[${index}]` }));
  }
  if (!isFields(json)) return null;
  const { Records: records, conversations } = json;
  if (Array.isArray(records) && records.length > 0)
    return records.map((record: unknown, index) => ({
      value: bodyOf(record),
      path: `Records[${index}].body`,
    }));
  if (Array.isArray(conversations) && conversations.length > 0)
    return conversations.map((value: unknown, index) => ({ value, path: `conversations[${index}]` }));
  return null;
}

function isItem(value: unknown): boolean {
  return isFields(value) && ['detail-type', 'topicName', 'topic', 'participants'].some((key) => key in value);
}

/** The body of a message of SQS, in which SNS may have wrapped the event once more. */
function bodyOf(record: unknown): unknown {
  if (!isFields(record)) return record;
  const body = parsed(record['body']);
  return isFields(body) && 'Message' in body && 'TopicArn' in body ? parsed(body['Message']) : body;
}

/** JSON where it is text that holds JSON. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return parseJson(value);
  } catch {
    return value;
  }
}

function itemOf(json: unknown, row: number | null, path: string, topics: readonly string[]): DeliveredItem {
  const at = { row, path };
  if (!isFields(json)) return { ...at, kind: null, json, isBare: false };
  if ('detail-type' in json) return { ...at, kind: 'event', json, isBare: false };
  if ('participants' in json && 'conversationId' in json)
    return { ...at, kind: 'record', json, isBare: false };
  const topic = json['topicName'] ?? json['topic'];
  if (typeof topic !== 'string' || !('eventBody' in json)) return { ...at, kind: null, json, isBare: false };
  return { ...at, kind: 'event', json: enveloped(json, topic, topics), isBare: true };
}

/** In the envelope that EventBridge would have put around it. */
function enveloped(json: Fields, topic: string, topics: readonly string[]): Fields {
  const { orgId, sentAt, timestamp } = json;
  return {
    'detail-type': topicNamed(topic, topics),
    source: `aws.partner/genesys.com/cloud/${typeof orgId === 'string' && orgId !== '' ? orgId : '-'}/direct`,
    detail: { topicName: topic, eventBody: parsed(json['eventBody']), timestamp: timestamp ?? sentAt },
  };
}

/** A topic of one conversation or user, `v2.users.4f1c….presence`, as `v2.users.{id}.presence`. */
function topicNamed(topic: string, topics: readonly string[]): string {
  if (topics.includes(topic)) return topic;
  return topics.find((name) => matches(topic, name.split('{id}'))) ?? topic;
}

/** Whether a text is these parts with some text without blanks between them. */
function matches(text: string, [first = '', ...others]: readonly string[]): boolean {
  if (!text.startsWith(first)) return false;
  let rest = text.slice(first.length);
  for (const [index, part] of others.entries()) {
    const isLast = index === others.length - 1;
    const found = isLast ? rest.length - part.length : rest.indexOf(part, 1);
    if (found < 1 || !rest.startsWith(part, found) || /\s/.test(rest.slice(0, found))) return false;
    rest = rest.slice(found + part.length);
  }
  return rest === '';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What reading an item gave, with paths as the sender wrote it. */
export function placed({ row, path, isBare }: DeliveredItem, read: Normalized): Normalized {
  if (row === null && !isBare) return read;
  return { ...read, refusals: read.refusals.map((refusal) => placedRefusal(refusal, row, path, isBare)) };
}

function placedRefusal(refusal: Refusal, row: number | null, prefix: string, isBare: boolean): Refusal {
  const own = isBare ? refusal.path.replace(/^detail\./, '') : refusal.path;
  const path = own === '' ? prefix : prefix === '' ? own : `${prefix}.${own}`;
  const message =
    refusal.path === '' || !refusal.message.startsWith(refusal.path)
      ? refusal.message
      : path + refusal.message.slice(refusal.path.length);
  return { ...refusal, row, path, message };
}
