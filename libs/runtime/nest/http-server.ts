import { createServer, type Server } from 'node:http';
import type { FastifyInstance, FastifyRequest, FastifyServerFactory } from 'fastify';
import { type Problem, problem } from '../problem.js';
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
  (refused: RefusedRequest): FastifyServerFactory =>
  (handler): Server =>
    createServer(
      { requireHostHeader: false, requestTimeout: requestTimeoutMs, keepAliveTimeout: keepAliveTimeoutMs },
      (request, response) => handler(request, response),
    )
      .on('checkExpectation', (request, response) => refuseExpectation(request, response, refused))
      .on('connect', (request, socket) => refuseTunnel(request, socket, refused));

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
