import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging.js';
import { type Problem, problem, ProblemError, problemMediaType } from '../problem.js';
import { unavailableCode } from '../unavailable.js';

/** What an answer gives as `retry-after` where log or store is unavailable, seconds. */
const retryAfterS = 5;

/**
 * Turns everything that is thrown on the way to an answer into a problem. A log or store that is unavailable
 * is a 503; an unexpected error is a 500 and is logged.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly logger: Logger,
    private readonly allowedMethods: (path: string) => string[],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    if (reply.sent || reply.raw.destroyed) return;
    const answer = this.#answerTo(error, request);
    void sendProblem(reply.headers(answer.headers), answer.problem);
  }

  #answerTo(error: unknown, request: FastifyRequest): Answer {
    if (error instanceof ProblemError) return error;
    const unavailable = unavailableCode(error);
    if (unavailable !== null) {
      const reason = Error.isError(error) ? error.message : '';
      this.logger.warn(
        { requestId: request.id, reason, method: request.method, route: request.routeOptions.url },
        unavailable,
      );
      const later = 'The fault is not in the request: send the same again later.';
      const detail = unavailable === 'tally-recounting' ? `${reason}. ${later}` : later;
      const answer = problem(unavailable, detail);
      return { problem: answer, headers: { 'retry-after': String(retryAfterS) } };
    }
    if (isUnreadableEvent(error)) return { problem: problem('event-unreadable', error.message), headers: {} };
    const status = statusOf(error);
    if (status === 404) return this.#noRouteProblem(request);
    if (status >= 400 && status < 500) {
      return { problem: problem('invalid-request', 'Check the request against /docs.'), headers: {} };
    }
    this.logger.error(
      { requestId: request.id, err: error, method: request.method, route: request.routeOptions.url },
      'request failed',
    );
    const detail =
      'The fault is not in the request: try again later, and report it to the operator if it persists.';
    return { problem: problem('internal-error', detail), headers: {} };
  }

  #noRouteProblem(request: FastifyRequest): Answer {
    const methods = this.allowedMethods(pathOf(request.url));
    if (methods.length === 0 || methods.includes(request.method)) {
      return { problem: problem('not-found', 'See /docs for the addresses.'), headers: {} };
    }
    const allow = methods.join(', ');
    return { problem: problem('method-not-allowed', `Use ${allow}.`), headers: { allow } };
  }
}

export function sendProblem(reply: FastifyReply, answer: Problem): FastifyReply {
  return reply.code(answer.status).type(problemMediaType).send(JSON.stringify(answer));
}

interface Answer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** By code, because this library does not import those that throw it. */
function isUnreadableEvent(error: unknown): error is Error {
  return Error.isError(error) && 'code' in error && error.code === 'event-unreadable';
}

function statusOf(error: unknown): number {
  return error instanceof HttpException ? error.getStatus() : 500;
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
