import { afterEach, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { AckState } from '../health.js';
import { createLogger } from '../logging.js';
import type { HealthSources } from '../health.js';
import { HealthModule } from './health.module.js';
import { noKeys } from '../access/access.fixture.js';
import { createHttpApp } from './http-app.js';

const now = 1_700_000_000_000;
const logger = createLogger({ app: 'spec', level: 'silent', form: 'json', stream: process.stderr });
const sources: HealthSources = {
  stages: () => [],
  acks: null,
  loopDelayMs: () => 3,
  shuttingDown: () => false,
  clock: () => now,
};

let app: NestFastifyApplication;
afterEach(() => app.close());

async function ask(path: string, given: Partial<HealthSources>): Promise<[number, unknown]> {
  app = await createHttpApp(HealthModule.register({ ...sources, ...given }), logger, { access: noKeys });
  await app.listen(0, '127.0.0.1');
  const response = await fetch(`${await app.getUrl()}/health/${path}`);
  return [response.status, await response.json()];
}

function acks(state: Partial<AckState>, probe: () => Promise<unknown> = async () => undefined) {
  return { acks: { state: () => ({ ackedAt: null, failedAt: null, oldestAgeMs: 0, ...state }), probe } };
}

describe('readiness', () => {
  it('is up for a process that appends nothing and holds no partition', async () => {
    expect(await ask('ready', {})).toMatchObject([200, { status: 'ok' }]);
  });

  it('is down while the log does not acknowledge', async () => {
    expect(await ask('ready', acks({ failedAt: now - 1 }))).toMatchObject([
      503,
      { error: { log: { status: 'down', reasons: ['the log does not acknowledge'] } } },
    ]);
  });

  it('is up again without traffic once the log answers', async () => {
    expect(await ask('ready', acks({ failedAt: now - 10_000 }))).toMatchObject([200, { info: { log: {} } }]);
  });

  it('stays down while the log cannot be reached', async () => {
    const unreachable = () => Promise.reject(new Error('no broker'));
    expect(await ask('ready', acks({ failedAt: now - 10_000 }, unreachable))).toMatchObject([
      503,
      { error: { log: { reasons: ['the log cannot be reached'] } } },
    ]);
  });
});

describe('liveness', () => {
  it('stays up when the log is lost', async () => {
    expect(await ask('live', acks({ failedAt: now - 1 }))).toMatchObject([200, { status: 'ok' }]);
  });

  it('is down when the event loop is blocked', async () => {
    expect(await ask('live', { loopDelayMs: () => 5_000 })).toMatchObject([
      503,
      { error: { process: { reasons: ['the event loop is 5000 ms late'] } } },
    ]);
  });
});
