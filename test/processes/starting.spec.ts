import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { simulate } from '#apps/cli/demo/simulate.js';
import { until } from '#log/log.harness.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
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
  const fatal = started.logged.find(({ level }) => level === 'fatal');
  expect(fatal).not.toHaveProperty('err');
  return fatal?.msg ?? '';
}

/** What `tallyline keys` prints. */
async function command(
  keys: string,
  ...args: readonly string[]
): Promise<{ secret?: string; id?: string }[]> {
  const started = new AppProcess('cli', { TALLYLINE_KEYS: keys }, { args: ['keys', ...args, '--json'] });
  running.push(started);
  expect(await started.ended).toBe(0);
  return started.logged as { secret?: string; id?: string }[];
}

describe('A process with keys', () => {
  it('listens to a network, and shows figures to the holder of a key that the command line has made', async () => {
    const keys = join(directory, 'keys.json');
    const [made] = await command(keys, 'create', '--name', 'Ada', '--role', 'finance');
    const secret = made?.secret ?? '';
    const app = start('standalone', { TALLYLINE_HOST: '0.0.0.0', TALLYLINE_KEYS: keys });
    const { port } = new URL(await app.ready());
    const ask = async (headers: Record<string, string>) => {
      const url = `http://127.0.0.1:${port}/v1/programmes/aurore/kpis?from=2026-03-01`;
      return (await fetch(url, { headers })).status;
    };
    expect(await ask({})).toBe(401);
    expect(await ask({ authorization: `Bearer ${secret}` })).toBe(200);
    await command(keys, 'revoke', made?.id ?? '');
    await until(
      'the key is turned away',
      async () => (await ask({ authorization: `Bearer ${secret}` })) === 401,
    );
  });
});

describe('A process that is sent SIGHUP', () => {
  it('puts the changed files in force, and with faulty ones goes on under what was in force', async () => {
    const files = join(directory, 'catalogue');
    cpSync(catalogue, files, { recursive: true });
    const app = start('standalone', { TALLYLINE_CATALOGUE: files });
    const url = await app.ready();
    const inForce = async () =>
      (
        (await (await fetch(`${url}/v1/catalogue`)).json()) as {
          inForce: { number: number; reason: string | null };
        }
      ).inForce;
    expect((await inForce()).number).toBe(1);
    const programmes = join(files, 'programmes.yaml');
    const before = readFileSync(programmes, 'utf8');
    writeFileSync(programmes, 'programmes: [');
    app.child.kill('SIGHUP');
    await until('the faults are said', async () =>
      app.logged.some(({ level, msg }) => level === 'error' && msg.includes('programmes.yaml')),
    );
    expect((await inForce()).number).toBe(1);
    writeFileSync(programmes, before.replace('name: orders', 'name: sales'));
    app.child.kill('SIGHUP');
    await until('the files are in force', async () => (await inForce()).number === 2);
    expect((await inForce()).reason).toBe('SIGHUP');
  });
});

describe('A process that cannot start', () => {
  it.each(['intake', 'normalizer', 'meter', 'tally', 'invoicer'] as const)(
    'is %s without Kafka and Redis, which says so and what works without them',
    async (app) => {
      expect(await refusal(start(app))).toMatch(/set TALLYLINE_KAFKA and TALLYLINE_REDIS.*`npm start`/);
    },
  );

  it('reports all faults of its settings', async () => {
    const message = await refusal(start('standalone', { TALLYLINE_PORT: 'http', TALLYLINE_PARTITIONS: '0' }));
    expect(message).toMatch(/TALLYLINE_PORT=http: /);
    expect(message).toMatch(/TALLYLINE_PARTITIONS=0: /);
  });

  it('would show figures to a network without keys', async () => {
    const message = await refusal(start('standalone', { TALLYLINE_HOST: '0.0.0.0' }));
    expect(message).toMatch(
      /TALLYLINE_HOST=0\.0\.0\.0 would show figures to everybody.*tallyline keys create/,
    );
    const named = join(directory, 'keys.json');
    expect(await refusal(start('standalone', { TALLYLINE_KEYS: named }))).toMatch(
      /TALLYLINE_KEYS: .* does not exist/,
    );
  });

  it('reports all faults of its catalogue', async () => {
    const nowhere = join(directory, 'nowhere');
    const message = await refusal(start('standalone', { TALLYLINE_CATALOGUE: nowhere }));
    expect(message).toContain(`the catalogue has 1 fault(s):\n  ${nowhere}: cannot be read`);
  });

  it.each([
    ['log', 'log.db'],
    ['store', 'store.db'],
  ])('says in one line that its %s cannot be used, and which file it is', async (_, file) => {
    const data = join(directory, 'data');
    mkdirSync(data);
    writeFileSync(join(data, file), 'not a database, and long enough to be read as one'.repeat(100));
    const message = await refusal(start('standalone'));
    expect(message).toContain(file);
    expect(message).not.toContain('\n');
  });

  it('says that its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const message = await refusal(start('standalone', { TALLYLINE_PORT: port }));
    other.close();
    expect(message).toContain(`cannot listen on 127.0.0.1:${port} (EADDRINUSE): set TALLYLINE_PORT`);
  });

  it('says that another process has its data', async () => {
    const first = start('standalone');
    await first.ready();
    expect(await refusal(start('standalone'))).toContain(`by process ${first.child.pid}`);
    expect((await first.get('/health/ready')).status).toBe(200);
  });
});

describe('Standalone', () => {
  it('accepts a delivery, has metrics, and shuts down in order at a signal', async () => {
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
    expect(process.logged.map(({ msg }) => msg).slice(-2)).toEqual(['shutting down', 'down']);
    expect(process.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('counts again what its store has lost, though no further record comes', async () => {
    const process = start('standalone');
    const { body } = recordedDeliveries(simulate(11, '2026-03', 'Europe/Paris')).find(
      ({ connection }) => connection === 'demo-axialys',
    )!;
    const { rows } = JSON.parse(body) as { rows: readonly object[] };
    expect((await process.post('/v1/deliveries/demo-axialys', body)).status).toBe(202);
    const path = '/v1/programmes/aurore/kpis?from=2026-03-01&to=2026-03-31';
    const offered = async () => ((await (await process.get(path)).json()) as { offered: number }).offered;
    await until('the delivery is counted', async () => (await offered()) === rows.length);

    const store = new SqliteStore({ directory: join(directory, 'data') });
    for (const keyspace of await store.keyspaces()) {
      if (keyspace.startsWith('tally')) await store.drop(keyspace);
    }
    await store.close();
    expect(await offered()).toBe(0);
    await until('the delivery is counted again', async () => (await offered()) === rows.length, 30_000);
  }, 60_000);

  it('ends at once at a second signal', async () => {
    const process = start('standalone', { TALLYLINE_DRAIN_MS: '10000' });
    await process.ready();
    process.child.kill('SIGINT');
    await process.says('shutting down');
    expect((await process.get('/health/ready')).status).toBe(503);
    // The first signal may come twice, from a terminal and from npm: only a later one counts as the second.
    const repeated = setInterval(() => process.child.kill('SIGTERM'), 50);
    expect(await process.ended).toBe(1);
    clearInterval(repeated);
    expect(process.logged.at(-1)?.msg).toBe('second signal: ending at once');
  });
});
