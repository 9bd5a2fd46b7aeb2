import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AppProcess } from '#test/processes/app-process.js';
import { cli, cliJson } from './cli.js';
import { waitUntil } from './wait-until.js';

/** What platforms export, as files: through the command line and through a running server. */
const root = join(import.meta.dirname, '../..');
const catalogue = join(root, 'apps/cli/demo/catalogue');
const day = '2026-03-02';
const polledAt = ['--polled-at', '2026-03-03T06:00:00Z'];

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-backfill-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function fileOf(name: string, content: string | Buffer): string {
  const file = join(directory, name);
  writeFileSync(file, content);
  return file;
}

const columns =
  'acd,callid,ucid,segment,segstart_utc,disptime,queuetime,ringtime,talktime,ansholdtime,acwtime,calldisp,split1,dispsplit,anslogin,calling_pty,cwc1';
/** 08:00 in Paris, a call a minute: 20 s of wait, 60 s of talk, 5 s on hold, 10 s of after-call work. */
const record = (call: number): string =>
  `1,${call},${String(call).padStart(20, '0')},1,${1_772_434_800 + call * 60},20,18,2,60,5,10,2,310,310,210020,336${String(call).padStart(8, '0')},"resolved, at once"`;
const calls = (count: number): string[] => Array.from({ length: count }, (_, index) => record(index + 1));

async function kpisOf(data: string, programme: string): Promise<object> {
  return cliJson('kpis', '--programme', programme, '--from', day, '--to', day, '--data', data);
}

describe('tallyline replay of an export', () => {
  const replayed = (file: string, data: string, ...more: string[]): Promise<object> =>
    cliJson('replay', file, '--data', data, '--catalogue', catalogue, ...more);
  const refusals = (data: string): Promise<readonly { readonly path: string; readonly message: string }[]> =>
    cliJson('refused', 'list', '--data', data);

  it('counts the records of a gzipped CSV, once however often it comes, and shows which are wrong', async () => {
    const data = join(directory, 'csv');
    const [broken, wrong] = ['1,901,"open,1', record(902).replace('1772488920', 'yesterday')];
    const text = [columns, ...calls(700), broken, wrong, record(903)].join('\r\n');
    const file = fileOf('calls.csv.gz', gzipSync(`\ufeff${text}\r\n`));
    const args = ['replay', file, '--connection', 'demo-avaya', ...polledAt, '--data', data];
    for (const _ of ['first', 'again']) {
      const ran = await cli(...args, '--catalogue', catalogue);
      expect(ran.code).toBe(6);
      expect(ran.stderr).toContain('line 702, column 7: a quote is opened and not closed');
      expect(await kpisOf(data, 'boreal')).toMatchObject({
        offered: 701,
        answered: 701,
        talkMs: 701 * 60_000,
        holdMs: 701 * 5_000,
        acwMs: 701 * 10_000,
      });
      expect(await refusals(data)).toMatchObject([{ path: 'line[703].segstart_utc' }]);
    }
    const again = fileOf('whole.csv', [columns, ...calls(700)].join('\n'));
    expect(
      await replayed(again, data, '--connection', 'demo-avaya', '--polled-at', '2026-03-04T06:00:00Z'),
    ).toMatchObject({ refused: 0, unusable: 0 });
    expect(await kpisOf(data, 'boreal')).toMatchObject({ offered: 701, talkMs: 701 * 60_000 });
  }, 120_000);

  it('reads files without a header, as the call history is written, by the columns that are named', async () => {
    const data = join(directory, 'columns');
    const file = fileOf('chr0001', `${calls(3).join('\n')}\n`);
    const named = ['--connection', 'demo-avaya', '--columns', columns, ...polledAt];
    expect(await replayed(file, data, ...named)).toMatchObject({ refused: 0, unusable: 0 });
    expect(await kpisOf(data, 'boreal')).toMatchObject({ offered: 3, talkMs: 180_000 });
  }, 60_000);

  it('reads another encoding where it is named, and says so where it is not', async () => {
    const data = join(directory, 'encoding');
    const text =
      'id_appel;date;group_name;id_op;status;duration_svi;duration_wait;duration_comm;duration_hold;duration;post_appel;tags\n' +
      `7;${day}T09:00:00+01:00;returns;4000;ANSWER;0;10;90;0;100;15;"réglé; à suivre"\n`;
    const file = fileOf('calls-latin.csv', Buffer.from(text, 'latin1'));
    const args = ['replay', file, '--connection', 'demo-axialys', ...polledAt, '--data', data];
    expect(await cli(...args, '--catalogue', catalogue)).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('--encoding windows-1252'),
    });
    expect((await cli(...args, '--encoding', 'windows-1252')).stdout).toContain(
      '1 deliveries replayed, 0 refused',
    );
    expect(await kpisOf(data, 'aurore')).toMatchObject({ offered: 1, talkMs: 90_000, acwMs: 15_000 });
  }, 60_000);

  it('reads bodies of a platform, one a line or as one document that is longer than a delivery', async () => {
    const data = join(directory, 'bodies');
    const lines = fileOf('bodies.ndjson', readFileSync(join(root, 'examples/deliveries/batch.ndjson')));
    const connection = ['--connection', 'demo-genesys'];
    expect(await replayed(lines, data, ...connection, ...polledAt)).toMatchObject({
      refused: 0,
      unusable: 0,
    });
    const rows = calls(250).map((text) => {
      const values = text.replace(/"(.*)"/, 'resolved').split(',');
      return Object.fromEntries(columns.split(',').map((name, index) => [name, values[index]]));
    });
    const document = { source: 'avaya.cms', kind: 'ech_rows', polledAt: `${day}T20:00:00Z`, rows };
    const file = fileOf('rows.json', JSON.stringify(document, null, 2));
    expect(await replayed(file, data, '--connection', 'demo-avaya')).toMatchObject({
      deliveries: 3,
      refused: 0,
    });
    expect(await kpisOf(data, 'boreal')).toMatchObject({ talkMs: 250 * 60_000 });
  }, 60_000);

  it('says which column is missing where the header does not say what the rows are', async () => {
    const data = join(directory, 'unknown');
    const file = fileOf('unknown.csv', 'acd,callid,talktime\n1,2,3\n');
    expect(await replayed(file, data, '--connection', 'demo-avaya', ...polledAt)).toMatchObject({
      refused: 1,
    });
    expect(await refusals(data)).toMatchObject([
      { reason: 'unknown-kind', message: expect.stringContaining('calldisp (ech_rows)') },
    ]);
  }, 60_000);

  it.each([
    [['--format', 'csv'], '--connection'],
    [['--connection', 'demo-avaya', '--format', 'recorded'], 'recorded'],
    [['--connection', 'demo-avaya', '--format', 'json', '--columns', 'a,b'], '--columns'],
    [['--connection', 'demo-avaya', '--polled-at', '2026-03-03'], '--polled-at'],
    [['--connection', 'demo-avaya', '--polled-at', '2026-04-31T06:00:00Z'], '--polled-at'],
    [['--connection', 'demo-avaya', '--encoding', 'klingon'], '--encoding'],
  ])(
    'refuses %j with what to change',
    async (args, named) => {
      const file = fileOf('any.csv', `${columns}\n`);
      const ran = await cli(
        'replay',
        file,
        ...args,
        '--data',
        join(directory, 'none'),
        '--catalogue',
        catalogue,
      );
      expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(named) });
    },
    60_000,
  );
});

describe('An export that is sent to a running server', () => {
  let app: AppProcess;
  beforeAll(() => {
    app = new AppProcess('standalone', {
      TALLYLINE_DATA: join(directory, 'server'),
      TALLYLINE_CATALOGUE: catalogue,
    });
  });
  afterAll(async () => app.terminate());

  it('counts as it does from the command line, twice sent or not, and names the line of what is wrong', async () => {
    const url = await app.ready();
    const send = async (
      path: string,
      body: string | Uint8Array<ArrayBuffer>,
      headers: Record<string, string>,
    ) => fetch(`${url}/v1/deliveries/demo-avaya${path}`, { method: 'POST', body, headers });
    const csv = { 'content-type': 'text/csv' };
    const lines = [columns, ...calls(600), record(601).replace(/,2,310/, ',two,310')];
    const packed = new Uint8Array(gzipSync(lines.join('\n')));
    const answer = await send('/batch', packed, { ...csv, 'content-encoding': 'gzip' });
    expect([answer.status, await answer.json()]).toMatchObject([202, { accepted: 2 }]);
    expect((await send('/batch', lines.join('\n'), csv)).status).toBe(202);
    expect((await send('', [columns, record(1), record(700)].join('\n'), csv)).status).toBe(202);
    const kpis = async () => {
      const path = `/v1/programmes/boreal/kpis?from=${day}&to=${day}`;
      return (await (await app.get(path)).json()) as { readonly offered: number; readonly talkMs: number };
    };
    await waitUntil(async () => (await kpis()).offered >= 601);
    expect(await kpis()).toMatchObject({ offered: 601, talkMs: 601 * 60_000 });
    const refused = (await (await app.get('/v1/refusals')).json()) as {
      readonly refusals: readonly { readonly path: string }[];
    };
    expect(refused.refusals.map(({ path }) => path)).toEqual(['line[602].calldisp']);
    const torn = await send('/batch', [columns, '1,2'].join('\n'), csv);
    expect([torn.status, await torn.json()]).toMatchObject([
      400,
      { code: 'invalid-batch', field: 'body.line[2]', detail: expect.stringContaining('column 3') },
    ]);
    expect((await send('/batch', '\n'.repeat(400_001), csv)).status).toBe(413);
    expect((await send('/batch', `${columns}\n`, csv)).status).toBe(400);
  }, 120_000);
});
