import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { seededRandom } from '#apps/cli/demo/random.js';
import { shiftsOf } from '#apps/cli/demo/shifts.js';
import { type Call, simulate } from '#apps/cli/demo/simulate.js';
import { encodeRecorded, type RecordedDelivery } from '#wire/recorded-delivery.js';
import { cli, cliJson, startCli } from './cli.js';
import { productiveSeconds } from './productive-seconds.js';
import { waitUntil } from './wait-until.js';

/**
 * An invented month of two brands on three platforms: what comes out must be what a plain sum over the
 * invented calls says, to the millisecond, however the deliveries arrive and however often the process dies.
 */
const catalogue = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
const month = '2026-03';
const days = ['--from', `${month}-01`, '--to', `${month}-31`];
const calls = simulate(7, month, 'Europe/Paris').filter((_, index) => index % 3 === 0);
const shifts = shiftsOf(calls, month, 'Europe/Paris');
const deliveries = recordedDeliveries(calls, shifts);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-month-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Kpis {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly waitAnsweredMs: number;
  readonly talkMs: number;
  readonly holdMs: number;
  readonly acwMs: number;
  readonly fcr: Readonly<Record<string, { contacts: number; repeated: number }>>;
}

interface ClosedLine {
  readonly contractLine: string;
  readonly bands: readonly string[];
  /** Seconds; null: nothing was measured. */
  readonly measured: { readonly quantity: string } | null;
}

interface Unbilled {
  readonly cause: string;
  readonly at: string;
  readonly ms: number;
  readonly estimates: readonly unknown[];
}

function record(name: string, recorded: readonly RecordedDelivery[]): string {
  const file = join(directory, `${name}.ndjson`);
  writeFileSync(file, recorded.map((delivery) => `${encodeRecorded(delivery)}\n`).join(''));
  return file;
}

/** The same figures by a plain sum over the calls. */
function expected(own: readonly Call[]): Omit<Kpis, 'fcr'> & { fcr: Kpis['fcr'] } {
  const answered = own.filter((call) => call.agent !== null);
  const sum = (some: readonly Call[], of: (call: Call) => number): number =>
    some.reduce((total, call) => total + of(call), 0);
  return {
    offered: own.length,
    answered: answered.length,
    abandoned: own.length - answered.length,
    waitAnsweredMs: sum(answered, (call) => call.leftAt - call.queuedAt),
    talkMs: sum(answered, (call) => call.talkMs),
    holdMs: sum(answered, (call) => call.holdMs),
    acwMs: sum(answered, (call) => call.acwMs),
    fcr: { P1D: repeats(answered, 86_400_000), P7D: repeats(answered, 7 * 86_400_000) },
  };
}

function repeats(answered: readonly Call[], windowMs: number): { contacts: number; repeated: number } {
  const known = answered.filter((call) => call.caller !== '');
  const repeated = known.filter((own) => {
    const end = own.leftAt + own.talkMs + own.holdMs;
    return known.some(
      (other) =>
        other.caller === own.caller &&
        other.queue === own.queue &&
        other.queuedAt > own.queuedAt &&
        other.queuedAt - end <= windowMs,
    );
  });
  return { contacts: known.length, repeated: repeated.length };
}

/** Agent time of the last call may run into April, where the span does not reach. */
const endsInMarch = (call: Call): boolean =>
  call.leftAt + call.talkMs + call.holdMs + call.acwMs < Date.parse('2026-03-31T22:00:00Z');

async function results(data: string): Promise<unknown> {
  const at = ['--data', data];
  const kpisOf = async (programme: string, by: string): Promise<unknown> => {
    const args = ['--programme', programme, ...days, ...at, '--by', by];
    // as of the quarter-hour in which the command runs
    const { asOf: _, ...kpis } = await cliJson<Kpis & { readonly asOf: string }>('kpis', ...args);
    return kpis;
  };
  return {
    aurore: await kpisOf('aurore', 'quarter-hour'),
    boreal: await kpisOf('boreal', 'agent'),
    hours: (await cli('close', 'aurore-hours', month, '--json', ...at)).stdout,
    calls: (await cli('close', 'boreal-calls', month, '--json', ...at)).stdout,
  };
}

describe('A month on three platforms', () => {
  let inOrder: unknown;

  it('gives the figures of a plain sum over its calls', async () => {
    expect(calls.every(endsInMarch)).toBe(true);
    const data = join(directory, 'in-order');
    const replayed = await cliJson(
      'replay',
      record('in-order', deliveries),
      '--catalogue',
      catalogue,
      '--data',
      data,
    );
    expect(replayed).toMatchObject({ deliveries: deliveries.length, refused: 0, unusable: 0 });
    for (const brand of ['aurore', 'boreal']) {
      const kpis = await cliJson('kpis', '--programme', brand, ...days, '--data', data);
      expect(kpis).toMatchObject(expected(calls.filter((call) => call.queue.team.brand === brand)));
    }
    inOrder = await results(data);
  }, 300_000);

  it('bills the hours of Aurore that a count of its seconds gives, preparation and after-call work apart', async () => {
    const data = join(directory, 'in-order');
    const own = calls.filter(({ agent, queue }) => agent !== null && queue.team.brand === 'aurore');
    const seconds = productiveSeconds(own, shifts);
    const { data: closed } = JSON.parse((inOrder as { hours: string }).hours) as {
      readonly data: { readonly lines: readonly ClosedLine[] };
    };
    const lines = closed.lines.filter(({ measured }) => measured !== null);
    const billed = Object.fromEntries(
      lines.map(({ contractLine, bands, measured }) => [
        [contractLine, ...bands].join('/'),
        Number(measured?.quantity),
      ]),
    );
    const { unbilled } = await cliJson<{ readonly unbilled: readonly Unbilled[] }>(
      'unbilled',
      ...days,
      '--programme',
      'aurore',
      '--data',
      data,
    );
    const unbilledOf = (cause: string, at: string): Unbilled | undefined =>
      unbilled.find((row) => row.cause === cause && row.at === at);
    expect({
      ...billed,
      'ACW beyond a minute': (unbilledOf('aboveMaximum', 'ACW')?.ms ?? 0) / 1000,
    }).toEqual(
      Object.fromEntries(
        [
          'hours/weekday',
          'hours/evening',
          'hours/saturday',
          'preparation',
          'follow-up',
          'ACW beyond a minute',
        ].map((key) => [key, seconds.get(key)]),
      ),
    );
    // both platforms say when agents pause, and the report shows each as it was delivered
    expect(unbilledOf('notCharged', 'BREAK')?.ms).toBe((seconds.get('BREAK') ?? 0) * 2000);
    expect(unbilledOf('notCharged', 'TRAINING')?.ms).toBe((seconds.get('TRAINING') ?? 0) * 2000);
    expect(unbilledOf('notCharged', 'LOGGED_IN')?.estimates).toEqual([]);
  }, 300_000);

  it('gives the same invoice, byte for byte, shuffled, doubled, and killed three times on the way', async () => {
    const random = seededRandom(7);
    const doubled = [...deliveries, ...deliveries.filter(() => random.chance(0.2))];
    const shuffled = doubled
      .map((delivery) => [random.next(), delivery] as const)
      .sort(([a], [b]) => a - b)
      .map(([, delivery]) => delivery);
    const data = join(directory, 'shuffled');
    mkdirSync(data);
    const args = ['replay', record('shuffled', shuffled), '--catalogue', catalogue, '--data', data];
    for (let kill = 1; kill <= 3; kill++) {
      const { child, ended } = startCli(args);
      const before = logBytes(data);
      await waitUntil(() => logBytes(data) > before + kill * 1_500_000 || child.exitCode !== null);
      child.kill('SIGKILL');
      expect((await ended).code).toBeNull();
    }
    expect((await cli(...args)).code).toBe(0);
    expect(await results(data)).toEqual(inOrder);
  }, 300_000);

  it('changes nothing when the close is run again', async () => {
    const data = join(directory, 'in-order');
    const first = (await cli('close', 'aurore-hours', month, '--json', '--data', data)).stdout;
    expect((await cli('close', 'aurore-hours', month, '--json', '--data', data)).stdout).toBe(first);
    expect(first).toBe((inOrder as { hours: string }).hours);
  }, 300_000);
});

function logBytes(data: string): number {
  const bytes = (file: string): number => statSync(join(data, file), { throwIfNoEntry: false })?.size ?? 0;
  return bytes('log.db') + bytes('log.db-wal');
}
