import type { FastifyRequest } from 'fastify';
import { principalOf } from '#runtime/nest/access-hook.js';
import type { Actor } from '#wire/period-acts.js';

/** Who sent a request, for the record of an act. */
export function actorOf(request: Pick<FastifyRequest, 'raw' | 'ip'>): Actor {
  return { name: principalOf(request).name, via: 'http', address: request.ip };
}
