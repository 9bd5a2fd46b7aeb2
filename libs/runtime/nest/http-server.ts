import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { Server as TlsServer } from 'node:tls';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest, FastifyServerFactory } from 'fastify';
import type { Logger } from '../logging.js';
import { type Problem, problem } from '../problem.js';
import type { HttpCertificate } from '../servers/http-certificate.js';
import { refuseExpectation, type RefusedRequest, refuseTunnel } from './malformed-request.js';
import { sendProblem } from './problem-filter.js';

/** Longest time to receive a whole request: what a 16 MiB batch takes at 280 kB/s. */
const requestTimeoutMs = 60_000;
const keepAliveTimeoutMs = 72_000;

/**
 * The server of Node without the answers that it gives by itself, which are none of our form: requests
 * without a Host are left to `requireProperRequests`.
 */
export const httpServer =
  (refused: RefusedRequest, certificate: HttpCertificate | null): FastifyServerFactory =>
  (handler): Server => {
    const options = {
      requireHostHeader: false,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
    };
    const server: Server =
      certificate === null
        ? createServer(options, (request, response) => handler(request, response))
        : createTlsServer(
            { ...options, ...certificate.current, minVersion: 'TLSv1.2' },
            (request, response) => handler(request, response),
          );
    return server
      .on('checkExpectation', (request, response) => refuseExpectation(request, response, refused))
      .on('connect', (request, socket) => refuseTunnel(request, socket, refused));
  };

/** New connections are shown a certificate that was renewed; one that cannot be used is logged, and the one before stays. */
export function followRenewals(
  fastify: FastifyInstance,
  certificate: HttpCertificate,
  logger: Pick<Logger, 'info' | 'warn'>,
  recheckMs = 60_000,
): void {
  const timer = setInterval(() => {
    try {
      const renewed = certificate.renewed();
      if (renewed === null || !(fastify.server instanceof TlsServer)) return;
      fastify.server.setSecureContext({ ...renewed, minVersion: 'TLSv1.2' });
      logger.info('the certificate was renewed');
    } catch (error) {
      const reason = Error.isError(error) ? error.message : String(error);
      logger.warn({ reason }, 'the renewed certificate cannot be used');
    }
  }, recheckMs);
  timer.unref();
  fastify.addHook('onClose', (_instance, done) => {
    clearInterval(timer);
    done();
  });
}

/** Turns away what the parser of Node lets through though HTTP/1.1 has a server refuse it (RFC 9112). */
export function requireProperRequests(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const fault = faultOf(request);
    if (fault === null) done();
    else void sendProblem(reply.header('connection', 'close'), fault);
  });
}

function faultOf({ raw }: FastifyRequest): Problem | null {
  if (raw.httpVersionMajor !== 1) return problem('http-version-not-supported', 'Send HTTP/1.1.');
  const hosts = raw.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.toLowerCase() === 'host',
  ).length;
  if (hosts === 1 || (hosts === 0 && raw.httpVersionMinor === 0)) return null;
  return problem('invalid-request', `Send one header host; there are ${hosts}.`, 'header.host');
}

/** Where it listens; Nest does not know whether the server speaks TLS. */
export async function addressOf(
  app: Pick<NestFastifyApplication, 'getUrl' | 'getHttpServer'>,
): Promise<string> {
  const url = await app.getUrl();
  return app.getHttpServer() instanceof TlsServer ? url.replace(/^http:/, 'https:') : url;
}
