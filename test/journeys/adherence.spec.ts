import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeRecorded, type RecordedDelivery } from '#wire/recorded-delivery.js';
import { cli, cliJson } from './cli.js';

/**
 * A day of one agent, from the planner's file and the states that the platform reports to a malus on the
 * invoice. The right values are added up by hand:
 *
 * | local time | planned | done | |
 * |---|---|---|---|
 * | 08:00 | preparation to 08:15 | preparation to 08:30 | 15 minutes otherwise |
 * | 08:15 | cards to 12:00 | available | |
 * | 12:00 | lunch to 12:30 | lunch to 12:45 | 15 minutes otherwise |
 * | 12:30 | cards to 16:30 | available to 16:30, 4 minutes away at 14:00 | within the tolerance |
 * | 16:30 | meeting to 17:00 | meeting | |
 *
 * 540 minutes are planned, 510 of them are kept. On queue are planned 225 + 240 = 465 minutes, and 210 + 221
 * were worked.
 */
const catalogue = `
tenant: horizon
connections:
  - { id: ava, platform: avaya, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true,
      states: [{ code: AUX, reason: '1', state: LUNCH }, { code: AUX, reason: '3', state: PREP },
               { code: AUX, reason: '4', state: MEETING }, { code: AUX, reason: '5', state: BREAK }] }
  - { id: plan, platform: schedules, timeZone: Europe/Paris, authentication: { scheme: none }, demo: true,
      states: [{ code: CARDS, state: AVAILABLE }, { code: LUNCH, state: LUNCH }, { code: PREP, state: PREP },
               { code: MEET, state: MEETING }] }
programmes:
  - { id: care, brand: Velora, timeZone: Europe/Paris, queues: [{ connection: ava, native: '310' }], agents: [{ code: ann }] }
agents:
  - { code: ann, ids: [{ connection: ava, native: '210' }] }
contracts:
${['instant', 'latest']
  .map(
    (asOf) => `
  - id: hours-${asOf}
    seller: { name: Horizon, countryCode: FR }
    buyer: { name: Velora, countryCode: FR }
    currency: EUR
    timeZone: Europe/Paris
    scope: { programme: care }
    measures: { production: { kind: agentTime, states: [AVAILABLE] } }
    lines: [{ id: L1, name: Production, model: time, measure: production, unit: hour, price: '30.00' }]
    kpis:
      on-plan: { type: adherence, tolerance: 5min, asOf: ${asOf} }
      as-planned: { type: conformance, asOf: ${asOf} }
    bonusMalus:
      - { id: adherence, kpi: on-plan, base: [L1], shapes: [{ shape: step, points: [{ lt: '0.95', rate: '-0.02' }] }] }
      - { id: conformance, kpi: as-planned, base: [L1], shapes: [{ shape: step, points: [{ gte: '0.92', rate: '+0.01' }] }] }
`,
  )
  .join('')}`;

const delivery = (connection: string, received: string, body: object): RecordedDelivery => {
  return { connection, receivedAt: Date.parse(received), headers: {}, body: JSON.stringify(body) };
};

type Row = readonly [start: string, stop: string, rank: number, code: string];

function file(received: string, publishedAt: string, rows: readonly Row[]): RecordedDelivery {
  const lines = rows.map(
    ([start, stop, rank, code]) => `03-03-2026 ${start}:00,03-03-2026 ${stop}:00,${rank},${code},210`,
  );
  const text = ['start_moment,stop_moment,rank,code,acd_login_id', ...lines, `Record_count,${rows.length}`];
  return delivery('plan', received, {
    source: 'schedules',
    format: 'aspect',
    publishedAt,
    agentsOf: 'ava',
    file: text.join('\r\n'),
  });
}

const planned: readonly Row[] = [
  ['08:00', '17:00', 1119, 'CARDS'],
  ['08:00', '08:15', 120, 'PREP'],
  ['12:00', '12:30', 153, 'LUNCH'],
  ['16:30', '17:00', 177, 'MEET'],
];
/** As it was done: preparation to 08:30, lunch to 12:45. */
const asDone: readonly Row[] = [
  ['08:00', '17:00', 1119, 'CARDS'],
  ['08:00', '08:30', 120, 'PREP'],
  ['12:00', '12:45', 153, 'LUNCH'],
  ['16:30', '17:00', 177, 'MEET'],
];

const at = (clock: string): number => Date.parse(`2026-03-03T${clock}:00+01:00`) / 1000;
const trace = (
  ...modes: (readonly [clock: string, workmode: string, auxreason?: number])[]
): RecordedDelivery =>
  delivery('ava', '2026-03-03T19:00:00Z', {
    source: 'avaya.cms',
    kind: 'agent_trace_rows',
    polledAt: '2026-03-03T18:00:00Z',
    rows: modes.map(([clock, workmode, auxreason]) => {
      return {
        acd: 1,
        logid: '210',
        time_utc: at(clock),
        workmode,
        ...(auxreason !== undefined && { auxreason }),
      };
    }),
  });

const published = file('2026-03-02T17:00:00Z', '2026-03-02T18:00:00+01:00', planned);
const afterwards = file('2026-03-04T09:00:00Z', '2026-03-04T10:00:00+01:00', asDone);
const day = trace(
  ['08:00', 'AUX', 3],
  ['08:30', 'AVAIL'],
  ['12:00', 'AUX', 1],
  ['12:45', 'AVAIL'],
  ['14:00', 'AUX', 5],
  ['14:04', 'AVAIL'],
  ['16:30', 'AUX', 4],
  ['17:00', 'UNSTAFF'],
);

interface Explained {
  readonly entries: readonly {
    readonly clause: string | null;
    readonly amount: string;
    readonly kind: string;
  }[];
}

const directory = mkdtempSync(join(tmpdir(), 'tallyline-adherence-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function replayed(name: string, deliveries: readonly RecordedDelivery[]): Promise<string[]> {
  const folder = join(directory, name);
  mkdirSync(join(folder, 'catalogue'), { recursive: true });
  writeFileSync(join(folder, 'catalogue/centre.yaml'), catalogue);
  const recorded = join(folder, 'deliveries.ndjson');
  writeFileSync(recorded, deliveries.map((each) => `${encodeRecorded(each)}\n`).join(''));
  const where = ['--data', join(folder, 'data')];
  const counts = await cliJson('replay', recorded, '--catalogue', join(folder, 'catalogue'), ...where);
  expect(counts).toMatchObject({ deliveries: deliveries.length, refused: 0, unusable: 0 });
  return where;
}

async function closed(id: string, where: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await cli('close', id, '2026-03', '--json', ...where);
  if (code !== 0) throw new Error(stderr);
  return stdout;
}

async function amountsOf(
  id: string,
  where: readonly string[],
  ...more: string[]
): Promise<Record<string, string>> {
  const { entries } = await cliJson<Explained>('explain', `${id}/2026-03`, ...more, ...where);
  return Object.fromEntries(
    entries.flatMap(({ kind, clause, amount }) =>
      clause === null || kind === 'vat' ? [] : [[clause, amount]],
    ),
  );
}

async function textOf(id: string, where: readonly string[]): Promise<string> {
  const { stdout } = await cli('explain', `${id}/2026-03`, ...where);
  return stdout.replaceAll(/\s+/g, ' ');
}

describe('The day of an agent against the schedule', () => {
  let where: string[];
  let events: Record<string, string>;
  beforeAll(async () => {
    where = await replayed('in-order', [published, day, afterwards]);
    events = { instant: await closed('hours-instant', where), latest: await closed('hours-latest', where) };
  }, 120_000);

  it('is a malus where it was not kept, whatever was published afterwards', async () => {
    // 431 minutes at 30.00 an hour; 510 of 540 minutes are below 95 %, 431 of 465 above 92 %
    expect(await amountsOf('hours-instant', where)).toEqual({
      L1: '215.50',
      adherence: '-4.31',
      conformance: '2.16',
    });
    const stdout = await textOf('hours-instant', where);
    expect(stdout).toContain(
      '8 h 30 min (r3) / 9 h (r4) = 94.444444… %; the first that holds of < 95 %: -2 %',
    );
    expect(stdout).toContain(
      '7 h 11 min (r8) / 7 h 45 min (r9) = 92.688172… %; the first that holds of ≥ 92 %: 1 %',
    );
  });

  it('is none by the last version, where the contract takes that', async () => {
    // planned on queue are 210 + 225 minutes, of which 431 were worked
    expect(await amountsOf('hours-latest', where)).toEqual({ L1: '215.50', conformance: '2.16' });
    const stdout = await textOf('hours-latest', where);
    expect(stdout).toContain('7 h 11 min (r');
    expect(stdout).toContain('/ 7 h 15 min (r');
  });

  it('gives the same events, byte for byte, in the other order and with everything sent twice', async () => {
    const other = await replayed('reversed', [afterwards, day, day, published, afterwards, published]);
    expect(await closed('hours-instant', other)).toBe(events['instant']);
    expect(await closed('hours-latest', other)).toBe(events['latest']);
  }, 120_000);

  it('is verified, proved without the journal, and explained down to the schedule', async () => {
    expect((await cli('verify', 'hours-instant/2026-03', ...where)).code).toBe(0);
    const proof = join(directory, 'proof.json');
    expect((await cli('proof', 'export', 'hours-instant/2026-03', '--out', proof, ...where)).code).toBe(0);
    expect((await cli('proof', 'verify', proof)).code).toBe(0);
    const { stdout } = await cli(
      'contacts',
      'hours-instant/2026-03',
      'adherence',
      '--format',
      'ndjson',
      ...where,
    );
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      expect.objectContaining({
        kind: 'schedule',
        id: 'plan:schedule/ava:210/2026-03-03',
        agents: ['ann'],
        value: 510 * 60_000,
        denominator: 540 * 60_000,
      }),
    ]);
  }, 120_000);

  it('is in the report by agent and day what it is on the invoice', async () => {
    const asked = [
      '--programme',
      'care',
      '--from',
      '2026-03-01',
      '--to',
      '2026-03-31',
      '--tolerance',
      '5min',
    ];
    const { days, total } = await cliJson<{ days: object[]; total: object }>('adherence', ...asked, ...where);
    const sums = { plannedMs: 540, keptMs: 510, presentMs: 540, plannedOnQueueMs: 465, onQueueMs: 431 };
    const expected = Object.fromEntries(
      Object.entries(sums).map(([name, minutes]) => [name, minutes * 60_000]),
    );
    expect(total).toEqual(expected);
    expect(days).toEqual([
      expect.objectContaining({ day: '2026-03-03', agent: 'ann', versions: 2, ...expected }),
    ]);
    const { code, stderr } = await cli('adherence', '--programme', 'shop', '--from', '2026-03-01', ...where);
    expect([code, stderr]).toEqual([
      expect.any(Number),
      expect.stringContaining('there is no programme shop'),
    ]);
    expect(code).not.toBe(0);
  }, 120_000);

  it('is adjusted where a version becomes known late that was in force', async () => {
    const late = file('2026-03-20T09:00:00Z', '2026-03-02T20:00:00+01:00', asDone);
    const recorded = join(directory, 'late.ndjson');
    writeFileSync(recorded, `${encodeRecorded(late)}\n`);
    await cliJson('replay', recorded, ...where);
    expect((await cli('close', 'hours-instant', '2026-03', '--adjust', ...where)).code).toBe(0);
    const difference = await amountsOf('hours-instant', where, '--revision', '2');
    expect(difference).toEqual({ adherence: '4.31' });
    expect((await cli('verify', 'hours-instant/2026-03', ...where)).code).toBe(0);
  }, 120_000);
});
