import type { FastifyRequest } from 'fastify';
import { principalOf } from './access-hook.js';

/** Who sent a request, for the record of an act. */
export function actorOf(request: Pick<FastifyRequest, 'raw' | 'ip'>) {
  const { name, role } = principalOf(request);
  return { name, via: 'http', address: request.ip, role } as const;
}
