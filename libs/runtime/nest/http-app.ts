import type { IncomingMessage } from 'node:http';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Access } from '../access/access.js';
import type { Logger } from '../logging.js';
import { problem } from '../problem.js';
import { guard } from './access-hook.js';
import type { HttpCertificate } from '../servers/http-certificate.js';
import { followRenewals, httpServer, requireProperRequests } from './http-server.js';
import { nestLogger } from './logger.js';
import { malformedRequest } from './malformed-request.js';
import { ProblemFilter, sendProblem } from './problem-filter.js';
import { requestIdHeader, requestIdOf } from './request-id.js';
import { RequestLog } from './request-log.js';

export interface HttpAppOptions {
  readonly access: Access;
  /** null: it is asked without TLS. */
  readonly certificate?: HttpCertificate | null;
  /** How often it is looked whether the certificate was renewed. */
  readonly renewalCheckMs?: number;
  /** How long closing waits for answers under way. */
  readonly closeTimeoutMs?: number;
  /** Addresses and networks whose `x-forwarded-for` says who asks. */
  readonly trustedProxies?: readonly string[];
}

/**
 * A Nest application on Fastify, the same for every process: each answer that is not a success is
 * problem+json, whichever layer gives it, and bodies are left unread for the route that reads them
 * (`request.raw`), because only the route knows how much it accepts and from which sender. `request.headers`
 * has no content-type; `request.raw.rawHeaders` has every header as it was sent.
 */
export async function createHttpApp(
  module: DynamicModule,
  logger: Logger,
  { access, certificate = null, renewalCheckMs, closeTimeoutMs = 5_000, trustedProxies = [] }: HttpAppOptions,
): Promise<NestFastifyApplication> {
  const log = new RequestLog(logger);
  const adapter = new FastifyAdapter({
    skipMiddie: true,
    serverFactory: httpServer(log.refused, certificate),
    genReqId: ({ headers }: IncomingMessage) => requestIdOf(headers),
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    // While closing, what is on the wire is still answered in full.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => malformedRequest(error, socket, log.refused),
    frameworkErrors: (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      impossibleAddress(error, request, reply);
      log.answered(request, reply);
    },
  });
  const fastify = adapter.getInstance();
  log.listen(fastify);
  requireProperRequests(fastify);
  guard(fastify, access, logger);
  leaveBodiesUnread(fastify);
  stopReadingAfterAnswers(fastify);
  closeConnectionsWhenClosing(fastify, closeTimeoutMs);
  signalClosing(fastify);
  if (certificate !== null) followRenewals(fastify, certificate, logger, renewalCheckMs);
  const allowed = allowedMethods(fastify);

  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    logger: nestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(logger, allowed));
  return app;
}

/** The answer to an address that the router rejects before it looks for a handler. */
function impossibleAddress(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  void sendProblem(
    reply.header(requestIdHeader, request.id),
    error.code === 'FST_ERR_MAX_PARAM_LENGTH'
      ? problem('uri-too-long', 'Ids have at most 100 characters.')
      : problem('invalid-request', 'The address is not validly percent-encoded.'),
  );
}

/**
 * Fastify refuses bodies whose content type it cannot read; a platform's odd header is no reason to lose a
 * call.
 */
function leaveBodiesUnread(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', (_request, _payload, done) => done(null));
  fastify.addHook('onRequest', (request, _reply, done) => {
    // Not `delete`: that would make every look at the headers after it a slow one.
    request.raw.headers['content-type'] = undefined;
    done();
  });
}

/**
 * What is still to come of a body once its request is answered (too large, not authenticated) is of no use,
 * but a connection closed at once would lose the answer on its way. So a little of it is read and dropped,
 * for a short time; a sender who goes on beyond that is cut off.
 */
function stopReadingAfterAnswers(fastify: FastifyInstance): void {
  fastify.addHook('onSend', ({ raw }, _reply, _payload, done) => {
    done();
    if (raw.complete || raw.destroyed) return;
    let rest = restOfBody.bytes;
    const cutOff = (): void => void raw.socket.destroy();
    const timer = setTimeout(cutOff, restOfBody.ms);
    // Listened to before the answer is out: from then on Node would drop the rest unseen, all of it.
    raw.on('data', (chunk: Buffer) => {
      rest -= chunk.length;
      if (rest < 0) cutOff();
    });
    raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  });
}

const restOfBody = { bytes: 1024 * 1024, ms: 2_000 };

/**
 * When closing begins, Fastify closes idle connections only: it would wait for a connection that is answered
 * later, and for ever for a client that never reads its answer.
 */
function closeConnectionsWhenClosing(fastify: FastifyInstance, closeTimeoutMs: number): void {
  let limit: NodeJS.Timeout | null = null;
  fastify.addHook('preClose', (done) => {
    limit = setTimeout(() => fastify.server.closeAllConnections(), closeTimeoutMs);
    done();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (limit !== null) reply.header('connection', 'close');
    done();
  });
  fastify.addHook('onClose', (_instance, done) => {
    clearTimeout(limit ?? undefined);
    done();
  });
}

const closings = new WeakMap<object, AbortController>();

function signalClosing(fastify: FastifyInstance): void {
  const closing = new AbortController();
  closings.set(fastify.server, closing);
  fastify.addHook('preClose', (done) => {
    closing.abort();
    done();
  });
}

/**
 * Aborted when its server begins to close: an answer without an end has to end then, since closing waits for
 * answers under way.
 */
export function closingOf({ server }: Pick<FastifyRequest, 'server'>): AbortSignal {
  const closing = closings.get(server.server);
  if (closing === undefined) throw new Error('the server is none of createHttpApp');
  return closing.signal;
}

/** The methods of an address, so that a wrong method (405) is not answered as a wrong address (404). */
function allowedMethods(fastify: FastifyInstance): (path: string) => string[] {
  const routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];
  fastify.addHook('onRoute', ({ url, method }) => {
    routes.push({ path: routePattern(url), methods: [method].flat() });
  });
  return (path) => [
    ...new Set(routes.filter((route) => route.path.test(path)).flatMap((route) => route.methods)),
  ];
}

function routePattern(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replace(/:[^/]+/g, '[^/]+');
  return new RegExp(`^${source}$`);
}
