import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { simulate } from '#apps/cli/demo/simulate.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { deliver, type Parcel, parcelsOf } from '#test/faults/connector.js';
import { AppProcess } from '#test/processes/app-process.js';
import { encodeRecorded } from '#wire/recorded-delivery.js';
import { cli, cliJson } from './cli.js';

/**
 * What lies in a backup makes the same invoices as what was copied, and a backup that is not whole is
 * refused.
 */
const catalogue = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
const month = '2026-03';
const contracts = ['aurore-hours', 'boreal-calls'];
const deliveries = recordedDeliveries(
  simulate(7, month, 'Europe/Paris').filter((_, index) => index % 30 === 0),
);

let directory: string;
let recorded: string;
const within = (...names: readonly string[]): string => join(directory, ...names);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-backup-'));
  recorded = within('recorded.ndjson');
  writeFileSync(recorded, deliveries.map((delivery) => `${encodeRecorded(delivery)}\n`).join(''));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function close(contract: string, data: string): Promise<string> {
  const { code, stdout, stderr } = await cli('close', contract, month, '--json', '--data', data);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

/** The key is kept apart from the backup, and put beside what was restored. */
async function restored(backup: string, data: string, key: string): Promise<string> {
  expect(await cli('restore', backup, '--data', data)).toMatchObject({ code: 0, stderr: '' });
  expect(readdirSync(data)).not.toContain('customer.key');
  cpSync(join(key, 'customer.key'), join(data, 'customer.key'));
  return data;
}

describe('A backup of a data directory', () => {
  let original: string;

  it('makes the same invoices in another directory, byte for byte', async () => {
    original = within('original');
    await cliJson('replay', recorded, '--catalogue', catalogue, '--data', original);
    const backup = within('backup');
    const taken = await cli('backup', '--out', backup, '--data', original);
    expect(taken).toMatchObject({ code: 0, stderr: '' });
    expect(taken.stdout).toMatch(/^not in it: the customer key [\w-]{22}\. Keep .*customer\.key apart/m);
    expect(readdirSync(backup).toSorted()).toEqual(['backup.json', 'log.db', 'store.db']);
    const modes = [backup, ...readdirSync(backup).map((name) => join(backup, name))].map(
      (path) => statSync(path).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);

    const copy = await restored(backup, within('copy'), original);
    for (const contract of contracts) {
      const invoice = await close(contract, copy);
      expect(JSON.parse(invoice)).toMatchObject({ subject: contract, type: 'tallyline.invoice-ready.v1' });
      expect(invoice).toBe(await close(contract, original));
    }
  }, 240_000);

  it('that was taken while events stream in holds what was acknowledged before, and takes the rest', async () => {
    const data = within('streaming');
    const app = new AppProcess('standalone', { TALLYLINE_DATA: data, TALLYLINE_CATALOGUE: catalogue });
    const parcels = parcelsOf(deliveries, 5);
    const half = parcels.splice(0, parcels.length / 2);
    const send = async (some: readonly Parcel[]) => {
      for (const parcel of some) await deliver(app, parcel);
    };
    try {
      await send(half);
      const streamed = send(parcels);
      const taken = await cli('backup', '--out', within('live'), '--data', data);
      expect(taken).toMatchObject({ code: 0, stderr: '' });
      await streamed;
    } finally {
      await app.terminate();
    }

    const copy = await restored(within('live'), within('live-copy'), data);
    expect(await rawRecords(copy)).toBeGreaterThanOrEqual(
      half.reduce((total, parcel) => total + parcel.deliveries, 0),
    );
    expect(await cli('audit', '--data', copy)).toMatchObject({ code: 0 });
    await cliJson('replay', recorded, '--data', copy);
    for (const contract of contracts)
      expect(await close(contract, copy)).toBe(await close(contract, original));
    expect(await cli('audit', '--data', copy)).toMatchObject({ code: 0 });
  }, 240_000);

  it.each([
    ['without its list of files', (backup: string) => rmSync(join(backup, 'backup.json')), /no whole backup/],
    [
      'with half of its log',
      (backup: string) => truncateSync(join(backup, 'log.db'), statSync(join(backup, 'log.db')).size / 2),
      /log\.db has \d+ bytes, and had \d+ when it was written/,
    ],
    [
      'with a byte of its store changed',
      (backup: string) => {
        const bytes = readFileSync(join(backup, 'store.db'));
        bytes.writeUInt8(bytes.readUInt8(5_000) ^ 1, 5_000);
        writeFileSync(join(backup, 'store.db'), bytes);
      },
      /store\.db has other bytes than were written/,
    ],
    ['without its store', (backup: string) => rmSync(join(backup, 'store.db')), /store\.db is missing/],
    [
      'with half of its list',
      (backup: string) => truncateSync(join(backup, 'backup.json'), 100),
      /backup\.json is damaged/,
    ],
  ])('%s is refused in one line, and nothing is written', async (name, harm, message) => {
    const backup = within(`harmed ${name}`);
    cpSync(within('backup'), backup, { recursive: true });
    harm(backup);
    const refused = await cli('restore', backup, '--data', within('nowhere'));
    expect(refused).toMatchObject({ code: 16, stdout: '' });
    expect(refused.stderr).toMatch(message);
    expect(refused.stderr.trimEnd()).not.toContain('\n');
    expect(readdirSync(directory)).not.toContain('nowhere');
  });

  it('overwrites neither data nor another backup', async () => {
    const before = readFileSync(join(original, 'log.db'));
    expect(await cli('restore', within('backup'), '--data', original)).toMatchObject({
      code: 16,
      stderr: expect.stringContaining('is not empty: it holds'),
    });
    expect(await cli('backup', '--out', within('backup'), '--data', original)).toMatchObject({
      code: 16,
      stderr: expect.stringContaining('is not empty: it holds'),
    });
    expect(readFileSync(join(original, 'log.db')).equals(before)).toBe(true);
    expect(await cli('backup', '--out', within('none'), '--data', within('no-data'))).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('holds no data'),
    });
  });
});

async function rawRecords(data: string): Promise<number> {
  const log = openSqliteLog({ directory: data, readOnly: true });
  try {
    return (await log.bounds('telephony.raw')).reduce((total, { begin, end }) => total + end - begin, 0);
  } finally {
    await log.close();
  }
}
