import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contract, net } from './centre.js';
import { Commanded } from './commanded.js';
import { calls, outcomes, paris } from './work.js';

/**
 * Months that lean on those before them, closed by the command line out of their order. Calls cost 2.00: 100
 * in January, 150 in February, 100 in March; four customers who are lost in January cost 150.00 each.
 *
 * credits: January is 200.00 - 600.00, so 0.00 and a credit of 400.00. While nothing is known of February,
 * March takes 200.00 of it, 0.00. February, closed after it, takes 300.00, 0.00; so March is due for the
 * 100.00 that it took too much. In all 200 - 600 + 300 + 200 = 100.00.
 *
 * committed: at least 1 000.00 a quarter. March is closed when 200.00 of January and 200.00 of its own are
 * known: 600.00 are missing, 800.00. February is 300.00, so 300.00 of that were too much. In all 1 000.00.
 */
const counted = `
term: { firstDay: 2026-01-01, lastDay: 2026-12-31 }
measures:
  answered: { kind: count, of: handled }
  lost: { kind: events, name: customer.lost }
lines: [{ id: calls, model: perUnit, measure: answered, price: '2.00' }]`;
const contracts = [
  contract(
    'credits',
    `${counted}
bonusMalus: [{ id: loss, kind: perEvent, measure: lost, base: [calls], amount: '-150.00' }]
credits: { belowZero: carry }`,
  ),
  contract(
    'committed',
    `${counted}
commitments: [{ id: least, kind: amount, over: calendarQuarter, minimum: '1000.00' }]`,
  ),
];

const row = (count: number, from: string, first: number) =>
  calls(
    Array.from({ length: count }, (_, index) => ({ at: paris(from) + index * 120_000, talkS: 60 })),
    first,
  );
const losses = outcomes(
  [1, 2, 3, 4].map((of) => ({
    type: 'customer.lost',
    subject: `C-${of}`,
    at: paris('2026-01-20T10:00'),
    data: { programme: 'care' },
  })),
);

describe('a month that is closed after the next one', () => {
  const centre = new Commanded(contracts);
  beforeAll(async () => {
    await centre.deliver(row(100, '2026-01-12T09:00', 1), losses, row(100, '2026-03-12T09:00', 401));
  }, 120_000);
  afterAll(() => centre.remove());

  it('leaves the next one to be priced by what is known without it', async () => {
    const events = [
      await centre.close('credits', '2026-01'),
      await centre.close('credits', '2026-03'),
      await centre.close('committed', '2026-01'),
      await centre.close('committed', '2026-03'),
    ];
    expect(events.map(({ data }) => net(data))).toEqual(['0.00', '0.00', '200.00', '800.00']);
    expect(events[1]?.data.credits).toMatchObject([
      {
        originPeriod: '2026-01',
        arisen: { amount: '400.00' },
        usedBefore: { amount: '0.00' },
        used: { amount: '200.00' },
        left: { amount: '200.00' },
      },
    ]);
  }, 300_000);

  it('uses the credit that is older, and has the next one adjusted by what it took too much', async () => {
    await centre.deliver(row(150, '2026-02-12T09:00', 201));
    const february = await centre.close('credits', '2026-02');
    const march = await centre.close('credits', '2026-03', '--adjust');
    expect([february, march].map(({ data }) => net(data))).toEqual(['0.00', '100.00']);
    const [before, after] = [february, march].map(({ data }) => data.credits);
    expect(before).toMatchObject([
      { usedBefore: { amount: '0.00' }, used: { amount: '300.00' }, left: { amount: '100.00' } },
    ]);
    expect(march.data.adjusts).toMatchObject({ restated: { totalWithoutVat: { amount: '100.00' } } });
    expect(after).toMatchObject([
      { usedBefore: { amount: '300.00' }, used: { amount: '100.00' }, left: { amount: '0.00' } },
    ]);
    const explained = await centre.run('explain', 'credits/2026-02', '--lang', 'fr');
    expect([explained.code, explained.stdout]).toEqual([0, expect.stringContaining('avoir')]);
  }, 300_000);

  it('counts towards the commitment that the next one had trued up without it', async () => {
    const february = await centre.close('committed', '2026-02');
    const march = await centre.close('committed', '2026-03', '--adjust');
    expect([february, march].map(({ data }) => net(data))).toEqual(['300.00', '-300.00']);
    expect(march.data.adjusts).toMatchObject({ restated: { totalWithoutVat: { amount: '500.00' } } });
  }, 300_000);
});
