import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logging.js';
import { addressOf } from './http-server.js';

/**
 * Serves the files of the console at `/console/`. Its addresses are states of one page, so what is no file of
 * it is that page. `directory`: as the build makes it; where there is none, there is no console.
 */
export function serveConsole(app: NestFastifyApplication, directory: string, logger: Logger): void {
  const index = join(directory, 'index.html');
  if (!existsSync(index)) return;
  const page = readFileSync(index);
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.url.startsWith('/console')) reply.headers(pageHeaders);
    done();
  });
  void fastify.register(fastifyStatic, {
    root: directory,
    prefix: '/console/',
    wildcard: false,
    index: false,
    preCompressed: true,
    globIgnore: ['**/*.gz'],
    cacheControl: false,
    decorateReply: false,
  });
  fastify.addHook('onListen', async () => {
    logger.info({ url: `${await addressOf(app)}/console/` }, 'console');
  });
  fastify.get('/console', (_request: FastifyRequest, reply: FastifyReply) => reply.redirect('/console/'));
  fastify.get('/console/*', (_request: FastifyRequest, reply: FastifyReply) =>
    reply.type('text/html; charset=utf-8').send(page),
  );
}

/** Nothing of another host, nothing inline; styles that scripts set on elements (uPlot) are none of it. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};
