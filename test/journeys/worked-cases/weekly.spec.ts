import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { amounts, contract, net } from './centre.js';
import { Commanded } from './commanded.js';
import { calls, paris } from './work.js';

/**
 * Invoices by the week, from calls to events, by the command line: the first 50 calls of a week cost 2.00,
 * the others 1.00, beside 3 100.00 a month.
 */
const weekly = contract(
  'weekly',
  `
period: { unit: week, weekStart: monday }
measures: { contacts: { kind: count, of: handled } }
lines:
  - id: L1
    model: perUnit
    measure: contacts
    tiers: { mode: graduated, steps: [{ upTo: 50, price: '2.00' }, { price: '1.00' }] }
  - { id: L2, model: fixed, amount: '3100.00' }`,
);

const row = (count: number, from: string, first: number) =>
  calls(
    Array.from({ length: count }, (_, index) => ({ at: paris(from) + index * 120_000, talkS: 60 })),
    first,
  );

describe('a contract that is invoiced by the week', () => {
  const centre = new Commanded([weekly]);
  beforeAll(async () => {
    await centre.deliver(row(60, '2026-03-29T20:00', 1), row(60, '2026-03-30T00:00', 101));
  }, 60_000);
  afterAll(() => centre.remove());

  it('is closed week by week over a change of clocks and the end of a month', async () => {
    const thirteenth = await centre.close('weekly', '2026-W13');
    const fourteenth = await centre.close('weekly', '2026-W14');
    // 50 x 2.00 + 10 x 1.00 in each; 7 of 31 days are 700.00; 2 of 31 and 5 of 30 are 200.00 + 516.67
    expect(amounts(thirteenth.data)).toEqual({ 'L1.1': '100.00', 'L1.2': '10.00', L2: '700.00' });
    expect([net(fourteenth.data), fourteenth.data.invoicingPeriod]).toEqual([
      '826.67',
      { startDate: '2026-03-30', endDate: '2026-04-05' },
    ]);
    expect(thirteenth.data.period).toBe('2026-W13');
  }, 120_000);

  it('has adjustments that the next open week carries, and events that can be made again', async () => {
    await centre.deliver(row(5, '2026-03-29T23:00', 201));
    const adjusted = await centre.close('weekly', '2026-W13', '--adjust');
    expect([net(adjusted.data), adjusted.data.adjusts?.carriedBy]).toEqual(['5.00', '2026-W15']);
    const verified = await centre.run('verify', 'weekly/2026-W13', '--revision', '2', '--json');
    expect([verified.code, JSON.parse(verified.stdout)]).toMatchObject([0, { status: 'same' }]);
    const explained = await centre.run('explain', 'weekly/2026-W14', '--lang', 'en');
    expect([explained.code, explained.stdout]).toEqual([
      0,
      expect.stringContaining('days × 3,100.00 EUR per 31 days'),
    ]);
  }, 120_000);

  it('lists the calls behind a line of a week, from its first moment on', async () => {
    const { code, stdout } = await centre.run('contacts', 'weekly/2026-W14', 'L1', '--json');
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { readonly value: number; readonly startedAt: string });
    // 60 calls from midnight on, two minutes apart; those of the Sunday before are of the week before
    expect([code, rows.length, rows.at(0)?.startedAt, rows.at(-1)?.startedAt]).toEqual([
      0,
      60,
      '2026-03-30T00:00:00+02:00',
      '2026-03-30T01:58:00+02:00',
    ]);
    expect(rows.every(({ value }) => value === 1)).toBe(true);
  }, 120_000);

  it('names its weeks where a month is asked for', async () => {
    const { code, stderr } = await centre.run('close', 'weekly', '2026-03');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining(
        "'2026-03' is no period of this contract, which is invoiced by the week: it touches 2026-W09 to 2026-W14",
      ),
    ]);
  }, 60_000);
});
