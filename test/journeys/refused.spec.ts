import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeRecorded } from '#wire/recorded-delivery.js';
import { avayaRow } from './avaya-row.js';
import { cli, cliJson } from './cli.js';

/**
 * What cannot be used is refused, visible, and can be sent again after a fix; what was good beside it counts.
 */
const demoCatalogue = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
const span = ['--programme', 'boreal', '--from', '2026-03-02', '--to', '2026-03-02'];

let directory: string;
let data: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-refused-'));
  data = join(directory, 'data');
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const row = (callid: number): object => avayaRow(callid, 1_772_445_600, '33612345678');

function recordedFile(name: string, rows: readonly object[]): string {
  const file = join(directory, name);
  const body = { source: 'avaya.cms', kind: 'ech_rows', polledAt: '2026-03-02T11:00:00Z', rows };
  const receivedAt = Date.parse('2026-03-02T11:00:00Z');
  writeFileSync(
    file,
    `${encodeRecorded({ connection: 'demo-avaya', receivedAt, headers: {}, body: JSON.stringify(body) })}\n`,
  );
  return file;
}

interface Refusal {
  readonly id: string;
  readonly reason: string;
  readonly path: string;
  readonly row: number | null;
}

async function listed(...options: string[]): Promise<Refusal[]> {
  return cliJson<Refusal[]>('refused', 'list', '--data', data, ...options);
}

describe('The commands on refused records', () => {
  it('list the one bad row of a delivery with its path, while the other rows count', async () => {
    const file = recordedFile('rows.ndjson', [row(1), { ...row(2), segstart_utc: 'yesterday' }, row(3)]);
    const replayed = await cliJson('replay', file, '--catalogue', demoCatalogue, '--data', data);
    expect(replayed).toMatchObject({ deliveries: 1, refused: 1, unusable: 0 });
    expect(await listed()).toMatchObject([{ reason: 'invalid-field', path: 'rows[1].segstart_utc', row: 1 }]);
    expect(await cliJson('kpis', ...span, '--data', data)).toMatchObject({ offered: 2, talkMs: 180_000 });
  }, 120_000);

  it('show a refusal without its delivery, unless --body is given', async () => {
    const [refusal] = await listed();
    const shown = await cli('refused', 'show', refusal?.id ?? '', '--data', data);
    expect(shown.stdout).toContain('segstart_utc');
    expect(shown.stdout).not.toContain('33612345678');
    const withBody = await cli('refused', 'show', refusal?.id ?? '', '--body', '--data', data);
    expect(withBody.stdout).toContain('33612345678');
  }, 120_000);

  it('refuse a row again when it is re-driven before anything was fixed, and no figure changes', async () => {
    const result = await cliJson('refused', 'redrive', '--all', '--data', data);
    expect(result).toEqual({ redriven: 1, stillRefused: 1, notSent: 0 });
    expect(await listed()).toHaveLength(1);
    expect(await cliJson('kpis', ...span, '--data', data)).toMatchObject({ offered: 2, talkMs: 180_000 });
  }, 120_000);

  it('count rows once after the catalogue is corrected, however often they are re-driven', async () => {
    const wrong = join(directory, 'wrong');
    cpSync(demoCatalogue, wrong, { recursive: true });
    const connections = join(wrong, 'connections.yaml');
    const text = readFileSync(connections, 'utf8');
    writeFileSync(connections, text.replace('platform: avaya', 'platform: axialys'));
    const file = recordedFile('later.ndjson', [row(4), row(5)]);
    const apply = (catalogue: string) =>
      cliJson('catalogue', 'apply', catalogue, '--author', 'the centre', '--data', data);
    await apply(wrong);
    await cliJson('replay', file, '--data', data);
    expect(await listed('--reason', 'unknown-kind')).toHaveLength(1);
    await apply(demoCatalogue);
    const redrive = ['refused', 'redrive', '--reason', 'unknown-kind', '--data', data];
    expect(await cliJson(...redrive)).toEqual({ redriven: 1, stillRefused: 0, notSent: 0 });
    expect(await cliJson(...redrive)).toEqual({ redriven: 0, stillRefused: 0, notSent: 0 });
    expect(await listed('--reason', 'unknown-kind')).toEqual([]);
    expect(await cliJson('kpis', ...span, '--data', data)).toMatchObject({ offered: 4, talkMs: 360_000 });
  }, 120_000);

  it('end with the exit code of what was wrong', async () => {
    expect(await cli('refused', 'redrive', '--data', data)).toMatchObject({ code: 2 });
    expect(await cli('refused', 'show', 'nosuch', '--data', data)).toMatchObject({ code: 4 });
    expect(
      await cli('kpis', '--programme', 'none', '--from', '2026-03-02', '--to', '2026-03-02', '--data', data),
    )
      // the programmes there are, so that a typing error is seen at once
      .toMatchObject({ code: 4, stderr: expect.stringContaining('aurore, boreal') });
    expect(await cli('replay', join(directory, 'no-such-file'), '--data', data)).toMatchObject({ code: 2 });
    const junk = join(directory, 'junk.ndjson');
    writeFileSync(
      junk,
      'no json\n{"connection":"unknown","receivedAt":"2026-03-02T11:00:00Z","body":"{}"}\n',
    );
    expect(await cli('replay', junk, '--data', data)).toMatchObject({
      code: 6,
      stderr: expect.stringMatching(/line 1: the line.*\n.*line 2: connection: unknown/),
    });
    expect(await cli('close', 'boreal-calls', '2999-01', '--data', data)).toMatchObject({ code: 7 });
    expect(await cli('nonsense')).toMatchObject({ code: 2 });
  }, 120_000);
});
