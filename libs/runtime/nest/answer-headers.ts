import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/**
 * Adds headers to every answer below one of the paths, problems included. Where they cannot be found out (the
 * log is away) the answer goes without them.
 */
export function addAnswerHeaders(
  app: NestFastifyApplication,
  paths: readonly string[],
  headers: () => Promise<Readonly<Record<string, string>>>,
): void {
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', async (request, reply, payload) => {
      if (paths.some((path) => request.url.startsWith(path))) {
        const added = await headers().catch(() => ({}));
        reply.headers(added);
      }
      return payload;
    });
}
