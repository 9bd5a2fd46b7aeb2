import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Catalogue } from '#catalogue/catalogue.js';
import { formatFault } from '#catalogue/fault.js';
import { loadCatalogue } from '#catalogue/load.js';
import { catalogueIndex } from '#catalogue/catalogue-index.js';
import { contractMeter } from '#domain/metering/contract-meter.js';
import type { ContactContent } from '#domain/posting/posting.js';

const bank = {
  timeZone: 'Asia/Jerusalem',
  connections: [
    { id: 'bank-genesys', platform: 'genesys' },
    { id: 'bank-avaya', platform: 'avaya' },
    { id: 'bank-axialys', platform: 'axialys' },
  ],
  queues: [
    { connection: 'bank-axialys', native: 'NE', name: 'NE' },
    { connection: 'bank-avaya', native: '310', name: 'NW' },
    { connection: 'bank-genesys', native: '995eb748-fb4a-4747-aa96-8bdc865bde85', name: 'PS' },
  ],
  agents: [
    { code: 'A0567', genesys: '71f0a8f9-10e5-4a64-a71d-06c7bd0c1788', avaya: '210567', axialys: '4567' },
    { code: 'A1758', genesys: 'fbd2769b-32ef-441a-a0b5-b06e89853330', avaya: '211758', axialys: '5758' },
    // Two people whose names have one code.
    { code: 'A1758', genesys: '00d707a2-4e4d-4d0f-a701-913446d2c798', avaya: '211758', axialys: '5758' },
    { code: 'unknown', genesys: '622c6b39-54ad-4734-a63f-7a149979d04e', avaya: '210868', axialys: '4868' },
  ],
};

const script = join(process.cwd(), 'test/journeys/anonymous-bank/catalogue.mjs');
const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tallyline-bank-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function made(content: unknown, name: string): Catalogue {
  writeFileSync(join(root, `${name}.json`), JSON.stringify(content));
  const { status, stderr } = run(join(root, `${name}.json`), join(root, name));
  if (status !== 0) throw new Error(stderr);
  const loaded = loadCatalogue(join(root, name));
  if ('faults' in loaded) throw new Error(loaded.faults.map(formatFault).join('\n'));
  return loaded.catalogue;
}

describe('The catalogue of the anonymous bank', () => {
  it('has the programme `bank` over all queues, with the thresholds of the golden figures', () => {
    const { programmes, connections } = made(bank, 'whole');

    expect(connections.map(({ id }) => id)).toEqual(['bank-avaya', 'bank-axialys', 'bank-genesys']);
    expect(programmes).toHaveLength(1);
    expect(programmes[0]).toMatchObject({
      id: 'bank',
      timeZone: 'Asia/Jerusalem',
      thresholdsMs: [5000, 20_000, 30_000],
      fcr: { windows: ['P1D', 'P7D'], reason: 'queue' },
    });
    expect(
      programmes[0]!.queues.map(({ connection, native, name }) => ({ connection, native, name })),
    ).toEqual(bank.queues.toSorted((a, b) => (a.connection < b.connection ? -1 : 1)));
  });

  it('knows an agent on every platform, and people who share a code as one', () => {
    const lookup = catalogueIndex(made(bank, 'agents'));

    expect(lookup.catalogue.agents.map(({ code }) => code)).toEqual(['A0567', 'A1758', 'unknown']);
    for (const { code, genesys, avaya, axialys } of bank.agents) {
      for (const id of [`bank-genesys:${genesys}`, `bank-avaya:${avaya}`, `bank-axialys:${axialys}`]) {
        expect(lookup.agent(id, 0)?.code).toBe(code);
      }
    }
  });

  it('is also made of a month without any agent', () => {
    const agents = made({ ...bank, agents: [] }, 'idle').agents;

    expect(agents).toEqual([]);
  });

  it('is the same text when it is written again', () => {
    const files = ['connections', 'programmes', 'agents', 'contracts'].map((name) => `again/${name}.yaml`);
    const texts = () => files.map((name) => readFileSync(join(root, name), 'utf8'));
    const first = made(bank, 'again');
    const written = texts();

    expect(made(bank, 'again')).toEqual(first);
    expect(texts()).toEqual(written);
  });
});

describe('The contracts of the anonymous bank', () => {
  /** An answered call at a local time of 1 February 1999, in whole seconds. */
  const call = (time: string, talkS: number): ContactContent => {
    const startedAt = Date.parse(`1999-02-01T${time}+02:00`);
    const endedAt = startedAt + talkS * 1000;
    return {
      kind: 'contact',
      contact: `bank-avaya:${time}`,
      connection: 'bank-avaya',
      direction: 'inbound',
      media: 'voice',
      customer: null,
      segments: [
        {
          queue: 'bank-avaya:310',
          enteredAt: startedAt - 9000,
          leftAt: startedAt,
          waitMs: 9000,
          result: 'answered',
        },
      ],
      legs: [
        {
          agent: 'bank-avaya:210567',
          queue: 'bank-avaya:310',
          startedAt,
          endedAt,
          talkMs: talkS * 1000,
          holdMs: 0,
          dialMs: 0,
          acwMs: 0,
          acwStartedAt: null,
          disposition: null,
          transferredOut: false,
        },
      ],
      missed: [],
    };
  };
  // 61 s, 0 s, 700 s, 10 s; over 20:00 by 40 s of 100 s; over midnight by 30 s of 90 s
  const calls = [
    call('09:00:00', 61),
    call('10:00:00', 0),
    call('11:00:00', 700),
    call('12:00:00', 10),
    call('19:59:00', 100),
    call('23:59:00', 90),
  ];

  it.each([
    ['bank-talk-hour', [61 + 700 + 10 + 100 + 90]],
    ['bank-calls', [6]],
    // by 1 s, 6 s, 30 s and 6 s, 60 s, and up to 600 s a call
    [
      'bank-increments',
      [961, 66 + 702 + 12 + 102 + 90, 66 + 702 + 30 + 102 + 90, 120 + 720 + 60 + 120 + 120, 861],
    ],
    // day, evening, night
    ['bank-bands', [61 + 700 + 10 + 60, 40 + 60, 30]],
  ])('%s measures %j', (id, expected) => {
    const lookup = catalogueIndex(made(bank, 'contracts'));
    const contract = lookup.contract(id)!;
    const meter = contractMeter(contract, lookup);
    const sums = new Map<string, number>();
    for (const { period, key, value } of calls.flatMap((each) => meter.measure(each))) {
      expect(period).toBe('1999-02');
      sums.set(key, (sums.get(key) ?? 0) + value);
    }

    const unit = id === 'bank-calls' ? 1 : 1000;
    const inOrderOfLines = contract.versions[0]!.terms.lines.flatMap(({ id: line }) => {
      return [...sums].filter(([key]) => key.startsWith(`line/${line}/`)).toSorted();
    });
    expect(inOrderOfLines.map(([, value]) => value / unit)).toEqual(expected);
  });
});

describe('The command that writes the catalogue of the bank', () => {
  it('prints its usage when called without arguments', () => {
    expect(run()).toMatchObject({ status: 2, stderr: 'usage: node catalogue.mjs BANK.json DIR\n' });
    expect(run('a', 'b', 'c').status).toBe(2);
  });

  it('names what is wrong with the file of the bank', () => {
    writeFileSync(join(root, 'bad.json'), '{"timeZone": "UTC", "connections": []}');

    expect(run(join(root, 'none.json'), root)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('ENOENT'),
    });
    expect(run(join(root, 'bad.json'), root).stderr).toContain("has no list 'queues'");
  });
});
