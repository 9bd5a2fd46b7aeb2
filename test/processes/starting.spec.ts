import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppName, AppProcess, type Settings } from '#test/processes/app-process.js';

const catalogue = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
let directory: string;
let settings: Settings;
const running: AppProcess[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-process-'));
  settings = { TALLYLINE_DATA: join(directory, 'data'), TALLYLINE_CATALOGUE: catalogue };
});
afterEach(async () => {
  for (const each of running.splice(0)) {
    each.child.kill('SIGKILL');
    await each.ended;
  }
  rmSync(directory, { recursive: true, force: true });
});

function start(app: AppName, more: Settings = {}): AppProcess {
  const started = new AppProcess(app, { ...settings, ...more });
  running.push(started);
  return started;
}

async function refusal(started: AppProcess): Promise<string> {
  expect(await started.ended).toBe(1);
  const fatal = started.told.find(({ level }) => level === 'fatal');
  expect(fatal).not.toHaveProperty('err');
  return fatal?.msg ?? '';
}

describe('A process that cannot start', () => {
  it.each(['intake', 'normalizer', 'meter', 'tally', 'invoicer'] as const)(
    '%s says that it needs Kafka and Redis, and what works without',
    async (app) => {
      expect(await refusal(start(app))).toMatch(/set TALLYLINE_KAFKA and TALLYLINE_REDIS.*`npm start`/);
    },
  );

  it('tells all faults of its settings', async () => {
    const told = await refusal(start('standalone', { TALLYLINE_PORT: 'http', TALLYLINE_PARTITIONS: '0' }));
    expect(told).toMatch(/TALLYLINE_PORT=http: /);
    expect(told).toMatch(/TALLYLINE_PARTITIONS=0: /);
  });

  it('tells all faults of the catalogue that it was given', async () => {
    const nowhere = join(directory, 'nowhere');
    const told = await refusal(start('standalone', { TALLYLINE_CATALOGUE: nowhere }));
    expect(told).toContain(`the catalogue has 1 fault(s):\n  ${nowhere}: cannot be read`);
  });

  it('says that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const told = await refusal(start('standalone', { TALLYLINE_PORT: port }));
    other.close();
    expect(told).toContain(`cannot listen on 127.0.0.1:${port} (EADDRINUSE): set TALLYLINE_PORT`);
  });

  it('says that another process has its data', async () => {
    const first = start('standalone');
    await first.ready();
    expect(await refusal(start('standalone'))).toContain(`by process ${first.child.pid}`);
    expect((await first.get('/health/ready')).status).toBe(200);
  });
});

describe('Standalone', () => {
  it('takes a delivery in, tells of it live, and ends in order at a signal', async () => {
    const process = start('standalone');
    const row = {
      id_appel: 1,
      date: '2026-03-02T10:00:00+01:00',
      group_name: 'x',
      first_group_name: 'x',
      id_op: 1,
    };
    const body = { source: 'axialys.vm', kind: 'call_rows', polledAt: '2026-03-02T10:05:04Z', rows: [row] };
    const answer = await process.post('/v1/deliveries/demo-axialys', JSON.stringify(body));
    expect(answer.status).toBe(202);
    expect((await process.get('/docs/openapi.json')).status).toBe(200);
    expect(await process.metrics('topic_partitions')).toHaveLength(3);
    const lags = await process.metrics('lag_records');
    expect(new Set(lags.map(({ labels }) => labels['topic']))).toEqual(
      new Set(['telephony.raw', 'telephony.facts', 'journal.postings']),
    );
    expect(await process.terminate()).toBe(0);
    expect(process.told.map(({ msg }) => msg).slice(-2)).toEqual(['shutting down', 'down']);
    expect(process.told.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('ends at once at a second signal', async () => {
    const process = start('standalone', { TALLYLINE_DRAIN_MS: '10000' });
    await process.ready();
    process.child.kill('SIGINT');
    await process.says('shutting down');
    expect((await process.get('/health/ready')).status).toBe(503);
    // The first may be told twice, by a terminal and by npm: it takes one that comes later.
    const impatient = setInterval(() => process.child.kill('SIGTERM'), 50);
    expect(await process.ended).toBe(1);
    clearInterval(impatient);
    expect(process.told.at(-1)?.msg).toBe('second signal: ending at once');
  });
});
