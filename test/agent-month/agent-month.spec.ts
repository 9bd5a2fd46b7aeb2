import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededRandom } from '#apps/cli/demo/random.js';
import { cli, cliJson, startCli } from '#test/journeys/cli.js';
import { waitUntil } from '#test/journeys/wait-until.js';
import { encodeRecorded, type RecordedDelivery } from '#wire/recorded-delivery.js';
import { wholeAt } from './centre.js';
import { secondsOf } from './naive.js';
import { agentMonth, contractIds, lineIds, period } from './work.js';

/**
 * A month of 40 people on three platforms, from what the platforms send to the lines of invoices, beside a
 * program that looks at each second of each person.
 */
const directory = mkdtempSync(join(tmpdir(), 'tallyline-agent-month-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const { people, work } = agentMonth(directory, 2025);
const right = secondsOf(people);

interface Invoice {
  readonly data: {
    readonly lines: readonly {
      readonly contractLine: string;
      readonly measured: { readonly quantity: string };
    }[];
  };
}

function written(name: string, deliveries: readonly RecordedDelivery[]): string {
  const file = join(directory, `${name}.ndjson`);
  writeFileSync(file, deliveries.map((each) => `${encodeRecorded(each)}\n`).join(''));
  return file;
}

/** The exact texts of the events. */
async function closed(data: string): Promise<string[]> {
  const texts: string[] = [];
  for (const id of contractIds) {
    const accepted = ['--accept-omissions', 'queues and codes that no one mapped'];
    const { code, stdout, stderr } = await cli('close', id, period, '--json', ...accepted, '--data', data);
    if (code !== 0) throw new Error(stderr);
    texts.push(stdout);
  }
  return texts;
}

describe('A month of 40 people on three platforms', () => {
  const data = join(directory, 'in-order');
  let counts: object;
  let invoices: string[];
  beforeAll(async () => {
    const file = written('in-order', work.deliveries);
    counts = await cliJson('replay', file, '--catalogue', work.catalogue, '--data', data);
    invoices = await closed(data);
  }, 300_000);

  const found = new Map<string, number>();
  it('is counted as second by second, for each person and state and programme', async () => {
    expect(counts).toMatchObject({ deliveries: work.deliveries.length, refused: 0, unusable: 0 });
    for (const id of contractIds) {
      for (const line of lineIds) {
        const where = ['--by', 'agent', '--format', 'ndjson', '--data', data];
        const { code, stdout, stderr } = await cli('contacts', `${id}/${period}`, line, ...where);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        for (const text of stdout.split('\n').filter((each) => each !== '')) {
          const { agent, value, unit } = JSON.parse(text) as { agent: string; value: number; unit: string };
          expect(unit).toBe('ms');
          if (value > 0) found.set(`${id}/${line}/${agent}`, value);
        }
      }
    }
    expect(Object.fromEntries(inOrder(found))).toEqual(Object.fromEntries(inOrder(right)));
  }, 300_000);

  it('adds up to the time between login and logout, where the platform reports all of it', () => {
    // those on one platform, Genesys or Avaya
    const whole = people.filter((_, index) => index >= 2 && index < 27 && wholeAt(index));
    const sumOf = (isMeant: (line: string) => boolean): Record<string, number> =>
      Object.fromEntries(
        whole.map(({ code }) => {
          const own = [...found].filter(
            ([key]) => key.endsWith(`/${code}`) && isMeant(key.split('/')[1] ?? ''),
          );
          return [code, own.reduce((sum, [, ms]) => sum + ms, 0)];
        }),
      );
    const logged = sumOf((line) => line === 'logged');
    expect(Object.values(logged).filter((ms) => ms > 0)).toHaveLength(whole.length);
    expect(sumOf((line) => line !== 'logged')).toEqual(logged);
  });

  it('is billed by the sums of these', () => {
    for (const [index, id] of contractIds.entries()) {
      const { lines } = (JSON.parse(invoices[index] ?? '') as Invoice).data;
      const billed = Object.fromEntries(
        lines.map((line) => [line.contractLine, Number(line.measured.quantity)]),
      );
      const expected = lineIds.map((line) => {
        const own = [...right].filter(([key]) => key.startsWith(`${id}/${line}/`));
        return [line, own.reduce((sum, [, ms]) => sum + ms, 0) / 1000] as const;
      });
      expect(billed).toEqual(Object.fromEntries(expected.filter(([, seconds]) => seconds > 0)));
    }
  });

  it('gives the same invoices, byte for byte, shuffled, with one in five doubled, and killed three times', async () => {
    const other = join(directory, 'shuffled');
    mkdirSync(other);
    const file = written('shuffled', shuffled(work.deliveries));
    const args = ['replay', file, '--catalogue', work.catalogue, '--data', other];
    for (let kill = 1; kill <= 3; kill++) {
      const { child, ended } = startCli(args);
      const before = bytesIn(other);
      await waitUntil(() => bytesIn(other) > before + 6_000_000 || child.exitCode !== null, 120_000);
      child.kill('SIGKILL');
      await ended;
    }
    expect(await cliJson('replay', ...args.slice(1))).toMatchObject({ refused: 0, unusable: 0 });
    expect(await closed(other)).toEqual(invoices);
  }, 600_000);
});

function inOrder(map: ReadonlyMap<string, number>): [string, number][] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function shuffled(deliveries: readonly RecordedDelivery[]): RecordedDelivery[] {
  const random = seededRandom(7);
  const all = deliveries.flatMap((each) => (random.chance(0.2) ? [each, each] : [each]));
  for (let last = all.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    const [a, b] = [all[last], all[other]];
    if (a !== undefined && b !== undefined) [all[last], all[other]] = [b, a];
  }
  return all;
}

function bytesIn(data: string): number {
  return readdirSync(data).reduce((sum, name) => sum + statSync(join(data, name)).size, 0);
}
