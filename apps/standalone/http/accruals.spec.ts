import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callRow, startHttp } from './http.harness.js';

let http: Awaited<ReturnType<typeof startHttp>>;
beforeAll(async () => void (http = await startHttp()));
afterAll(() => http.close());

const json = async (path: string): Promise<unknown> => (await http.get(path)).json();

describe('GET /v1/accruals', () => {
  it('answers what is earned and not invoiced, of a contract and in all', async () => {
    await http.deliver([callRow]);
    await http.engine.drained();
    // one call at 2.35, in a month that lasts
    const accrual = {
      contract: 'aurore-calls',
      brand: 'Aurore',
      currency: 'EUR',
      at: '2026-03-05T13:00:00+01:00',
      net: '2.35',
      parts: [{ kind: 'period', period: '2026-03', state: 'open', net: '2.35' }],
      provisional: [],
      notes: [],
    };
    expect(await json('/v1/contracts/aurore-calls/accrual')).toMatchObject(accrual);
    expect(await json('/v1/accruals')).toMatchObject({
      contracts: [accrual],
      totals: [{ brand: 'Aurore', currency: 'EUR', net: '2.35', provisional: '0.00' }],
    });
  });

  it('answers with a problem for a day to come and for what is no day', async () => {
    expect(await json('/v1/accruals?at=2026-03-06')).toMatchObject({ status: 400, field: 'query.at' });
    expect(await json('/v1/contracts/aurore-calls/accrual?at=soon')).toMatchObject({ field: 'query.at' });
    expect(await json('/v1/contracts/none/accrual')).toMatchObject({ code: 'unknown-contract' });
  });
});

describe('GET /v1/contracts/:id/forecast', () => {
  it('answers what the month is expected to end with, by open days', async () => {
    // one call on Monday 2 March, asked at 13:00 on the 5th: Mondays are open, one has elapsed of five
    expect(await json('/v1/contracts/aurore-calls/forecast')).toMatchObject({
      contract: 'aurore-calls',
      period: '2026-03',
      method: { name: 'runRate@1', elapsedDays: '1.00', remainingDays: '4.00', weekdays: ['mon'] },
      soFar: { net: '2.35', lines: [{ line: 'calls', quantity: '1' }] },
      forecast: { net: '11.75', lines: [{ line: 'calls', quantity: '5' }] },
      targets: [],
    });
  });

  it('answers with a problem for a day to come', async () => {
    expect(await json('/v1/contracts/aurore-calls/forecast?at=2026-03-06')).toMatchObject({
      status: 400,
      field: 'query.at',
    });
    expect(await json('/v1/contracts/none/forecast')).toMatchObject({ code: 'unknown-contract' });
  });
});
