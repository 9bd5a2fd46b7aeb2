import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cli, cliJson, startCli } from '../cli.js';
import { waitUntil } from '../wait-until.js';
import { bankMonth, isBankAvailable } from './bank.js';
import { bankSpan, foundFigures, goldenFigures } from './golden.js';

const { programme, from, to, period } = bankSpan;
const span = ['--programme', programme, '--from', from, '--to', to];

/** The exact text of the event. */
async function closed(data: string, contract: string): Promise<string> {
  const ran = await cli('close', contract, period, '--json', '--data', data);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  return ran.stdout;
}

async function expectGolden(data: string): Promise<void> {
  const byQueue = await cliJson('kpis', ...span, '--by', 'queue', '--data', data);
  const byAgent = await cliJson('kpis', ...span, '--by', 'agent', '--data', data);
  const invoices = {
    'bank-talk-hour': await closed(data, 'bank-talk-hour'),
    'bank-calls': await closed(data, 'bank-calls'),
    'bank-increments': await closed(data, 'bank-increments'),
    'bank-bands': await closed(data, 'bank-bands'),
  };
  expect(foundFigures({ byQueue, byAgent, invoices })).toEqual(goldenFigures());
}

if (isBankAvailable) {
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
      expect(await closed(data, 'bank-bands')).toBe(inOrder);
    }, 900_000);
  });
} else {
  process.stderr.write('\nNOT RUN: the journey of the real month (its data is not beside this checkout)\n\n');
  describe("a real month of a bank's call centre", () => {
    it('is not available, and the invented month of ../month.spec.ts is tested instead', () => {
      expect(isBankAvailable).toBe(false);
    });
  });
}

function logBytes(data: string): number {
  const bytes = (file: string): number => statSync(join(data, file), { throwIfNoEntry: false })?.size ?? 0;
  return bytes('log.db') + bytes('log.db-wal');
}
