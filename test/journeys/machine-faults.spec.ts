import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, it } from '@jest/globals';
import { cli } from './cli.js';

const root = join(import.meta.dirname, '../..');
const directory = mkdtempSync(join(tmpdir(), 'tallyline-machine-'));
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
  rmSync(directory, { recursive: true, force: true });
});

const file = join(directory, 'file');
writeFileSync(file, '');
const belowFile = join(file, 'data');
const delivery = readFileSync('examples/deliveries/axialys.json', 'utf8');
const deliveries = join(directory, 'deliveries.ndjson');
writeFileSync(
  deliveries,
  `${JSON.stringify({ connection: 'demo-axialys', receivedAt: '2026-03-02T10:00:00Z', headers: {}, body: delivery })}\n`,
);
const catalogue = ['--catalogue', 'apps/cli/demo/catalogue'];

/** A program of ours in a shell, which limits it or leads its output elsewhere. */
function inShell(app: string, line: (program: string) => string, data: string) {
  const program = `'${process.execPath}' --no-function-context-cells --disable-warning=ExperimentalWarning '${join(root, `dist/apps/${app}/main.js`)}'`;
  const outside = Object.entries(process.env).filter(([name]) => !name.startsWith('TALLYLINE_'));
  const settings = {
    TALLYLINE_DATA: data,
    TALLYLINE_PORT: '0',
    TALLYLINE_CATALOGUE: 'apps/cli/demo/catalogue',
  };
  const child = spawn('sh', ['-c', line(program)], {
    cwd: root,
    env: { ...Object.fromEntries(outside), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return { child, stderr: () => stderr };
}

/** Where a server listens, by its log. */
async function addressOf(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('it has no output');
  const lines = createInterface(child.stdout);
  for await (const line of lines) {
    const { msg, url } = JSON.parse(line) as { readonly msg: string; readonly url?: string };
    if (msg === 'ready' && url !== undefined) return url;
  }
  throw new Error('it ended before it was ready');
}

describe('A directory that cannot be one', () => {
  it.each([
    ['keys', ['create', '--name', 'Ada', '--role', 'operator', '--data', belowFile]],
    ['replay', [deliveries, ...catalogue, '--data', belowFile]],
  ])('is named in one line, with an exit code of its own: %s', async (command, args) => {
    expect(await cli(command, ...args)).toEqual({
      code: 17,
      stdout: '',
      stderr: `tallyline: ${belowFile}: a part of the path is no directory (ENOTDIR)\n`,
    });
  });

  it('keeps a server from starting, in one line', async () => {
    const { child } = inShell('standalone', (program) => `exec ${program}`, belowFile);
    const lines: { readonly level: string; readonly msg: string; readonly code?: string }[] = [];
    createInterface(child.stdout).on('line', (line) =>
      lines.push(JSON.parse(line) as (typeof lines)[number]),
    );
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    const [fatal, ...more] = lines.filter(({ level }) => level === 'fatal' || level === 'error');
    expect(fatal).toMatchObject({
      code: 'system-fault',
      msg: `cannot start: ${belowFile}: a part of the path is no directory (ENOTDIR)`,
    });
    expect(fatal).not.toHaveProperty('err');
    expect(more).toEqual([]);
  });
});

describe('A log that is another one than before', () => {
  it('ends a command with what to do, and no stack', async () => {
    const data = join(directory, 'replaced');
    expect((await cli('replay', deliveries, ...catalogue, '--data', data)).code).toBe(0);
    for (const name of ['log.db', 'log.db-wal', 'log.db-shm']) rmSync(join(data, name), { force: true });
    const { code, stderr } = await cli('replay', deliveries, ...catalogue, '--data', data);
    expect(code).toBe(22);
    expect(stderr).toMatch(/^tallyline: .*another log.*drop the state.*\n$/);
  });
});

describe('Output that cannot be written', () => {
  it('ends a command with one line and no stack', async () => {
    const args = `contracts check apps/cli/demo/catalogue > /dev/full; echo "code $?" >&2`;
    const { child, stderr } = inShell('cli', (program) => `${program} ${args}`, directory);
    await once(child, 'close');
    expect(stderr()).toBe('tallyline: no space left: make room (ENOSPC)\ncode 17\n');
  });

  it('ends a command in peace where its reader has seen enough', async () => {
    const args = `contracts check apps/cli/demo/catalogue; echo "code $?" >&2`;
    const { child, stderr } = inShell('cli', (program) => `(${program} ${args}) | head -c 1`, directory);
    await once(child, 'close');
    expect(stderr()).toBe('code 0\n');
  });

  it('stops no server whose log is read no more: it says so once and goes on', async () => {
    const data = join(directory, 'unread');
    const { child, stderr } = inShell('standalone', (program) => `exec ${program}`, data);
    const url = await addressOf(child);
    child.stdout.destroy();
    for (let count = 0; count < 3; count++) {
      expect((await fetch(`${url}/nothing`)).status).toBe(404);
    }
    const path = '/v1/deliveries/demo-axialys';
    expect((await fetch(url + path, { method: 'POST', body: delivery })).status).toBe(202);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'close')) as [number];
    expect([code, stderr()]).toEqual([
      0,
      'tallyline: the log cannot be written: no one reads it any more. This process goes on without a log.\n',
    ]);
  });
});

describe('A disk without room', () => {
  it('is said in one line by a command', async () => {
    const data = join(directory, 'full');
    const args = `replay '${deliveries}' --data '${data}'; echo "code $?" >&2`;
    // 40 blocks of 512 bytes are the most that a file may have.
    const { child, stderr } = inShell('cli', (program) => `ulimit -f 40; ${program} ${args}`, data);
    child.stdout.resume();
    await once(child, 'close');
    expect(stderr()).toMatch(/^tallyline: .*(disk I\/O error|disk is full|no space).*\ncode (9|17)\n$/);
  });

  it('rejects deliveries as unavailable, and the server is not ready, but lives', async () => {
    const data = join(directory, 'filling');
    const { child, stderr } = inShell('standalone', (program) => `ulimit -f 8192; exec ${program}`, data);
    const url = await addressOf(child);
    child.stdout.resume();
    const statuses = new Set<number>();
    for (let count = 0; count < 200 && !statuses.has(503); count++) {
      const body = JSON.stringify({ count, text: 'x'.repeat(200_000) });
      const answer = await fetch(`${url}/v1/deliveries/demo-axialys`, { method: 'POST', body });
      statuses.add(answer.status);
      await answer.text();
    }
    expect([...statuses]).toEqual([202, 503]);
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([503, { code: 'not-ready' }]);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(stderr()).toBe('');
  });
});
