import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordedDeliveries } from '#apps/cli/demo/deliveries.js';
import { simulate } from '#apps/cli/demo/simulate.js';
import { openSqliteLog } from '#log/sqlite/sqlite-log.js';
import { encodeRecorded } from '#wire/recorded-delivery.js';
import { topicSettings } from '#wire/topics.js';
import { cli, cliJson } from './cli.js';

/**
 * A twelfth of the demonstration's month: Boreal pays by the act; a draft would pay by time and result.
 * February is empty, March is closed, April was never closed.
 */
const catalogue = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
const calls = ['2026-03', '2026-04'].flatMap((month) =>
  simulate(7, month, 'Europe/Paris')
    .filter((_, index) => index % 12 === 0)
    .map((call) => ({ ...call, number: month === '2026-03' ? call.number : call.number + 20_000 })),
);
const boreal = calls.filter(({ agent, queue }) => agent !== null && queue.team.brand === 'boreal');

const draftFile = join(import.meta.dirname, '../../apps/cli/demo/draft.yaml');
const draft = readFileSync(draftFile, 'utf8');

interface Answer {
  readonly present: string;
  readonly total: { readonly present: string; readonly draft: string; readonly difference: string };
  readonly months: readonly {
    readonly period: string;
    readonly presentIs: string;
    readonly present: string;
    readonly draft: string;
    readonly lines: readonly { readonly line: string; readonly present: string; readonly draft: string }[];
  }[];
  readonly observed: readonly {
    readonly handled: number;
    readonly kpis: readonly {
      readonly id: string;
      readonly definition: string;
      readonly version: number;
      readonly parameters: object;
      readonly value: string | null;
    }[];
  }[];
  readonly breakEvens: readonly {
    readonly driver: string;
    readonly now: string;
    readonly points: readonly { readonly below: string; readonly above: string }[];
  }[];
  readonly clauses: readonly { readonly kind: string; readonly id: string; readonly total: string }[];
}

let directory: string;
let data: string;
let command: string[];
let closed: { readonly data: { readonly totals: { readonly totalWithoutVat: { readonly amount: string } } } };
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-whatif-'));
  data = join(directory, 'data');
  const recorded = join(directory, 'deliveries.ndjson');
  writeFileSync(
    recorded,
    recordedDeliveries(calls)
      .map((each) => `${encodeRecorded(each)}\n`)
      .join(''),
  );
  await cliJson('replay', recorded, '--catalogue', catalogue, '--data', data);
  closed = await cliJson('close', 'boreal-calls', '2026-03', '--data', data);
  command = whatif(draftFile, '2026-02', '2026-04');
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function whatif(contract: string, from: string, to: string): string[] {
  return ['whatif', '--contract', contract, '--data', data, '--from', from, '--to', to];
}

interface Figure {
  readonly definition: string;
  readonly version: number;
  readonly parameters: object;
  readonly value: number | null;
}

/** What makes two figures the same one; a contract may add what happens without data. */
function nameOf({ definition, version, parameters }: Omit<Figure, 'value'>): string {
  const { minSample: _, onNoData: __, ...own } = parameters as Record<string, unknown>;
  return JSON.stringify([definition, version, Object.entries(own).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/** Rows such as `ASA v1  4.3 s`, `ASA v1  0:00:04` or `hold rate v1  18.02 %`: name -> s, ratio. */
function kpiRows(text: string): Map<string, number> {
  const rows = text.matchAll(/^(\S.*? v\d+) +(?:(\d+):(\d\d):(\d\d)|([\d.,]+)\s(s|%))(?=\s)/gmu);
  return new Map(
    [...rows].map(([, name = '', hours, minutes, seconds, number = '', unit]) => [
      name,
      hours === undefined
        ? Number(number.replaceAll(',', '')) / (unit === '%' ? 100 : 1)
        : Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds),
    ]),
  );
}

/** Every offset of the log, and every byte of the store. */
async function everything(): Promise<unknown> {
  const log = openSqliteLog({ directory: data, readOnly: true });
  try {
    const bounds = topicSettings(4).map(async ({ name }) => [name, await log.bounds(name)]);
    return [await Promise.all(bounds), readFileSync(join(data, 'store.db')).toString('base64')];
  } finally {
    await log.close();
  }
}

describe('tallyline whatif', () => {
  it('prices past months beside what was invoiced, or would have been, and writes nothing', async () => {
    const before = await everything();
    const { present, months, total } = await cliJson<Answer>(...command);
    expect(await everything()).toEqual(before);

    expect(present).toBe('boreal-calls');
    expect(months.map(({ period, presentIs }) => [period, presentIs])).toEqual([
      ['2026-02', 'priced'],
      ['2026-03', 'billed'],
      ['2026-04', 'priced'],
    ]);
    const [february, march, april] = months;
    expect(february).toMatchObject({ present: '0', draft: '0' });
    expect(Number(march?.present)).toBe(Number(closed.data.totals.totalWithoutVat.amount));
    const aprilCalls = boreal.filter(({ number }) => number >= 20_000).length;
    expect(Number(april?.present)).toBeCloseTo(aprilCalls * 2.35, 2);
    // handling with at most 30 s of after-call work, at 24.00 an hour
    const marchMs = boreal
      .filter(({ number }) => number < 20_000)
      .reduce((sum, call) => sum + call.talkMs + call.holdMs + Math.min(30_000, call.acwMs), 0);
    const hours = march?.lines.find(({ line }) => line === 'hours');
    expect(hours).toMatchObject({ present: '0' });
    // and 30 % more at night
    const plain = (marchMs / 3_600_000) * 24;
    expect(Number(hours?.draft)).toBeGreaterThan(plain);
    expect(Number(hours?.draft)).toBeLessThan(plain * 1.1);
    expect(Number(total.difference)).toBeCloseTo(Number(total.draft) - Number(total.present), 6);
  });

  it('observes the same value as the live KPIs wherever definition, version and parameters are the same', async () => {
    const month = ['--from', '2026-03-01', '--to', '2026-03-31', '--data', data];
    const { figures } = await cliJson<{ figures: readonly Figure[] }>(
      'kpis',
      '--programme',
      'boreal',
      ...month,
    );
    const { observed } = await cliJson<Answer>(...whatif(draftFile, '2026-03', '2026-03'));
    const live = new Map(figures.map((figure) => [nameOf(figure), figure.value]));
    const compared = (observed[0]?.kpis ?? []).flatMap((kpi) => {
      const value = live.get(nameOf(kpi));
      return value === undefined ? [] : [[kpi.definition, Number(kpi.value), value] as const];
    });
    for (const [definition, ofWhatIf, ofKpis] of compared) {
      expect([definition, ofWhatIf]).toEqual([definition, expect.closeTo(ofKpis ?? Number.NaN, 3)]);
    }
    const definitions = compared.map(([definition]) => definition);
    for (const definition of ['aht', 'asa', 'serviceLevel', 'abandonment', 'fcrPerContact', 'topBox']) {
      expect(definitions).toContain(definition);
    }
  });

  it('gives the same value as the live KPIs wherever name and version are the same', async () => {
    const month = ['--from', '2026-03-01', '--to', '2026-03-31', '--data', data];
    const live = kpiRows((await cli('kpis', '--programme', 'boreal', ...month)).stdout);
    const ofWhatIf = kpiRows((await cli(...whatif(draftFile, '2026-03', '2026-03'))).stdout);
    const compared = [...ofWhatIf].filter(([name]) => live.has(name));
    for (const [name, value] of compared) {
      expect([name, value]).toEqual([name, expect.closeTo(live.get(name) ?? Number.NaN, value > 1 ? 0 : 4)]);
    }
    const names = compared.map(([name]) => name);
    expect(names).toContain('abandonment, not short (5 s) v1');
    expect(names).not.toContain('abandonment v1');
    for (const name of ['AHT v1', 'ASA v1', 'FCR per contact 7 days v1', 'CSAT 4 or 5 of 1 to 5 v1']) {
      expect(names).toContain(name);
    }
  });

  it('finds the handle time at which draft and present contract cost the same', async () => {
    const { breakEvens, observed } = await cliJson<Answer>(...command);
    expect(observed.map(({ handled }) => handled).reduce((a, b) => a + b)).toBe(boreal.length);
    const handleMs = boreal.reduce((sum, call) => sum + call.talkMs + call.holdMs + call.acwMs, 0);
    const aht = breakEvens.find(({ driver }) => driver === 'handleTime');
    expect(Number(aht?.now)).toBeCloseTo(handleMs / boreal.length / 1000, 1);
    expect(aht?.points).toHaveLength(1);
    expect(Number(aht?.points[0]?.above) - Number(aht?.points[0]?.below)).toBeCloseTo(0.1, 6);
    expect(breakEvens.map(({ driver }) => driver).sort()).toEqual(['fcr', 'handleTime', 'volume']);
  });

  it('says by how much each clause changed the price', async () => {
    const { clauses, months } = await cliJson<Answer>(...command);
    const moved = new Map(clauses.map(({ kind, id, total }) => [`${kind} ${id}`, Number(total)]));
    const amount = (line: string): number =>
      months.reduce(
        (sum, { lines }) => sum + Number(lines.find((each) => each.line === line)?.draft ?? 0),
        0,
      );
    expect(moved.get('line solved-at-once')).toBeCloseTo(amount('solved-at-once'), 6);
    expect(moved.get('bonusMalus satisfaction')).toBeCloseTo(amount('satisfaction'), 6);
    expect(moved.get('caps handle')).toBeLessThan(0);
    expect([...moved.keys()].sort()).toEqual([
      'bands hours',
      'bonusMalus satisfaction',
      'caps handle',
      'line hours',
      'line solved-at-once',
    ]);
  });

  it('prints its answer in English and French', async () => {
    const english = (await cli(...command)).stdout;
    expect(english).toContain('What if: draft boreal-draft against boreal-calls, 2026-02 to 2026-04');
    expect(english).toContain('not closed: priced under the present contract');
    const french = (await cli(...command, '--lang', 'fr')).stdout;
    expect(french).toContain('Simulation : projet boreal-draft face à boreal-calls');
    expect(french).toContain("Points d'équilibre");
  });

  it('compares with the contract that is named, and lists faults of a draft with their lines', async () => {
    const against = await cliJson<Answer>(...command, '--against', 'aurore-hours');
    expect(against.present).toBe('aurore-hours');
    expect((await cli(...command, '--against', 'unknown')).code).toBe(4);

    const faulty = join(directory, 'faulty.yaml');
    writeFileSync(
      faulty,
      draft.replace('programme: boreal', 'programme: boreall').replace("'24.00'", '24.00'),
    );
    const ran = await cli(...whatif(faulty, '2026-03', '2026-03'));
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(
      /the draft has 1 fault\(s\):\n {2}faulty\.yaml:\d+: contract\.lines\[0\]\.price: /,
    );
    writeFileSync(faulty, draft.replace('programme: boreal', 'programme: boreall'));
    const unknown = await cli(...whatif(faulty, '2026-03', '2026-03'));
    expect(unknown.stderr).toContain("there is no programme 'boreall'; did you mean 'boreal'?");
    const reversed = await cli(...whatif(draftFile, '2026-03', '2026-02'));
    expect(reversed.code).toBe(2);
  });
});

describe('tallyline explain', () => {
  it('recomputes an invoice from its calculation trace, in both languages', async () => {
    const explained = await cliJson<{
      check: { differ: unknown[]; netAgrees: boolean; net: string };
      entries: { identifier: string; amount: string; rows: unknown[] }[];
    }>('explain', 'boreal-calls/2026-03', '--data', data);
    expect(explained.check).toMatchObject({ differ: [], netAgrees: true });
    expect(Number(explained.check.net)).toBe(Number(closed.data.totals.totalWithoutVat.amount));
    expect(explained.entries.map(({ identifier }) => identifier)).toEqual(['calls', 'VAT S 20']);

    const english = (await cli('explain', 'boreal-calls/2026-03', 'calls', '--data', data)).stdout;
    expect(english).toMatch(/Checked: 2 amounts computed again from these rows alone, all agree/);
    const french = (await cli('explain', 'boreal-calls/2026-03', '--lang', 'fr', '--data', data)).stdout;
    expect(french).toContain('À facturer : boreal-calls, 2026-03');
    expect(french).toMatch(/compté +ligne calls, dès 2026-02-28T23:00Z : 451 /);
  });

  it('ends with exit code 4 for a line, period, revision or data directory that does not exist', async () => {
    const line = await cli('explain', 'boreal-calls/2026-03', 'nothing', '--data', data);
    expect(line.code).toBe(4);
    expect(line.stderr).toContain('the invoice has no line nothing; it has: calls, VAT S 20');
    expect((await cli('explain', 'boreal-calls/2026-04', '--data', data)).code).toBe(4);
    expect((await cli('explain', 'boreal-calls/2026-03', '--revision', '2', '--data', data)).code).toBe(4);
    expect((await cli('explain', 'boreal-calls/2026-03', '--data', join(directory, 'none'))).code).toBe(4);
  });
});
