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
