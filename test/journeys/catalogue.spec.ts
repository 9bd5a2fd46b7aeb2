import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { simulate } from '#apps/cli/demo/simulate.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { encodeRecorded } from '#wire/recorded-delivery.js';
import { cli, cliJson } from './cli.js';

/** Which catalogue is in force changes by an act with an author, and by nothing else. */
const month = '2026-03';
const directory = mkdtempSync(join(tmpdir(), 'tallyline-catalogue-'));
const data = join(directory, 'data');
/** As it was; with a price edited in place; with a queue of the programme left out. */
const [older, dearer, newer] = ['older', 'dearer', 'newer'].map((name) => join(directory, name)) as [
  string,
  string,
  string,
];
const span = ['--programme', 'boreal', '--from', `${month}-01`, '--to', `${month}-31`];

interface History {
  readonly number: number;
  readonly version: string;
  readonly author: string;
  readonly reason: string | null;
}

const history = (): Promise<History[]> => cliJson('catalogue', 'history', '--data', data);
const adjust = () => cli('close', 'boreal-calls', month, '--adjust', '--json', '--data', data);

async function close(...flags: string[]) {
  const ran = await cli('close', 'boreal-calls', month, '--json', '--data', data, ...flags);
  const event = decodeInvoiceReady(ran.stdout);
  if (event === null) throw new Error(`close ended with ${ran.code}:\n${ran.stderr}`);
  return event.data;
}

function edit(file: string, from: string | RegExp, to: string): void {
  const text = readFileSync(file, 'utf8');
  const edited = text.replace(from, to);
  if (edited === text) throw new Error(`${file} does not hold ${from}`);
  writeFileSync(file, edited);
}

beforeAll(async () => {
  const demo = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
  for (const each of [older, dearer, newer]) cpSync(demo, each, { recursive: true });
  edit(join(dearer, 'contracts/boreal.yaml'), "'2.35'", "'2.50'");
  edit(join(newer, 'programmes.yaml'), /^.*c2dfd87a-730c-4726-a0aa-57b7a159e6fa.*$/m, '');
  edit(join(newer, 'contracts/boreal.yaml'), /^ {4}- says: however[\s\S]*?(?=^ {4}- says:)/m, '');
  const calls = simulate(3, month, 'Europe/Paris').slice(0, 200);
  const recorded = join(directory, 'deliveries.ndjson');
  writeFileSync(
    recorded,
    recordedDeliveries(calls)
      .map((each) => `${encodeRecorded(each)}\n`)
      .join(''),
  );
  await cliJson('replay', recorded, '--catalogue', older, '--data', data);
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('A catalogue', () => {
  it('comes into force by the first work on an empty log, and the history says so', async () => {
    expect(await history()).toMatchObject([{ number: 1, author: 'tallyline (first start)', reason: null }]);
  });

  it('is only shown by a dry run, with each price that would change', async () => {
    const shown = await cli('catalogue', 'apply', dearer, '--author', 'Ada', '--dry-run', '--data', data);
    expect(shown.stdout).toMatch(/~ contract boreal-calls\n {4}versions\[0\]\..*: 2\.35 -> 2\.50$/m);
    expect(shown.stdout).toContain('nothing was written');
    const french = ['--dry-run', '--lang', 'fr', '--data', data];
    expect((await cli('catalogue', 'apply', dearer, '--author', 'Ada', ...french)).stdout).toContain(
      '~ contrat',
    );
    expect(await history()).toHaveLength(1);
  }, 60_000);

  it('needs an author to come into force', async () => {
    expect(await cli('catalogue', 'apply', newer, '--data', data)).toMatchObject({ code: 2 });
    expect(await cli('catalogue', 'apply', newer, '--author', ' ', '--data', data)).toMatchObject({
      code: 2,
    });
    expect(await history()).toHaveLength(1);
  }, 60_000);

  it('that is in force is not changed by looking at another one, so that no adjustment comes of it', async () => {
    await close();
    const by = ['--author', 'Ada', '--reason', 'the queue is of another brand'];
    await cliJson('catalogue', 'apply', newer, ...by, '--data', data);
    expect((await history()).at(-1)).toMatchObject({
      number: 2,
      author: 'Ada',
      reason: 'the queue is of another brand',
    });
    const adjusted = await close('--adjust');
    expect(adjusted.adjusts?.cause).toBe('mapping');
    expect(adjusted.totals.totalWithoutVat.amount).toMatch(/^-/);

    const looked = await cli('kpis', ...span, '--catalogue', older, '--data', data);
    expect(looked).toMatchObject({ code: 0, stderr: expect.stringMatching(/is not in force/) });
    const draft = join(import.meta.dirname, '../../apps/cli/demo/draft.yaml');
    await cliJson('whatif', '--contract', draft, '--from', month, '--catalogue', older, '--data', data);
    expect(await history()).toHaveLength(2);
    const again = await adjust();
    expect(again.stderr).toContain('nothing has changed since revision 2');
  }, 120_000);

  it('with a price edited in place after a close does not come into force', async () => {
    const ran = await cli('catalogue', 'apply', dearer, '--author', 'Ada', '--data', data);
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toMatch(/edited-after-close/);
    expect(await history()).toHaveLength(2);
  }, 60_000);

  it('that is not in force closes nothing and takes no deliveries', async () => {
    const [one, two] = (await history()).map(({ version }) => version);
    for (const command of [
      ['close', 'boreal-calls', month, '--adjust'],
      ['replay', join(directory, 'deliveries.ndjson')],
    ]) {
      const ran = await cli(...command, '--catalogue', older, '--data', data);
      expect(ran).toMatchObject({
        code: 12,
        stderr: expect.stringContaining(`catalogue ${two} is in force, the files say ${one}`),
      });
    }
  }, 60_000);

  it('that was in force comes back by an apply of its own, which the next adjustment follows', async () => {
    await cliJson('catalogue', 'apply', older, '--author', 'Bob', '--data', data);
    const [one, , three] = await history();
    expect([three?.number, three?.version, three?.author]).toEqual([3, one?.version, 'Bob']);
    const [first, second, third] = [await close(), await close('--adjust'), await close('--adjust')];
    expect(second.totals.totalWithoutVat.amount).toMatch(/^[1-9]/);
    expect(third.revision).toBe(second.revision);
    expect(first.revision).toBe(1);
  }, 120_000);
});
