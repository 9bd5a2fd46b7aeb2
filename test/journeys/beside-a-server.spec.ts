import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { simulate } from '#apps/cli/demo/simulate.js';
import { deliver, parcelsOf } from '#test/faults/connector.js';
import { AppProcess } from '#test/processes/app-process.js';
import { cli, type CliResult } from './cli.js';

/**
 * What a command prints while `npm start` works on the data directory is what it prints once that has ended.
 */
const catalogue = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
const work = recordedDeliveries(
  simulate(7, '2026-03', 'Europe/Paris').filter((_, index) => index % 30 === 0),
);
const days = ['--from', '2026-03-01', '--to', '2026-03-31'];
const commands = [
  ['kpis', '--programme', 'aurore', ...days, '--by', 'agent'],
  ['kpis', '--programme', 'boreal', ...days, '--json'],
  ['refused', 'list'],
  ['refused', 'list', '--json', '--reason', 'unreadable'],
];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-beside-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('The command line beside a running server', () => {
  it('shows figures and refused records as when the server has ended, and refuses to work on its data', async () => {
    const data = join(directory, 'data');
    const at = ['--data', data];
    const print = async (): Promise<CliResult[]> => {
      const printed: CliResult[] = [];
      for (const command of commands) printed.push(await cli(...command, ...at));
      return printed;
    };
    const app = new AppProcess('standalone', { TALLYLINE_DATA: data, TALLYLINE_CATALOGUE: catalogue });
    let beside: CliResult[];
    try {
      for (const parcel of parcelsOf(work, 20)) await deliver(app, parcel);
      expect((await app.post('/v1/deliveries/demo-genesys', 'no JSON')).status).toBe(202);
      beside = await print();
      expect(await cli('close', 'aurore-hours', '2026-03', ...at)).toMatchObject({
        code: 5,
        stderr: expect.stringContaining(`in use by process ${app.child.pid}`),
      });
    } finally {
      await app.terminate();
    }
    expect(beside.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect(beside[1]?.stdout).toMatch(/"offered":[1-9]/);
    expect(beside[2]?.stdout).toMatch(/\n1 unreadable$/m);
    expect(await print()).toEqual(beside);
  }, 240_000);
});
