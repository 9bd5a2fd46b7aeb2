import type { LoggerService } from '@nestjs/common';
import type { Logger } from '../logging.js';

/**
 * Nest's own messages as records of our log. Those about each route and module at the start have level debug.
 */
export function nestLogger(logger: Logger): LoggerService {
  const write =
    (level: 'debug' | 'warn' | 'error' | 'fatal') =>
    (message: unknown, ...rest: unknown[]) => {
      const context = rest.findLast((word) => typeof word === 'string');
      if (message instanceof Error) logger[level]({ err: message, context });
      else logger[level]({ context }, typeof message === 'string' ? message : JSON.stringify(message));
    };
  return { log: write('debug'), warn: write('warn'), error: write('error'), fatal: write('fatal') };
}
