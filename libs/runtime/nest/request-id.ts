import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Header that a sender may give, and that every answer has. */
export const requestIdHeader = 'x-request-id';

/**
 * The id of a request in answers and logs: the sender's own, the trace that it belongs to (W3C Trace
 * Context), or a new one. What could forge a line of a log is not taken.
 */
export function requestIdOf(headers: IncomingHttpHeaders): string {
  const own = headers[requestIdHeader];
  if (typeof own === 'string' && sane.test(own)) return own;
  const parent = headers['traceparent'];
  const trace = typeof parent === 'string' ? traceparent.exec(parent)?.[1] : undefined;
  return trace === undefined || trace === noTrace ? randomUUID() : trace;
}

const sane = /^[A-Za-z0-9][A-Za-z0-9._:/+=@-]{0,127}$/;
const traceparent = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/;
const noTrace = '0'.repeat(32);
