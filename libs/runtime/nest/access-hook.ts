import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Access, type Decision, decide } from '../access/access.js';
import type { Principal } from '../access/roles.js';
import type { Logger } from '../logging.js';
import { sendProblem } from './problem-filter.js';

/**
 * Before anything of a request but its headers is read: who may ask at all. Who is let in to change something
 * is logged.
 */
export function guard(fastify: FastifyInstance, access: Access, logger: Logger): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (route === undefined) {
      done();
      return;
    }
    const go = (decision: Decision): void => {
      if ('problem' in decision) {
        void sendProblem(reply.headers(decision.headers), decision.problem);
        return;
      }
      if (decision.principal !== null) logAct(request, decision.principal, logger);
      done();
    };
    const decided = decide(
      {
        method: request.method,
        route,
        params: request.params as Readonly<Record<string, string>>,
        headers: request.headers as Readonly<Record<string, string | undefined>>,
        address: request.ip,
      },
      access,
    );
    if (decided instanceof Promise) decided.then(go, done);
    else go(decided);
  });
}

function logAct({ method, url, ip }: FastifyRequest, { name, role }: Principal, logger: Logger): void {
  if (method === 'GET' || method === 'HEAD') return;
  logger.info({ actor: name, role, address: ip, method, url }, 'act');
}
