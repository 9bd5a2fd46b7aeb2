import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeRecorded, type RecordedDelivery } from '#wire/recorded-delivery.js';
import { cli, cliJson } from './cli.js';

/**
 * A day of three agents, one on each platform, from what the platforms send to the invoice: in order, and in
 * the reverse order with everything sent twice. The right values are added up by hand beside the deliveries.
 */
const catalogue = (mappedFrom: string): string => `
tenant: horizon
connections:
  - { id: gen, platform: genesys, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true,
      states: [{ code: BREAK, reason: prep-1, state: PREP }] }
  - { id: ava, platform: avaya, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true,
      states: [{ code: AUX, reason: '3', state: PREP, from: ${mappedFrom} }] }
  - { id: axi, platform: axialys, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true,
      states: [{ code: break, reason: user6, state: PREP }] }
programmes:
  - id: care
    brand: Velora
    timeZone: Europe/Paris
    queues: [{ connection: gen, native: q1 }]
    agents: [{ code: A1 }, { code: A2 }, { code: A3 }]
agents:
  - { code: A1, ids: [{ connection: gen, native: u1 }] }
  - { code: A2, ids: [{ connection: ava, native: '210' }] }
  - { code: A3, ids: [{ connection: axi, native: '11' }] }
contracts:
  - id: hours
    seller: { name: Horizon, countryCode: FR }
    buyer: { name: Velora, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    scope: { programme: care }
    measures:
      productive: { kind: agentTime, states: [AVAILABLE] }
      preparation: { kind: agentTime, states: [PREP] }
      logged: { kind: agentTime, states: [LOGGED_IN] }
    lines:
      - { id: L1, model: time, measure: productive, unit: hour, price: '30.00' }
      - { id: L2, model: time, measure: preparation, unit: hour, price: '20.00' }
      - { id: L3, model: time, measure: logged, unit: hour, price: '1.00' }
`;

const day = '2026-03-03';
const receivedAt = Date.parse(`${day}T20:00:00Z`);

const delivery = (connection: string, body: object): RecordedDelivery => {
  return { connection, receivedAt, headers: {}, body: JSON.stringify(body) };
};

const genesys = (topic: string, eventBody: object): RecordedDelivery =>
  delivery('gen', {
    'detail-type': `v2.users.{id}.${topic}`,
    source: 'aws.partner/genesys.com/cloud/3f1e0d2c/prod',
    detail: { topicName: `v2.users.u1.${topic}`, version: '2', eventBody },
  });
const presence = (at: string, systemPresence: string, id: string): RecordedDelivery =>
  genesys('presence', { presenceDefinition: { id, systemPresence }, modifiedDate: `${day}T${at}Z` });
const routing = (at: string, status: string): RecordedDelivery =>
  genesys('routingStatus', { id: 'u1', routingStatus: { status, startTime: `${day}T${at}Z` } });

const trace = (at: string, workmode: string, auxreason?: number): object => {
  return { acd: 1, logid: '210', time_utc: Date.parse(`${day}T${at}Z`) / 1_000, workmode, auxreason };
};
const rows = (connection: string, source: string, kind: string, ...all: object[]): RecordedDelivery =>
  delivery(connection, { source, kind, polledAt: `${day}T19:00:00Z`, rows: all });

const deliveries = [
  // A1: logged in 08:00 to 09:30, 5 400 s; available 08:05:00.1 to 08:15 and 08:20 to 09:00: 599.9 s + 2 400
  // s; preparation 09:00 to 09:30, 1 800 s
  presence('08:00:00', 'AVAILABLE', 'd1'),
  presence('08:05:00', 'ON_QUEUE', 'd2'),
  routing('08:05:00.100', 'IDLE'),
  routing('08:15:00', 'INTERACTING'),
  routing('08:20:00', 'IDLE'),
  presence('09:00:00', 'BREAK', 'prep-1'),
  routing('09:00:00', 'OFF_QUEUE'),
  presence('09:30:00', 'OFFLINE', 'd3'),
  // A2: available 10:00 to 10:30, 1 800 s; AUX 3 10:30 to 10:45, 900 s; AUX 7, unmapped, 10:45 to 11:00;
  // logged in from 10:00, as reported, to 11:00, 3 600 s
  rows('ava', 'avaya.cms', 'agent_login_rows', {
    acd: 1,
    logid: '210',
    login_utc: Date.parse(`${day}T10:00:00Z`) / 1_000,
    logout_utc: Date.parse(`${day}T11:00:00Z`) / 1_000,
  }),
  rows(
    'ava',
    'avaya.cms',
    'agent_trace_rows',
    trace('10:00:00', 'AVAIL'),
    trace('10:30:00', 'AUX', 3),
    trace('10:45:00', 'AUX', 7),
    trace('11:00:00', 'UNSTAFF'),
  ),
  // A3: logged in 08:00 to 17:00, 32 400 s; preparation of 600 s; a pause that the system set
  rows(
    'axi',
    'axialys.vm',
    'status_rows',
    { id_op: 11, type: 'login', date: `${day}T09:00:00+01:00`, duration: 32_400 },
    { id_op: 11, type: 'break', date: `${day}T09:00:00+01:00`, duration: 60, infos: 'user15' },
    { id_op: 11, type: 'break', date: `${day}T13:00:00+01:00`, duration: 600, infos: 'user6' },
  ),
];

const directory = mkdtempSync(join(tmpdir(), 'tallyline-agent-time-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Row {
  readonly queue?: string;
  readonly agent?: string;
  readonly activityMs: object;
}

interface Invoice {
  readonly data: {
    readonly lines: readonly {
      readonly contractLine: string;
      readonly measured: { readonly quantity: string };
    }[];
  };
}

/** Replays into a data directory of its own, and gives what was billed in seconds. */
class Run {
  readonly #where: string[];

  constructor(readonly name: string) {
    mkdirSync(join(directory, name, 'catalogue'), { recursive: true });
    this.#where = [
      '--catalogue',
      join(directory, name, 'catalogue'),
      '--data',
      join(directory, name, 'data'),
    ];
  }

  write(text: string): void {
    writeFileSync(join(directory, this.name, 'catalogue', 'centre.yaml'), text);
  }

  /** Puts in force what was written. */
  async apply(): Promise<void> {
    const [, files = '', ...data] = this.#where;
    await cliJson('catalogue', 'apply', files, '--author', 'Ada', ...data);
  }

  async replay(given: readonly RecordedDelivery[]): Promise<void> {
    const file = join(directory, this.name, 'day.ndjson');
    writeFileSync(file, given.map((each) => `${encodeRecorded(each)}\n`).join(''));
    const counts = await cliJson<{ refused: number; unusable: number }>('replay', file, ...this.#where);
    if (counts.refused + counts.unusable > 0) throw new Error(`not all was taken: ${JSON.stringify(counts)}`);
  }

  async billed(...flags: string[]): Promise<Record<string, string>> {
    const { code, stdout, stderr } = await cli(
      'close',
      'hours',
      '2026-03',
      '--json',
      ...flags,
      ...this.#where,
    );
    if (code !== 0) throw new Error(stderr);
    const { lines } = (JSON.parse(stdout) as Invoice).data;
    return Object.fromEntries(lines.map((line) => [line.contractLine, line.measured.quantity]));
  }

  async kpis(programme: string, by: string): Promise<Row[]> {
    const span = ['--from', day, '--to', day, '--by', by];
    const answer = await cliJson<{ rows: Row[] }>('kpis', '--programme', programme, ...span, ...this.#where);
    return answer.rows;
  }
}

describe('A day of agents on three platforms', () => {
  const ordered = new Run('ordered');
  const reversed = new Run('reversed');
  beforeAll(async () => {
    for (const run of [ordered, reversed]) run.write(catalogue('2026-01-01'));
    await ordered.replay(deliveries);
    await reversed.replay([...deliveries, ...deliveries].toReversed());
  }, 120_000);

  it('is billed by what the codes mean, in whatever order and however often it was reported', async () => {
    // 2 999.9 + 1 800; 1 800 + 900 + 600; 5 400 + 3 600 + 32 400
    const right = { L1: '4799.9', L2: '3300', L3: '41400' };
    expect(await ordered.billed()).toEqual(right);
    expect(await reversed.billed()).toEqual(right);
  }, 120_000);

  it('shows the hours of a code that nothing maps, and bills none of it', async () => {
    expect(await ordered.kpis('unmapped', 'queue')).toMatchObject([
      { queue: 'ava:AUX/7', activityMs: { UNMAPPED: 900_000 } },
    ]);
    const agents = await ordered.kpis('care', 'agent');
    expect(agents.find(({ agent }) => agent === 'A2')?.activityMs).toEqual({
      AVAILABLE: 1_800_000,
      LOGGED_IN: 3_600_000,
      PREP: 900_000,
      UNMAPPED: 900_000,
    });
  }, 120_000);

  it('is corrected by an adjustment where the table of codes is corrected', async () => {
    reversed.write(catalogue('2026-03-04'));
    await reversed.apply();
    expect(await reversed.billed('--adjust')).toEqual({ L2: '-900' });
  }, 120_000);
});
