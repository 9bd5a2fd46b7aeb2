import { ProblemError } from '#runtime/problem.js';
import { type RateLimit, retryAfter } from '#runtime/rate-limit.js';

// Answers that ask the sender to repeat the request later.

export function overloaded(
  detail = 'Wait and send the same again; nothing was stored.',
  waitMs = 1_000,
): ProblemError {
  return new ProblemError('overloaded', detail, { headers: retryAfter(waitMs) });
}

/** Takes tokens of a key, or throws the problem that says how long to wait. */
export function requireRate(rate: RateLimit, key: string, tokens: number, advice: string): void {
  const waitMs = rate.take(key, tokens);
  if (waitMs === 0) return;
  throw new ProblemError('too-many-requests', advice, { headers: retryAfter(waitMs) });
}
