import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging.js';
import { RepeatedLines } from '../repeated-lines.js';
import { requestIdHeader } from './request-id.js';

/**
 * Every answer names its request, and so does its line in the log: at level debug, where it is no success at
 * info, of which there are not too many.
 */
export class RequestLog {
  readonly #logger: Logger;
  readonly #lines = new RepeatedLines(Date.now);

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  listen(fastify: FastifyInstance): void {
    fastify.addHook('onRequest', (request, reply, done) => {
      void reply.header(requestIdHeader, request.id);
      done();
    });
    fastify.addHook('onResponse', (request, reply, done) => {
      done();
      this.answered(request, reply);
    });
  }

  answered({ id: requestId, method, ip: address, routeOptions }: FastifyRequest, reply: FastifyReply): void {
    const { statusCode: status, elapsedTime } = reply;
    const line = () => ({
      requestId,
      method,
      route: routeOptions.url,
      status,
      address,
      ms: Math.round(elapsedTime),
    });
    if (status >= 400) this.#unsuccessful(line);
    else if (this.#logger.isLevelEnabled('debug')) this.#logger.debug(line(), 'answered');
  }

  /** An answer to what is not a whole request, or nothing for us. */
  readonly refused = (requestId: string, status: number): void => {
    this.#unsuccessful(() => ({ requestId, status }));
  };

  #unsuccessful(line: () => object): void {
    if (!this.#logger.isLevelEnabled('info')) return;
    this.#lines.add(
      () => this.#logger.info(line(), 'answered'),
      (left) => this.#logger.info({ left }, 'further answers that are no success'),
    );
  }
}
