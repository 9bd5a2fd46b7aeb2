import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import type { Connection } from '#catalogue/catalogue.js';
import { authenticate, authenticateHead, type AuthenticationResult } from '#platforms/authenticate.js';
import { networkOf } from '#runtime/access/network.js';
import { ProblemError } from '#runtime/problem.js';
import { retryAfter } from '#runtime/rate-limit.js';
import type { DeliveryKind } from '#wire/raw.js';
import { deliveryPreparer, type PreparedDelivery, type WriteResult } from './delivery-writer.js';
import type { DeliveryRequest, IntakeContext } from './intake-context.js';
import { overloaded, requireRate } from './rejections.js';
import { bodyOf, csvDeliveriesIn, deliveriesIn } from './request-body.js';
import { challengeOf, countFailure } from './failures.js';
import { csv, mediaTypeOf, requireEncoding, requireMediaType, singleHeaders } from './request-headers.js';
import { secretNames } from './secrets.js';

/**
 * One request from its first byte to its answer: the ids of its deliveries once they are durable, or a thrown
 * `ProblemError`. The cheapest check comes first, and nothing is read from a sender who will be rejected
 * anyway. `address`: of the sender.
 */
export async function receive(
  context: IntakeContext,
  { form, kind }: DeliveryRequest,
  connectionId: string,
  request: IncomingMessage,
  address: string,
): Promise<readonly string[]> {
  const { clock } = context;
  const connection = knownConnection(context, connectionId, address);
  const headers = singleHeaders(request);
  requireMediaType(form, kind, headers['content-type']);
  const encoding = requireEncoding(headers['content-encoding']);
  requireRoom(context, connection);
  const sender = { connection, request, address };
  requireSender(context, sender, (...given) => authenticateHead(...given, clock()));

  const held = context.bodies.open(connection.id);
  try {
    const body = await bodyOf(context, form, encoding, request, held);
    const receivedAt = clock();
    requireSender(context, sender, (...given) => authenticate(...given, body, receivedAt));
    const isCsv = form === 'batch' && mediaTypeOf(headers['content-type']) === csv;
    const bodies = await (isCsv ? csvDeliveriesIn(body) : deliveriesIn(body, form, context.limits));
    requireRate(context.rate, connection.id, bodies.length, tooFast);
    return await write(context, { connection, headers, receivedAt, kind }, bodies);
  } finally {
    held.release();
  }
}

interface Received {
  readonly connection: Connection;
  readonly headers: Readonly<Record<string, string>>;
  readonly receivedAt: number;
  readonly kind: DeliveryKind;
}

async function write(
  { deliveryWriter, metrics, clock }: IntakeContext,
  received: Received,
  bodies: readonly Uint8Array[],
): Promise<readonly string[]> {
  const { connection, receivedAt } = received;
  const prepared = await prepareAll(received, bodies);
  const ids = idsOf(await deliveryWriter.accept(prepared, connection.id));
  metrics.ackSeconds.observe(Math.max(0, clock() - receivedAt) / 1000);
  metrics.bytes.inc(
    { connection: connection.id },
    bodies.reduce((sum, { length }) => sum + length, 0),
  );
  return ids;
}

const tooFast = 'Send slower, or ask for a higher rate; nothing was stored.';

function knownConnection({ connection, failures }: IntakeContext, id: string, address: string): Connection {
  const known = connection(id);
  if (known !== null) return known;
  const headers = countFailure(failures, networkOf(address));
  const detail = 'Name a connection of the catalogue in the address.';
  throw new ProblemError('unknown-connection', detail, { field: 'path.connection', headers });
}

function requireRoom({ deliveryWriter }: IntakeContext, { id }: Connection): void {
  const overload = deliveryWriter.overload(id);
  if (overload !== null) throw overloaded();
}

interface Sender {
  readonly connection: Connection;
  readonly request: IncomingMessage;
  readonly address: string;
}

function requireSender(
  { secrets, failures }: IntakeContext,
  { connection: { id, authentication }, request, address }: Sender,
  check: (
    scheme: Connection['authentication'],
    values: readonly string[],
    headers: IncomingMessage['headersDistinct'],
  ) => AuthenticationResult,
): void {
  const known = secrets();
  const names = secretNames(authentication);
  const values = names.flatMap((name) => known.get(name) ?? []);
  if (values.length < names.length) {
    const detail = 'The operator must start intake with the secrets of this connection; send it again then.';
    throw new ProblemError('secret-missing', detail, { headers: retryAfter(60_000) });
  }
  const verdict = check(authentication, values, request.headersDistinct);
  if (verdict === 'ok') return;
  const counted = countFailure(failures, `${networkOf(address)} ${id}`);
  throw new ProblemError('unauthorized', `${capitalized(verdict.reason)}.`, {
    headers: { ...counted, 'www-authenticate': challengeOf(authentication) },
  });
}

/** Yields to the event loop now and then. */
async function prepareAll(
  { connection, headers, receivedAt, kind }: Received,
  bodies: readonly Uint8Array[],
): Promise<PreparedDelivery[]> {
  const prepareOne = deliveryPreparer(connection, headers, receivedAt, kind);
  const prepared: PreparedDelivery[] = [];
  let untilYield = yieldBytes;
  for (const body of bodies) {
    if (untilYield < 0) {
      await setImmediate();
      untilYield = yieldBytes;
    }
    untilYield -= body.length + lineBytes;
    prepared.push(prepareOne(body));
  }
  return prepared;
}

const yieldBytes = 1024 * 1024;
/** What a short delivery takes, in terms of bytes of a long one. */
const lineBytes = 2_000;

function idsOf(written: WriteResult): readonly string[] {
  switch (written.status) {
    case 'accepted':
      return written.ids;
    case 'overloaded':
      throw overloaded();
    case 'unavailable':
      throw new ProblemError(
        'log-unavailable',
        'It may not be stored: send it again, it is counted once however often it arrives.',
        { headers: retryAfter(5_000) },
      );
  }
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
