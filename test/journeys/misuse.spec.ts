import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cli } from './cli.js';

/** What a person gets who types something else than what was meant: what is wrong, and what there is. */
describe('the command line, misused', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-misuse-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const where = ['--catalogue', 'apps/cli/demo/catalogue', '--data', join(directory, 'data')];

  it('says its version', async () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect(await cli('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    ['a directory for a file', ['replay', directory, ...where], 'is a directory: name a file of deliveries'],
    ['a file that is not there', ['replay', join(directory, 'none'), ...where], 'there is no file'],
    ['a reason that there is not', ['refused', 'list', '--reason', 'bad', ...where], 'Allowed choices are'],
    [
      'a day that there is not',
      ['kpis', '--programme', 'aurore', '--from', '2026-02-30', ...where],
      '2026-02-30',
    ],
    ['a month that there is not', ['close', 'aurore-hours', '2026-13', ...where], "'2026-13' is no month"],
    ['an invoice without a month', ['verify', 'aurore-hours', '--data', directory], 'is not CONTRACT/PERIOD'],
    [
      'a topic that there is not',
      ['log', 'show', 'facts', '0', '0', '--data', directory],
      'name one of telephony.raw',
    ],
    ['a command that there is not', ['kpi'], 'kpis'],
  ])('takes %s for wrong arguments, and says what there is', async (_, args, advice) => {
    const { code, stderr } = await cli(...args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(advice) as unknown });
    expect(stderr).not.toMatch(/^ +at /m);
  });

  it('counts what is before the place where a file is cut short, and says that it is', async () => {
    const file = join(directory, 'cut.ndjson.gz');
    const delivery = readFileSync('examples/deliveries/axialys.json', 'utf8');
    const line = JSON.stringify({
      connection: 'demo-axialys',
      receivedAt: '2026-03-02T10:00:00Z',
      headers: { 'content-type': 'application/json' },
      body: delivery,
    });
    const whole = gzipSync(`${line}\n`);
    writeFileSync(file, whole.subarray(0, -4));
    const { code, stderr } = await cli('replay', file, ...where);
    expect({ code, stderr }).toEqual({
      code: 6,
      stderr: expect.stringContaining('was cut short') as unknown,
    });
  });
});
