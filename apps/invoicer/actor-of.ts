import type { FastifyRequest } from 'fastify';
import { principalOf } from '#runtime/nest/access-hook.js';
import type { Actor } from '#wire/period-acts.js';

/** Who sent a request, for the record of an act. */
export function actorOf(request: Pick<FastifyRequest, 'raw' | 'ip'>): Actor {
  const { name, role } = principalOf(request);
  return { name, via: 'http', address: request.ip, role };
}
