import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { cli, cliJson, startCli } from '../cli.js';
import { waitUntil } from '../wait-until.js';
import { bankMonth, golden, isBankAtHand, type QueueGolden } from './bank.js';

const span = ['--programme', 'bank', '--from', '1999-02-01', '--to', '1999-02-28'];

interface Kpis {
  readonly offered: number;
  readonly answered: number;
  readonly abandoned: number;
  readonly waitAnsweredMs: number;
  readonly waitAbandonedMs: number;
  readonly talkMs: number;
  readonly answeredWithin: Readonly<Record<string, number>>;
  readonly abandonedWithin: Readonly<Record<string, number>>;
  readonly fcr: Readonly<Record<string, { contacts: number; repeated: number; resolved: number }>>;
}
type Rows<K extends string> = Kpis & { readonly rows: readonly (Kpis & Record<K, string>)[] };

/** Our figures in the words and seconds of the golden file. */
function inSeconds(kpis: Kpis): QueueGolden {
  const within = (counts: Kpis['answeredWithin'], seconds: number): number =>
    counts[String(seconds * 1000)] ?? -1;
  return {
    offered: kpis.offered,
    answered: kpis.answered,
    abandoned: kpis.abandoned,
    waitAnsweredS: kpis.waitAnsweredMs / 1000,
    waitAbandonedS: kpis.waitAbandonedMs / 1000,
    talkS: kpis.talkMs / 1000,
    answeredWithin20S: within(kpis.answeredWithin, 20),
    answeredWithin30S: within(kpis.answeredWithin, 30),
    abandonedWithin5S: within(kpis.abandonedWithin, 5),
    abandonedWithin20S: within(kpis.abandonedWithin, 20),
    abandonedWithin30S: within(kpis.abandonedWithin, 30),
  };
}

/** Quantities of a contract's lines, in seconds or pieces, in order; and the event's exact text. */
async function closed(
  data: string,
  contract: string,
): Promise<{ text: string; quantities: number[]; net: string }> {
  const ran = await cli('close', contract, '1999-02', '--json', '--data', data);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  const event = JSON.parse(ran.stdout) as InvoiceReadyEvent;
  return {
    text: ran.stdout,
    quantities: event.data.lines.map((line) => Number(line.invoicedQuantity)),
    net: event.data.totals.totalWithoutVat.amount,
  };
}

async function expectGolden(data: string): Promise<void> {
  const wanted = golden();
  const byQueue = await cliJson<Rows<'queue'>>('kpis', ...span, '--by', 'queue', '--data', data);
  expect(inSeconds(byQueue)).toEqual(wanted.total);
  expect(Object.fromEntries(byQueue.rows.map((row) => [row.queue, inSeconds(row)]))).toEqual(wanted.queues);
  expect(byQueue.fcr).toMatchObject({ P1D: wanted.fcr['1d'], P7D: wanted.fcr['7d'] });
  const byAgent = await cliJson<Rows<'agent'>>('kpis', ...span, '--by', 'agent', '--data', data);
  const agents = byAgent.rows.map((row) => [row.agent, { answered: row.answered, talkS: row.talkMs / 1000 }]);
  expect(Object.fromEntries(agents)).toEqual(wanted.agents);
  expect((await closed(data, 'bank-increments')).quantities).toEqual(Object.values(wanted.billableTalkS));
  expect((await closed(data, 'bank-bands')).quantities).toEqual(Object.values(wanted.talkByLocalBandS));
  // 4 790 100 s = 1 330.58333… h at 29.50 = 39 252.208333…
  expect(await closed(data, 'bank-talk-hour')).toMatchObject({ quantities: [4_790_100], net: '39252.21' });
  // 10 000 at 2.35, 5 000 at 2.10, 12 162 at 1.95
  expect(await closed(data, 'bank-calls')).toMatchObject({
    quantities: [10_000, 5_000, 12_162],
    net: '57715.90',
  });
}

if (isBankAtHand) {
  describe("a real month of a bank's call centre", () => {
    let directory: string;
    beforeAll(() => {
      directory = mkdtempSync(join(tmpdir(), 'tallyline-bank-'));
    });
    afterAll(() => rmSync(directory, { recursive: true, force: true }));

    it('gives every golden figure', async () => {
      const data = join(directory, 'in-order');
      const { deliveries, catalogue } = bankMonth(directory);
      const replayed = await cliJson('replay', deliveries, '--catalogue', catalogue, '--data', data);
      expect(replayed).toMatchObject({ deliveries: 164_824, refused: 0, unusable: 0 });
      await expectGolden(data);
    }, 600_000);

    it('gives the same, byte for byte, shuffled, with one in five doubled, and killed three times', async () => {
      const data = join(directory, 'shuffled');
      mkdirSync(data);
      const { deliveries, catalogue } = bankMonth(directory, '--shuffle', '7', '--duplicate', '0.2');
      const args = ['replay', deliveries, '--catalogue', catalogue, '--data', data];
      for (let kill = 1; kill <= 3; kill++) {
        const { child, ended } = startCli(args);
        const before = logBytes(data);
        await waitUntil(
          () => logBytes(data) > before + kill * 20_000_000 || child.exitCode !== null,
          120_000,
        );
        child.kill('SIGKILL');
        expect((await ended).code).toBeNull();
      }
      expect(await cli(...args)).toMatchObject({ code: 0 });
      await expectGolden(data);
      const inOrder = await closed(join(directory, 'in-order'), 'bank-bands');
      expect((await closed(data, 'bank-bands')).text).toBe(inOrder.text);
    }, 900_000);
  });
} else {
  process.stderr.write('\nNOT RUN: the journey of the real month (its data is not beside this checkout)\n\n');
  describe("a real month of a bank's call centre", () => {
    it('is not at hand: the invented month of ../month.spec.ts stands in', () => {
      expect(isBankAtHand).toBe(false);
    });
  });
}

function logBytes(data: string): number {
  const bytes = (file: string): number => statSync(join(data, file), { throwIfNoEntry: false })?.size ?? 0;
  return bytes('log.db') + bytes('log.db-wal');
}
