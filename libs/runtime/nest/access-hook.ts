import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Access, decide } from '../access/access.js';
import type { Principal } from '../access/roles.js';
import { sendProblem } from './problem-filter.js';

const principals = new WeakMap<FastifyRequest, Principal>();

/** Who asks; null on routes that are public or authenticate their sender themselves. */
export function principalOf(request: FastifyRequest): Principal | null {
  return principals.get(request) ?? null;
}

/** Before anything of a request but its headers is read: who may ask at all. */
export function guard(fastify: FastifyInstance, access: Access): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (route === undefined) {
      done();
      return;
    }
    const decision = decide(
      {
        method: request.method,
        route,
        params: request.params as Readonly<Record<string, string>>,
        headers: request.headers as Readonly<Record<string, string | undefined>>,
        address: request.ip,
      },
      access,
    );
    if ('problem' in decision) {
      void sendProblem(reply.headers(decision.headers), decision.problem);
      return;
    }
    if (decision.principal !== null) principals.set(request, decision.principal);
    done();
  });
}
