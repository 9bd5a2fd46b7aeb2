import { isDeepStrictEqual } from 'node:util';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Access, type Decision, decide, local } from '../access/access.js';
import { ruleOf } from '../access/access-rules.js';
import { networkOf } from '../access/network.js';
import type { Principal } from '../access/roles.js';
import type { Logger } from '../logging.js';
import { problem } from '../problem.js';
import { rateHeaders, retryAfter } from '../rate-limit.js';
import { sendProblem } from './problem-filter.js';

/**
 * Before anything of a request but its headers is read: who may ask at all, and how often. Who is let in to
 * change something is logged.
 */
export function guard(fastify: FastifyInstance, access: Access, logger: Logger): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const route = request.routeOptions.url;
    if (route === undefined) {
      if (mayAsk(access, `address ${networkOf(request.ip)}`, reply)) done();
      return;
    }
    const go = (decision: Decision): void => {
      const principal = 'problem' in decision ? null : decision.principal;
      // What senders deliver is counted by connection once they are known.
      const isCounted = 'problem' in decision || ruleOf(request.method, route)?.access !== 'connection';
      if (isCounted && !mayAsk(access, askerOf(request, principal), reply)) return;
      if ('problem' in decision) {
        void sendProblem(reply.headers(decision.headers), decision.problem);
        return;
      }
      if (principal !== null) {
        const isLetIn = async () => isDeepStrictEqual(await decide(asked, access), decision);
        guarded.set(request.raw, { principal, asker: askerOf(request, principal), isLetIn });
        logAct(request, principal, logger);
      }
      done();
    };
    const asked = {
      method: request.method,
      route,
      params: request.params as Readonly<Record<string, string>>,
      headers: request.headers as Readonly<Record<string, string | undefined>>,
      address: request.ip,
    };
    const decided = decide(asked, access);
    if (decided instanceof Promise) decided.then(go, done);
    else go(decided);
  });
}

export interface Guarded {
  readonly principal: Principal;
  /** Whose requests are counted together. */
  readonly asker: string;
  /** Whether the same request would be let in now, as the same principal: keys expire and are revoked. */
  readonly isLetIn: () => Promise<boolean>;
}

const guarded = new WeakMap<FastifyRequest['raw'], Guarded>();

/** What the guard has found out of who asks; throws on a route that any sender may use. */
export function guardedRequest({ raw }: Pick<FastifyRequest, 'raw'>): Guarded {
  const found = guarded.get(raw);
  if (found === undefined) throw new Error('the guard lets this route through without a principal');
  return found;
}

export function principalOf(request: Pick<FastifyRequest, 'raw'>): Principal {
  return guardedRequest(request).principal;
}

/** Counts a request. False: there were too many, and that is answered. */
function mayAsk({ requests }: Access, asker: string, reply: FastifyReply): boolean {
  const waitMs = requests.take(asker, 1);
  void reply.headers(rateHeaders('requests', requests.stateOf(asker)));
  if (waitMs === 0) return true;
  const answer = problem('too-many-requests', 'Ask less often; the headers say how often you may.');
  void sendProblem(reply.headers(retryAfter(waitMs)), answer);
  return false;
}

/** Whose requests are counted together: those of a holder of a key or token, else those of an address. */
function askerOf({ ip }: FastifyRequest, principal: Principal | null): string {
  return principal === null || principal === local ? `address ${networkOf(ip)}` : `holder ${principal.name}`;
}

function logAct({ id, method, url, ip }: FastifyRequest, { name, role }: Principal, logger: Logger): void {
  if (method === 'GET' || method === 'HEAD') return;
  logger.info({ requestId: id, actor: name, role, address: ip, method, url }, 'act');
}
