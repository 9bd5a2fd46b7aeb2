import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Logger } from '#runtime/logging.js';
import { ProblemError } from '#runtime/problem.js';
import type { DeliveryRequest, IntakeContext } from '#pipeline/intake/intake-context.js';
import { rateHeaders } from '#runtime/rate-limit.js';
import { receive } from '#pipeline/intake/receive.js';

export const intakeContextToken = Symbol('context of intake');
export const intakeLoggerToken = Symbol('logger of intake');

const deliveryId = z.string().describe('The same connection and the same bytes always give the same id.');
export const acceptedSchema = z.object({
  id: deliveryId,
  refused: z.string().describe('Where to look, a little later, whether anything of it is refused, and why.'),
});
export const acceptedBatchSchema = z.object({
  accepted: z.int().describe('Number of deliveries.'),
  ids: z.array(deliveryId).describe('In the order of the lines; blank lines have none.'),
  refused: z
    .string()
    .describe(
      'Where to look, a little later, whether anything of a delivery is refused: put its id for `{id}`.',
    ),
});

export function accepted(ids: readonly string[]): z.infer<typeof acceptedSchema> {
  const [id = ''] = ids;
  return { id, refused: `/v1/refused?delivery=${encodeURIComponent(id)}` };
}

export function acceptedBatch(ids: readonly string[]): z.infer<typeof acceptedBatchSchema> {
  return { accepted: ids.length, ids: [...ids], refused: '/v1/refused?delivery={id}' };
}

/** Texts of the documentation that every endpoint has. */
export const credentials =
  'Authenticate as the catalogue says for the connection: a token header, HTTP Basic, or a signature as in Standard ' +
  'Webhooks (over the body before any gzip). ';
export const once =
  'Repeat whatever is not answered with 202: what is stored twice has one id and counts once.';

const anyDelivery = [
  'unauthorized',
  'unknown-connection',
  'request-timeout',
  'body-too-large',
  'too-many-requests',
  'overloaded',
  'secret-missing',
  'log-unavailable',
] as const;

/** Problems of the documentation, by what an endpoint takes: any body, one content type, or lines of it. */
export const singleProblems = [
  'empty-body',
  'invalid-encoding',
  ...anyDelivery,
  'unsupported-encoding',
] as const;
export const typedProblems = [
  'empty-body',
  'invalid-encoding',
  ...anyDelivery,
  'unsupported-media-type',
  'unsupported-encoding',
] as const;
export const batchProblems = [
  'empty-body',
  'invalid-batch',
  'too-many-lines',
  'invalid-encoding',
  ...anyDelivery,
  'unsupported-media-type',
  'unsupported-encoding',
] as const;

/** Receives, counts and logs: ids, never bodies. */
export async function answer(
  context: IntakeContext,
  logger: Logger,
  expected: DeliveryRequest,
  connectionId: string,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<readonly string[]> {
  const { metrics, rate } = context;
  const { id: requestId } = request;
  const connection = context.connection(connectionId)?.id ?? 'unknown';
  try {
    const ids = await receive(context, expected, connectionId, request.raw, request.ip);
    metrics.deliveries.inc({ connection, answer: '202' }, ids.length);
    logger.debug(
      { requestId, connection, kind: expected.kind, deliveries: ids.length, delivery: ids[0] },
      'accepted',
    );
    return ids;
  } catch (error) {
    const status = error instanceof ProblemError ? error.problem.status : 500;
    metrics.deliveries.inc({ connection, answer: String(status) });
    if (error instanceof ProblemError) {
      const problem = error.problem.type;
      logger[status === 503 ? 'warn' : 'info'](
        { requestId, connection, kind: expected.kind, problem },
        'rejected',
      );
    }
    throw error;
  } finally {
    if (connection !== 'unknown') void reply.headers(rateHeaders('deliveries', rate.stateOf(connection)));
  }
}
