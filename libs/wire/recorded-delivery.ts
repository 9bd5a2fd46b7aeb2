import { z } from 'zod';
import { parseJson } from './parse-json.js';
import { type DeliveryKind, deliveryKinds } from './raw.js';

/**
 * A recorded delivery, one line of NDJSON: the one file format of replay, backfill, demo, bug reports and
 * tests.
 * `{"connection":"bank-genesys","receivedAt":"1999-02-01T05:03:01.350Z","headers":{…},"body":"{…}"}`
 * A delivery of outcomes also has `"kind":"outcome"`.
 */
export interface RecordedDelivery {
  readonly connection: string;
  /** Absent: `platform`. */
  readonly kind?: DeliveryKind;
  /** UTC epoch ms. */
  readonly receivedAt: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The exact text. */
  readonly body: string;
}

const recordedSchema = z.compile(
  z.object({
    connection: z.string().min(1),
    kind: z.enum(deliveryKinds).optional(),
    receivedAt: z.string(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.string(),
  }),
);

/** The delivery of a line, or what is wrong with the line and what is allowed. */
export function decodeRecorded(line: string): { delivery: RecordedDelivery } | { fault: string } {
  const parsed = recordedSchema.safeParse(parseJson(line));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue === undefined || issue.path.length === 0 ? 'the line' : issue.path.join('.');
    return { fault: `${where}: ${issue?.message ?? 'not JSON'}; ${shape}` };
  }
  const receivedAt = Date.parse(parsed.data.receivedAt);
  if (Number.isNaN(receivedAt)) return { fault: `receivedAt: not an ISO 8601 instant; ${shape}` };
  const { connection, kind, headers, body } = parsed.data;
  const halfPair = [...Object.entries({ connection, body }), ...Object.entries(headers ?? {})].find((texts) =>
    texts.some((text) => !text.isWellFormed()),
  );
  if (halfPair !== undefined)
    return { fault: `${halfPair[0].toWellFormed()}: half a surrogate pair; ${shape}` };
  return {
    delivery: { connection, ...(kind !== undefined && { kind }), receivedAt, headers: headers ?? {}, body },
  };
}

const shape =
  'a line is {"connection": id, "receivedAt": ISO instant, "headers": {…}, "body": exact text}, ' +
  'and for outcomes "kind": "outcome"';

export function encodeRecorded(delivery: RecordedDelivery): string {
  return JSON.stringify({
    connection: delivery.connection,
    ...(delivery.kind !== undefined && { kind: delivery.kind }),
    receivedAt: new Date(delivery.receivedAt).toISOString(),
    headers: delivery.headers,
    body: delivery.body,
  });
}
