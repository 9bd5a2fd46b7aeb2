import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Connection } from '#catalogue/catalogue.js';
import { authenticate } from '#platforms/authenticate.js';
import { ProblemError } from '#runtime/problem.js';
import type { DeliveryKind } from '#wire/raw.js';
import {
  type WriteResult,
  type DeliveryWriter,
  type PreparedDelivery,
  deliveryPreparer,
} from './delivery-writer.js';
import { type BodyBudget, type Encoding, encodingOf, maxBodyBytes, readBody } from './body.js';
import type { IntakeMetrics } from './intake-metrics.js';
import { splitLines } from './ndjson.js';
import type { RateLimit } from './rate-limit.js';
import { type Secrets, secretNames } from './secrets.js';

/** What intake works with; given once, where the process is composed. */
export interface IntakeContext {
  readonly deliveryWriter: DeliveryWriter;
  /** The connection of this id in the catalogue in force; null: none. */
  readonly connection: (id: string) => Connection | null;
  readonly secrets: () => Secrets;
  /** UTC epoch ms. */
  readonly clock: () => number;
  readonly limits: IntakeLimits;
  readonly rate: RateLimit;
  readonly bodies: BodyBudget;
  readonly metrics: IntakeMetrics;
}

export interface IntakeLimits {
  /** Of one delivery, alone or as a line. */
  readonly bodyLimitBytes: number;
  readonly batchLimitBytes: number;
}

type Form = 'single' | 'batch';

/** What an endpoint takes: one delivery or one a line, from a platform or as outcomes. */
export interface DeliveryRequest {
  readonly form: Form;
  readonly kind: DeliveryKind;
}

/**
 * One request from its first byte to its answer: the ids of its deliveries once they are durable, or a thrown
 * `ProblemError`. The cheapest check comes first, and nothing is read from a sender who will be rejected
 * anyway.
 */
export async function receive(
  context: IntakeContext,
  { form, kind }: DeliveryRequest,
  connectionId: string,
  request: IncomingMessage,
): Promise<readonly string[]> {
  const { clock, metrics } = context;
  const connection = knownConnection(context, connectionId);
  const headers = singleHeaders(request);
  requireMediaType(form, kind, headers['content-type']);
  const encoding = requireEncoding(headers['content-encoding']);
  refuseWhenFull(context);

  const body = await bodyOf(context, form, encoding, request);
  const receivedAt = clock();
  requireSender(context, connection, request, body, receivedAt);
  const bodies = form === 'batch' ? linesOf(body, context.limits) : [body];
  if (bodies.every(({ length }) => length === 0)) throw emptyBody(form);
  withinRate(context.rate, connection, bodies.length);

  const prepared = await prepareAll(connection, headers, bodies, receivedAt, kind);
  const written = await context.deliveryWriter.accept(prepared);
  const ids = idsOf(written);
  metrics.ackSeconds.observe(Math.max(0, clock() - receivedAt) / 1000);
  metrics.bytes.inc(
    { connection: connection.id },
    bodies.reduce((sum, { length }) => sum + length, 0),
  );
  return ids;
}

function knownConnection(context: IntakeContext, id: string): Connection {
  const connection = context.connection(id);
  if (connection !== null) return connection;
  throw new ProblemError('unknown-connection', 'Name a connection of the catalogue in the address.', {
    field: 'path.connection',
  });
}

/**
 * A platform may give its bodies any media type; a batch is of lines, outcomes are CloudEvents in JSON.
 */
function requireMediaType(form: Form, kind: DeliveryKind, contentType: string | undefined): void {
  const mediaType = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  const allowed = form === 'batch' ? ndjson : kind === 'outcome' ? cloudEvents : [];
  if (allowed.length === 0 || allowed.includes(mediaType)) return;
  const advice =
    form === 'batch'
      ? 'Send the batch as application/x-ndjson, one delivery a line.'
      : `Send CloudEvents in JSON as one of ${cloudEvents.join(', ')}.`;
  throw new ProblemError('unsupported-media-type', advice, {
    field: 'header.content-type',
    headers: { accept: form === 'batch' ? 'application/x-ndjson' : cloudEvents.join(', ') },
  });
}

const ndjson = ['application/x-ndjson', 'application/ndjson'];
export const cloudEvents = [
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/json',
];

function requireEncoding(header: string | undefined): Encoding {
  const encoding = encodingOf(header);
  if (encoding !== null) return encoding;
  throw new ProblemError('unsupported-encoding', 'Send the body as it is, or as gzip.', {
    field: 'header.content-encoding',
    headers: { 'accept-encoding': 'gzip' },
  });
}

function refuseWhenFull({ deliveryWriter }: IntakeContext): void {
  const overload = deliveryWriter.overload();
  if (overload !== null) throw overloaded();
}

async function bodyOf(
  { limits, bodies }: IntakeContext,
  form: Form,
  encoding: Encoding,
  request: IncomingMessage,
): Promise<Buffer> {
  const limitBytes = form === 'batch' ? limits.batchLimitBytes : limits.bodyLimitBytes;
  const release = bodies.reserve(maxBodyBytes(request, encoding, limitBytes));
  if (release === null) throw overloaded();
  try {
    const body = await readBody(request, encoding, limitBytes);
    switch (body.status) {
      case 'read':
        return body.bytes;
      case 'tooLarge':
        throw new ProblemError('body-too-large', tooLargeAdvice(form, limitBytes), { field: 'body' });
      case 'notGzip':
        throw new ProblemError(
          'invalid-encoding',
          'The header says gzip; send valid gzip or drop the header.',
          {
            field: 'header.content-encoding',
          },
        );
      case 'aborted':
        throw new ProblemError('invalid-request', 'The body ended early; send it again.', { field: 'body' });
    }
  } finally {
    release();
  }
}

function requireSender(
  { secrets }: IntakeContext,
  connection: Connection,
  request: IncomingMessage,
  body: Buffer,
  now: number,
): void {
  const { authentication } = connection;
  const known = secrets();
  const values = secretNames(authentication).flatMap((name) => known.get(name) ?? []);
  const verdict = authenticate(authentication, values, request.headersDistinct, body, now);
  if (verdict === 'ok') return;
  throw new ProblemError('unauthorized', `${capitalized(verdict.reason)}.`, {
    headers: authentication.scheme === 'basic' ? { 'www-authenticate': 'Basic realm="tallyline"' } : {},
  });
}

function linesOf(body: Buffer, { bodyLimitBytes }: IntakeLimits): readonly Uint8Array[] {
  const split = splitLines(body, bodyLimitBytes);
  if (split.status === 'lines') return split.lines;
  const what = {
    tooLarge: `has more than ${bodyLimitBytes} bytes, the maximum of one delivery`,
    notUtf8: 'is not UTF-8; send such a delivery alone',
  };
  throw new ProblemError('invalid-batch', `Line ${split.line} ${what[split.fault]}. Nothing was stored.`, {
    field: `body.line[${split.line}]`,
  });
}

function withinRate(rate: RateLimit, connection: Connection, deliveries: number): void {
  const waitMs = rate.take(connection.id, deliveries);
  if (waitMs === 0) return;
  throw new ProblemError('too-many-requests', 'Send slower, or ask for a higher rate; nothing was stored.', {
    headers: retryAfter(waitMs),
  });
}

/** A batch of many lines yields to the event loop now and then. */
async function prepareAll(
  connection: Connection,
  headers: Readonly<Record<string, string>>,
  bodies: readonly Uint8Array[],
  receivedAt: number,
  kind: DeliveryKind,
): Promise<PreparedDelivery[]> {
  const prepareOne = deliveryPreparer(connection, headers, receivedAt, kind);
  const prepared: PreparedDelivery[] = [];
  for (const body of bodies) {
    if (prepared.length > 0 && prepared.length % 500 === 0) await setImmediate();
    prepared.push(prepareOne(body));
  }
  return prepared;
}

function idsOf(written: WriteResult): readonly string[] {
  switch (written.status) {
    case 'accepted':
      return written.ids;
    case 'overloaded':
      throw overloaded();
    case 'unavailable':
      throw new ProblemError(
        'log-unavailable',
        'Nothing is promised: send the same again, it is counted once however often it arrives.',
        { headers: retryAfter(5_000) },
      );
  }
}

function singleHeaders({ headersDistinct }: IncomingMessage): Record<string, string> {
  // Without a prototype, as Node's own: a header may have any name.
  const headers = Object.create(null) as Record<string, string>;
  for (const name in headersDistinct) headers[name] = headersDistinct[name]?.join(', ') ?? '';
  return headers;
}

function overloaded(): ProblemError {
  return new ProblemError('overloaded', 'Wait and send the same again; nothing was stored.', {
    headers: retryAfter(1_000),
  });
}

function emptyBody(form: Form): ProblemError {
  const advice =
    form === 'batch' ? 'Send one delivery a line.' : 'Send the delivery as the body of the request.';
  return new ProblemError('empty-body', advice, { field: 'body' });
}

function tooLargeAdvice(form: Form, limitBytes: number): string {
  const how = form === 'batch' ? 'split the batch' : 'split the delivery';
  return `At most ${limitBytes} bytes, also after unpacking; ${how}. Nothing was stored.`;
}

function retryAfter(waitMs: number): Record<string, string> {
  return { 'retry-after': String(Math.max(1, Math.ceil(waitMs / 1000))) };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
