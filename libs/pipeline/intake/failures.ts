import type { Authentication } from '#catalogue/catalogue.js';
import type { FailureLimit } from '#runtime/access/failure-limit.js';
import { ProblemError } from '#runtime/problem.js';
import { rateHeaders, retryAfter } from '#runtime/rate-limit.js';

/**
 * Counts a request whose connection or credentials are wrong, and returns the headers that say how many more
 * there may be. Beyond that it is answered with 429. What is valid is taken all the same: who shares an
 * address with a sender cannot silence it.
 */
export function countFailure(failures: FailureLimit, who: string): Record<string, string> {
  const isBlocked = failures.isBlocked(who);
  if (!isBlocked) failures.failed(who);
  const state = failures.stateOf(who);
  const headers = rateHeaders('failures', state);
  if (!isBlocked) return headers;
  const detail = 'Too many requests without valid credentials came from this address: mend the sender.';
  throw new ProblemError('too-many-requests', detail, {
    headers: { ...headers, ...retryAfter(state.resetS * 1_000) },
  });
}

/** Value of `www-authenticate`: how a sender of the connection says who it is. */
export function challengeOf(authentication: Authentication): string {
  switch (authentication.scheme) {
    case 'basic':
      return 'Basic realm="tallyline", charset="UTF-8"';
    case 'header':
      return `Token realm="tallyline", header="${authentication.header.toLowerCase()}"`;
    case 'hmac':
      return 'Signature realm="tallyline", headers="webhook-id webhook-timestamp webhook-signature"';
    case 'none':
      return 'None realm="tallyline"';
  }
}
