import { describe, expect, it } from '@jest/globals';
import { createLogger, type LogOptions } from './logging.js';

function written(options: Partial<LogOptions>): { lines: string[]; logger: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger({ app: 'spec', level: 'info', form: 'json', stream, ...options }) };
}

describe('logs', () => {
  it('are one JSON object a line, with level in words and an ISO time', () => {
    const { lines, logger } = written({});
    logger.info({ delivery: 'abc', partition: 3 }, 'accepted');
    const record: unknown = JSON.parse(lines[0] ?? '');
    expect(record).toMatchObject({
      level: 'info',
      app: 'spec',
      delivery: 'abc',
      partition: 3,
      msg: 'accepted',
    });
    expect(record).toHaveProperty('time', expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/));
  });

  it('never hold bodies, credentials or customers, even where a caller passes them', () => {
    const { lines, logger } = written({});
    const secret = '+33612345678';
    logger.info({ body: secret, headers: { authorization: secret }, customer: secret, ani: secret }, 'oops');
    logger.info({
      request: { headers: secret, body: secret, token: secret },
      delivery: { customer: secret },
    });
    expect(lines).toHaveLength(2);
    expect(lines.join('')).not.toContain(secret);
    expect(lines.join('')).toContain('[redacted]');
  });

  it('are readable lines at a terminal, with the stack of an error', () => {
    const { lines, logger } = written({ form: 'lines' });
    logger.warn({ connection: 'bank', records: 2 }, 'queue is full');
    logger.error({ err: new Error('no disk') }, 'append failed');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d warn  queue is full connection=bank records=2\n$/);
    expect(lines[1]).toContain('append failed\nError: no disk\n    at ');
  });

  it('are silent below their level', () => {
    const { lines, logger } = written({ level: 'warn' });
    logger.info('below the level');
    logger.warn('at the level');
    expect(lines).toHaveLength(1);
  });
});
