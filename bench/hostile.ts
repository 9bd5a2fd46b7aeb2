import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { AppProcess } from '#test/processes/app-process.js';
import { cpuUsOf } from './measure/cpu.js';
import { figure, print } from './measure/report.js';
import { demoCatalogue } from './measure/stack.js';

export const title = 'small inputs that want to be dear, against one process on the embedded engine';

/**
 * Each attack meets a process of its own. What it costs is measured from outside: the longest that a probe of
 * liveness waits is how long the event loop was blocked; memory is the highest resident size beside that of
 * the idle process.
 */
export async function run({ short }: { readonly short: boolean }): Promise<void> {
  const rows: string[][] = [];
  for (const [name, attack] of Object.entries(attacksOf(short))) {
    const row = [name, ...(await under(attack))];
    process.stdout.write(`${row.join('; ')}\n`);
    rows.push(row);
  }
  print('Attacks', head, rows);
}

const head = [
  'attack',
  'answer',
  'seconds',
  'longest stall ms',
  'of it CPU ms',
  'CPU s',
  'MB idle',
  'MB peak',
  'ratio',
  'MB stored',
  'log lines',
];

type Attack = (target: Target) => Promise<string>;

interface Target {
  readonly url: string;
  post(
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    headers?: Record<string, string>,
  ): Promise<string>;
}

async function under(attack: Attack): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-hostile-'));
  const catalogue = join(directory, 'catalogue');
  cpSync(demoCatalogue, catalogue, { recursive: true });
  const connections = join(catalogue, 'connections.yaml');
  writeFileSync(connections, readFileSync(connections, 'utf8') + lockedConnection);
  const app = new AppProcess('standalone', {
    TALLYLINE_DATA: join(directory, 'data'),
    TALLYLINE_CATALOGUE: catalogue,
    TALLYLINE_SECRET_BENCH: 'a token that no attacker has, 32 characters long',
    TALLYLINE_CATALOGUE_AUTHOR: 'bench',
  });
  const pid = app.child.pid ?? null;
  try {
    const url = await app.ready();
    await idle(pid);
    const before = { mb: memoryMb(pid), cpu: cpuUsOf(pid) };
    const probe = new Probe(url, pid);
    const started = performance.now();
    const answer = await attack({
      url,
      post: async (path, body, headers) => posted(url + path, body, headers),
    });
    await idle(pid);
    const seconds = (performance.now() - started) / 1000 - idleSeconds;
    const longest = await probe.stop();
    const peak = peakMb(pid);
    return [
      app.child.exitCode === null ? answer : `${answer}; process ended`,
      figure(Math.max(0, seconds), 1),
      figure(longest.ms, 0),
      figure(longest.cpuMs, 0),
      figure((cpuUsOf(pid) - before.cpu) / 1e6, 1),
      figure(before.mb),
      figure(peak),
      figure(peak / before.mb, 2),
      figure(storedMb(join(directory, 'data')), 1),
      figure(app.logged.length),
    ];
  } finally {
    await app.terminate();
    rmSync(directory, { recursive: true, force: true });
  }
}

const lockedConnection = `
  - id: bench-locked
    platform: genesys
    timeZone: Europe/Paris
    authentication: { scheme: header, header: x-token, secret: TALLYLINE_SECRET_BENCH }
`;

/**
 * How long the process did not answer, and how long it computed meanwhile: the rest is for other processes.
 */
interface Stall {
  readonly ms: number;
  readonly cpuMs: number;
}

/** Asks whether the process lives, again and again; keeps the longest wait for the answer. */
class Probe {
  #longest: Stall = { ms: 0, cpuMs: 0 };
  #isOver = false;
  readonly #pid: number | null;
  readonly #running: Promise<void>;

  constructor(url: string, pid: number | null) {
    this.#pid = pid;
    this.#running = this.#run(`${url}/health/live`);
  }

  async #run(url: string): Promise<void> {
    while (!this.#isOver) {
      const [asked, cpu] = [performance.now(), cpuUsOf(this.#pid)];
      await fetch(url).then(
        async (response) => response.text(),
        () => '',
      );
      this.#longest = {
        ms: Math.max(this.#longest.ms, performance.now() - asked),
        cpuMs: Math.max(this.#longest.cpuMs, (cpuUsOf(this.#pid) - cpu) / 1000),
      };
      await delay(5);
    }
  }

  async stop(): Promise<Stall> {
    this.#isOver = true;
    await this.#running;
    return this.#longest;
  }
}

const idleSeconds = 1.5;

/** Resolves when the process has done next to nothing for a while, or is gone. */
async function idle(pid: number | null): Promise<void> {
  for (let since = cpuUsOf(pid), quiet = 0; quiet < idleSeconds * 1000;) {
    await delay(100);
    const now = cpuUsOf(pid);
    if (Number.isNaN(now)) return;
    // the probe itself costs a little
    quiet = now - since > 60_000 ? 0 : quiet + 100;
    since = now;
  }
}

function statusOf(pid: number | null, field: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  } catch {
    return NaN;
  }
}

const memoryMb = (pid: number | null): number => statusOf(pid, 'VmRSS');
const peakMb = (pid: number | null): number => statusOf(pid, 'VmHWM');

function storedMb(directory: string): number {
  const files = ['log.db', 'log.db-wal', 'store.db', 'store.db-wal'];
  return (
    files.reduce(
      (sum, file) => sum + (statSync(join(directory, file), { throwIfNoEntry: false })?.size ?? 0),
      0,
    ) / 1e6
  );
}

async function posted(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<string> {
  const response = await fetch(url, { method: 'POST', body, headers }).catch((error: unknown) => error);
  return response instanceof Response ? codeOf(response.status, await response.text()) : 'no answer';
}

function codeOf(status: number, text: string): string {
  const code = /"code":"([\w-]+)"/.exec(text)?.[1];
  return code === undefined ? String(status) : `${status} ${code}`;
}

function packed(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(text));
}

const gzip = { 'content-encoding': 'gzip' };
const ndjson = { 'content-type': 'application/x-ndjson' };
const genesys = '/v1/deliveries/demo-genesys';

function attacksOf(short: boolean): Record<string, Attack> {
  const size = (full: number): number => (short ? Math.ceil(full / 100) : full);
  return {
    nothing: async () => '-',
    '12 silent senders without a token': async ({ url, post }) => {
      const sockets = await silentSenders(url, 12);
      const answer = await post(genesys, '{}');
      for (const socket of sockets) socket.destroy();
      return `others: ${answer}`;
    },
    'a body that goes on after its 413': async ({ url }) => bytesTakenAfterRejection(url),
    'gzip of 8 388 608 lines': async ({ post }) =>
      post(`${genesys}/batch`, packed('1\n'.repeat(size(8_388_608))), { ...gzip, ...ndjson }),
    'rows of 500 000 zeros': async ({ post }) =>
      post(
        '/v1/deliveries/demo-avaya',
        packed(polled('avaya.cms', 'ech_rows', Array<number>(size(500_000)).fill(0))),
        gzip,
      ),
    '340 000 outcomes without anything': async ({ post }) =>
      post('/v1/outcomes/demo-crm', packed(`[${'{},'.repeat(size(340_000))}{}]`), {
        ...gzip,
        'content-type': 'application/json',
      }),
    'brackets 500 000 deep': async ({ post }) => post(genesys, packed('['.repeat(size(500_000))), gzip),
    'one activity of 36 years': async ({ post }) =>
      post('/v1/outcomes/demo-crm', JSON.stringify(activity(36 * 365)), {
        'content-type': 'application/json',
      }),
    'a call of 366 days': async ({ post }) =>
      post('/v1/deliveries/demo-avaya', polled('avaya.cms', 'ech_rows', [longCall])),
    'one conversation of 800 events': async ({ post }) =>
      post(`${genesys}/batch`, packed(conversation(size(800))), { ...gzip, ...ndjson }),
    'one conversation of 3 000 events': async ({ post }) =>
      post(`${genesys}/batch`, packed(conversation(size(3_000))), { ...gzip, ...ndjson }),
    'one conversation of 100 000 events': async (target) => longConversation(target, size(100_000)),
    '20 000 calls of one number, the last one first': async (target) =>
      calls(target, size(20_000), () => '33612345678', -1),
    '20 000 calls of one number': async (target) => calls(target, size(20_000), () => '33612345678'),
    '20 000 calls of 20 000 numbers': async (target) =>
      calls(target, size(20_000), (call) => `336${String(10_000_000 + call)}`),
  };
}

/** They announce a body and send nothing of it. */
async function silentSenders(url: string, count: number): Promise<Socket[]> {
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = await connected(url);
      socket.write(requestHead(16_777_216));
      await delay(50);
      return socket;
    }),
  );
}

/** How much of a body a server takes from a sender it has turned away. */
async function bytesTakenAfterRejection(url: string): Promise<string> {
  const socket = await connected(url);
  let answered = '';
  socket.on('data', (chunk: Buffer) => (answered += chunk.toString('latin1')));
  socket.write(requestHead(2 ** 40));
  const chunk = Buffer.alloc(65_536, '1');
  const until = performance.now() + 2_000;
  while (performance.now() < until && !socket.destroyed) {
    if (!socket.write(chunk)) await Promise.race([once(socket, 'drain').catch(() => null), delay(100)]);
  }
  const taken = socket.bytesWritten - socket.writableLength;
  socket.destroy();
  return `${answered.slice(9, 12)}, ${figure(taken / 1e6)} MB taken`;
}

async function connected(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

function requestHead(length: number): string {
  return (
    'POST /v1/deliveries/bench-locked/batch HTTP/1.1\r\nHost: 127.0.0.1\r\n' +
    `Content-Type: application/x-ndjson\r\nContent-Length: ${length}\r\n\r\n`
  );
}

const now = Date.now();
const hourMs = 3_600_000;
const iso = (at: number): string => new Date(at).toISOString();

function polled(source: string, kind: string, rows: readonly unknown[]): string {
  return JSON.stringify({ source, kind, polledAt: iso(now), rows });
}

function activity(days: number): unknown {
  const data = { agent: 'demo-genesys:1', state: 'TRAINING', programme: 'aurore' };
  const span = { startedAt: iso(now - days * 24 * hourMs), endedAt: iso(now) };
  return {
    specversion: '1.0',
    id: '1',
    source: '/planner',
    type: 'activity.recorded',
    time: iso(now),
    data: { ...data, ...span },
  };
}

const longCall = {
  acd: 1,
  callid: 7,
  ucid: '00001000071700000000',
  segment: 1,
  segstart_utc: Math.floor(now / 1000) - 366 * 86_400,
  disptime: 0,
  queuetime: 0,
  ringtime: 0,
  talktime: 366 * 86_400 - 100,
  ansholdtime: 50,
  acwtime: 0,
  calldisp: 2,
  dispsplit: 310,
  anslogin: '70101',
  calling_pty: '33612345678',
  transferred: 0,
};

/** Events of one conversation: stays and sessions of one agent, each of which changes what is posted. */
function conversation(events: number): string {
  const lines = Array.from({ length: events }, (_, event) => {
    const own = { participantId: `p${event}`, sessionId: `s${event >> 2}`, userId: 'alice', queueId: queue };
    const body = {
      eventTime: now - 30 * hourMs + event * 1000,
      conversationId: 'one',
      ...own,
      ...party,
      ...kinds[event % 4],
    };
    return JSON.stringify({
      'detail-type': `v2.detail.events.conversation.{id}.${topicsInTurn[event % 4]}`,
      source: 'aws.partner/genesys.com/cloud/org/bench',
      detail: { timestamp: iso(now), eventBody: body },
    });
  });
  return `${lines.join('\n')}\n`;
}

const queue = '6eb92e65-daf1-4154-a009-caadf0db78cc';
const party = { mediaType: 'VOICE', direction: 'INBOUND', ani: 'tel:+33612345678' };
const topicsInTurn = ['acd.start', 'acd.end', 'user.end', 'acw'];
const kinds = [
  {},
  { acdOutcome: 'ANSWERED', answeredUserId: 'alice', connectedDurationMs: 1000 },
  { interactingDurationMs: 700, heldDurationMs: 100 },
  { wrapupDurationMs: 300, wrapupCode: 'done' },
];

/** In batches of as many lines as one may have. */
async function longConversation({ post }: Target, events: number): Promise<string> {
  const lines = conversation(events).split('\n');
  let answer = '';
  for (let from = 0; from < events; from += 20_000) {
    const batch = `${lines.slice(from, Math.min(from + 20_000, events)).join('\n')}\n`;
    answer = await post(`${genesys}/batch`, packed(batch), { ...gzip, ...ndjson });
  }
  return answer;
}

/** `order`: -1 for the last one first. */
async function calls(
  { post }: Target,
  count: number,
  numberOf: (call: number) => string,
  order: 1 | -1 = 1,
): Promise<string> {
  const perDelivery = 500;
  let answer = '';
  for (let first = 0; first < count; first += perDelivery) {
    const rows = Array.from({ length: Math.min(perDelivery, count - first) }, (_, index) => {
      const call = order === 1 ? first + index : count - 1 - first - index;
      return {
        ...longCall,
        callid: call,
        ucid: `0000100007${String(call).padStart(10, '0')}`,
        segstart_utc: Math.floor(now / 1000) - 20 * 86_400 + call * 60,
        talktime: 45,
        ansholdtime: 0,
        calling_pty: numberOf(call),
      };
    });
    answer = await post('/v1/deliveries/demo-avaya', polled('avaya.cms', 'ech_rows', rows));
  }
  return answer;
}
