import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cli } from './cli.js';
import { contract } from './worked-cases/centre.js';
import { Commanded } from './worked-cases/commanded.js';
import { type Call, calls, customer, paris } from './worked-cases/work.js';

/** From a line of an invoice down to the calls that it consists of, by the command line. */
describe('the contacts that a line of an invoice counts', () => {
  const centre = new Commanded([
    contract(
      'mix',
      `
measures:
  answered: { kind: count, of: handled }
  talking: { kind: contactTime, parts: [talk] }
kpis: { resolved: { type: fcrPerContact, window: 7d } }
lines:
  - { id: acts, model: perUnit, measure: answered, tiers: { mode: graduated, steps: [{ upTo: 3, price: '2.00' }, { price: '1.00' }] } }
  - { id: talk, model: time, measure: talking, unit: minute, price: '0.60' }
  - { id: fee, model: fixed, amount: '10.00' }
bonusMalus:
  - { id: good, kpi: resolved, base: [talk], shapes: [{ shape: step, points: [{ gte: '0.70', rate: '+0.10' }] }] }
`,
    ),
  ]);
  const call = (at: string, agent: number, talkS: number, who?: number): Call => {
    return { at: paris(at), agent, talkS, ...(who !== undefined && { customer: customer(who) }) };
  };
  const work = [
    call('2026-03-02T09:00', 1, 60, 1),
    call('2026-03-03T10:00', 2, 90, 2),
    // the customer of the first call again, within seven days
    call('2026-03-05T09:00', 1, 30, 1),
    call('2026-03-30T11:00', 2, 120, 3),
    // two of its four minutes lie in April
    call('2026-03-31T23:58', 1, 240),
  ];
  beforeAll(async () => {
    await centre.deliver(calls(work));
    await centre.close('mix', '2026-03');
  }, 60_000);
  afterAll(() => centre.remove());

  const ids = ['in-1-2026-03-02', 'in-2-2026-03-03', 'in-3-2026-03-05', 'in-4-2026-03-30', 'in-5-2026-03-31'];
  const id = (number: number): string => `voice:${ids[number - 1]}`;

  async function listed(...args: readonly string[]): Promise<Record<string, unknown>[]> {
    const { code, stdout, stderr } = await centre.run('contacts', 'mix/2026-03', ...args, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it('lists each call of a line of time with its milliseconds within the month', async () => {
    const rows = await listed('talk');
    expect(rows.map(({ id, value, unit }) => [id, value, unit])).toEqual([
      [id(1), 60_000, 'ms'],
      [id(2), 90_000, 'ms'],
      [id(3), 30_000, 'ms'],
      [id(4), 120_000, 'ms'],
      [id(5), 120_000, 'ms'],
    ]);
    expect(rows[1]).toMatchObject({
      kind: 'contact',
      startedAt: '2026-03-03T10:00:00+01:00',
      queue: 'orders',
      agents: ['A2'],
    });
  });

  it('lists the calls behind a tier with those of the whole line, which fill the tiers together', async () => {
    expect((await listed('acts')).map(({ id, value }) => [id, value])).toEqual(
      [1, 2, 3, 4, 5].map((number) => [id(number), 1]),
    );
    expect(await listed('acts.2')).toHaveLength(5);
  });

  it('lists what the KPI of a bonus counts: numerator and denominator of each contact', async () => {
    // the first call was repeated, the anonymous one is not followed: 3 of 4
    expect((await listed('good')).map(({ id, value, denominator }) => [id, value, denominator])).toEqual([
      [id(1), 0, 1],
      [id(2), 1, 1],
      [id(3), 1, 1],
      [id(4), 1, 1],
    ]);
  });

  it.each([
    [
      'agent',
      [
        ['A1', 3, 210_000],
        ['A2', 2, 210_000],
      ],
    ],
    ['queue', [['orders', 5, 420_000]]],
    [
      'day',
      [
        ['2026-03-02', 1, 60_000],
        ['2026-03-03', 1, 90_000],
        ['2026-03-05', 1, 30_000],
        ['2026-03-30', 1, 120_000],
        ['2026-03-31', 1, 120_000],
      ],
    ],
  ])('adds up by %s', async (by, groups) => {
    expect((await listed('talk', '--by', by)).map((row) => [row[by], row['count'], row['value']])).toEqual(
      groups,
    );
  });

  it('writes a file for spreadsheets whose column comes to the line: 7 min at 0.60 are 4.20', async () => {
    const { stdout } = await centre.run('contacts', 'mix/2026-03', 'talk', '--format', 'csv');
    const [head = '', ...rows] = stdout.trimEnd().split('\n');
    const column = head.split(',').indexOf('value');
    const ms = rows.reduce((sum, row) => sum + Number(row.split(',')[column]), 0);
    expect((ms / 60_000) * 0.6).toBeCloseTo(4.2, 9);
    expect(rows[0]).toBe(`contact,${id(1)},2026-03-02T09:00:00+01:00,orders,A1,1,60000,ms`);
  });

  it('says so where a line counts nothing, and where there is no such line', async () => {
    const fee = await centre.run('contacts', 'mix/2026-03', 'fee');
    expect(fee.stdout).toContain('0 in all');
    const none = await centre.run('contacts', 'mix/2026-03', 'hours');
    expect([none.code, none.stderr]).toEqual([4, expect.stringContaining('acts.1, acts.2, talk, fee, good')]);
  });

  async function linesOf(contact: string): Promise<unknown[][]> {
    const { code, stdout, stderr } = await centre.run('contact', contact, '--json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return (JSON.parse(stdout) as Record<string, unknown>[]).map((row) =>
      [row['period'], row['revision'], row['line'], row['value'], row['denominator']].filter(
        (each) => each !== undefined,
      ),
    );
  }

  it('finds from a call the lines in which it stands, and what it adds to each', async () => {
    // one call, 60 s, repeated within seven days: it adds nothing to those that were resolved
    expect(await linesOf(id(1))).toEqual([
      ['2026-03', 1, 'acts.1', 1],
      ['2026-03', 1, 'acts.2', 1],
      ['2026-03', 1, 'talk', 60_000],
      ['2026-03', 1, 'good', 0, 1],
    ]);
    // two of four minutes, of an anonymous customer
    expect(await linesOf(id(5))).toEqual([
      ['2026-03', 1, 'acts.1', 1],
      ['2026-03', 1, 'acts.2', 1],
      ['2026-03', 1, 'talk', 120_000],
    ]);
    expect(await linesOf('voice:never-was')).toEqual([]);
    const french = await centre.run('contact', id(5), '--lang', 'fr', '--contract', 'mix');
    expect(french.stdout).toMatch(/mix\/2026-03 +1 +talk .* 2 min/);
    expect((await centre.run('contact', id(5), '--contract', 'no-such')).code).toBe(4);
  }, 240_000);

  it('explains the file of an event where there is neither data nor catalogue', async () => {
    const { text } = await centre.close('mix', '2026-03');
    const directory = mkdtempSync(join(tmpdir(), 'tallyline-event-'));
    try {
      const file = join(directory, 'event.json');
      writeFileSync(file, text);
      const nowhere = ['--data', join(directory, 'none')];
      const alone = await cli('explain', file, 'talk', ...nowhere);
      expect([alone.code, alone.stderr]).toEqual([0, '']);
      expect(alone.stdout).toBe((await centre.run('explain', 'mix/2026-03', 'talk')).stdout);
      writeFileSync(file, '{"id":"other"}');
      const none = await cli('explain', file, ...nowhere);
      expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('no invoice-ready event')]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  }, 240_000);

  it('keeps the list of the close when a call comes late, and lists it in the adjustment', async () => {
    await centre.deliver(calls([call('2026-03-20T09:00', 2, 60, 4)], 6));
    await centre.close('mix', '2026-03', '--adjust');
    expect(await listed('acts')).toHaveLength(5);
    const adjusted = await listed('acts', '--revision', '2');
    expect(adjusted.map((row) => row['id'])).toContain('voice:in-6-2026-03-20');
    // A call that the close did not know stands in the revision only.
    const late = await linesOf('voice:in-6-2026-03-20');
    expect(late.length).toBeGreaterThan(0);
    expect(late.every(([period, revision]) => period === '2026-03' && revision === 2)).toBe(true);
  }, 240_000);
});
