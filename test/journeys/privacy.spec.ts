import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeRecorded } from '#wire/recorded-delivery.js';
import { avayaRow } from './avaya-row.js';
import { cli, cliJson } from './cli.js';

/** A person asks to be erased: what names them is unreadable on the disk, and every figure stays. */
const demoCatalogue = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
const month = ['boreal-calls', '2026-03'];

let directory: string;
let data: string;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-privacy-'));
  data = join(directory, 'data');
  const calls = join(directory, 'calls.ndjson');
  const at = 1_772_445_600;
  const lines = [
    // Counted, and the number in a text of an agent as well.
    recorded([{ ...avayaRow(1, at, '33612345678'), cwc1: 'rappeler 06 12 34 56 78' }]),
    // Two persons in one delivery.
    recorded([avayaRow(2, at, '0033612345678'), avayaRow(3, at, '33698765432')]),
    recorded([avayaRow(4, at, '33698765432')]),
    // Refused, and the number in that text alone.
    recorded([
      { ...avayaRow(5, at, 'anonymous'), cwc1: 'rappeler 06 12 34 56 78', segstart_utc: 'yesterday' },
    ]),
    recorded([{ ...avayaRow(6, at, '33698765432'), segstart_utc: 'yesterday' }]),
  ];
  writeFileSync(calls, lines.join(''));
  await cliJson('replay', calls, '--catalogue', demoCatalogue, '--data', data);
  await cliJson('close', ...month, '--accept-omissions', 'two calls without a time', '--data', data);
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function recorded(rows: readonly object[]): string {
  const body = { source: 'avaya.cms', kind: 'ech_rows', polledAt: '2026-03-02T11:00:00Z', rows };
  const receivedAt = Date.parse('2026-03-02T11:00:00Z');
  return `${encodeRecorded({ connection: 'demo-avaya', receivedAt, headers: {}, body: JSON.stringify(body) })}\n`;
}

/** How often any byte of any file of the data directory holds one of the texts. */
function occurrences(...texts: readonly string[]): number {
  const files = readdirSync(data, { recursive: true, encoding: 'utf8' }).map((file) => join(data, file));
  const bytes = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'latin1'));
  return bytes.reduce(
    (sum, each) => sum + texts.reduce((found, text) => found + each.split(text).length - 1, 0),
    0,
  );
}

const ofPerson = ['612345678', '06 12 34 56 78'];
const ofOther = ['698765432'];
const erase = (...options: string[]) =>
  cliJson('privacy', 'erase', '--number', '+33 6 12 34 56 78', '--data', data, ...options);

async function figures(): Promise<unknown[]> {
  const span = ['--programme', 'boreal', '--from', '2026-03-02', '--to', '2026-03-02'];
  const { stdout } = await cli('log', 'show', 'billing.invoice-ready', '0', '0', '--data', data);
  // Of the quarter of an hour in which it is read.
  const { asOf: _, ...kpis } = await cliJson<{ readonly asOf: string }>('kpis', ...span, '--data', data);
  return [kpis, stdout];
}

describe('tallyline privacy erase', () => {
  it('says first what it would erase, and changes nothing', async () => {
    const before = occurrences(...ofPerson);
    expect(before).toBeGreaterThanOrEqual(3);
    expect(await erase('--dry-run')).toEqual({
      deliveries: 3,
      refused: [{ connection: 'demo-avaya', reason: 'invalid-field', records: 1 }],
      isErased: false,
    });
    expect(occurrences(...ofPerson)).toBe(before);
  }, 120_000);

  it('needs an author, a reason and a whole number', async () => {
    const command = ['privacy', 'erase', '--data', data, '--number'];
    expect(await cli(...command, '+33612345678', '--author', 'DPO')).toMatchObject({ code: 2 });
    expect(await cli(...command, '0612345678', '--dry-run')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('+33612345678'),
    });
    expect(
      await cli(...command, '+33612345678', '--dry-run', '--data', join(directory, 'none')),
    ).toMatchObject({
      code: 3,
    });
  }, 120_000);

  it('leaves no byte of the number, and all of others, of the figures and of the invoice', async () => {
    const before = await figures();
    const others = occurrences(...ofOther);
    expect(await erase('--author', 'DPO', '--reason', 'asked on 3 March')).toEqual({
      deliveries: 3,
      refused: [{ connection: 'demo-avaya', reason: 'invalid-field', records: 1 }],
      isErased: true,
    });
    expect(occurrences(...ofPerson)).toBe(0);
    // One of them was in the delivery of both.
    expect(occurrences(...ofOther)).toBe(others - 1);
    expect(await figures()).toEqual(before);
    expect(await cliJson('verify', `${month[0]}/${month[1]}`, '--data', data)).toMatchObject({
      status: 'same',
    });
    expect(await cli('audit', '--data', data)).toMatchObject({ code: 0 });
  }, 120_000);

  it('leaves the refused record of others alone, and can be asked again', async () => {
    const left = await cliJson<object[]>('refused', 'list', '--data', data);
    expect(left).toHaveLength(1);
    expect(await cliJson('refused', 'redrive', '--all', '--data', data)).toMatchObject({ stillRefused: 1 });
    expect(await erase('--author', 'DPO', '--reason', 'once more')).toMatchObject({
      deliveries: 0,
      refused: [],
    });
  }, 120_000);

  it('is kept as an act with its author, and without the number', async () => {
    const { stdout } = await cli('log', 'show', 'operator.acts', '0', '0', '--data', data);
    expect(JSON.parse(stdout)).toMatchObject({
      value: { act: 'person-erased', author: 'DPO', reason: 'asked on 3 March', deliveries: 3 },
    });
    expect(occurrences(...ofPerson)).toBe(0);
  }, 120_000);
});

describe('tallyline retention', () => {
  it('shows how long each topic is kept and since when', async () => {
    const found = await cliJson<{ topic: string; retentionDays: number | null; oldest: string | null }[]>(
      'retention',
      'show',
      '--data',
      data,
    );
    expect(found).toContainEqual({
      topic: 'telephony.raw',
      retentionDays: 30,
      oldest: expect.stringMatching(/Z$/),
    });
    expect(found).toContainEqual({ topic: 'meter.states', retentionDays: null, oldest: null });
  }, 120_000);

  it('deletes nothing that is within it', async () => {
    const left = occurrences(...ofOther);
    expect(await cliJson('retention', 'prune', '--vacuum', '--data', data)).toEqual({
      expired: 0,
      compacted: 0,
      isErased: true,
    });
    expect(occurrences(...ofOther)).toBe(left);
  }, 120_000);
});
