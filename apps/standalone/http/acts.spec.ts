import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHttp } from './http.harness.js';

let http: Awaited<ReturnType<typeof startHttp>>;
beforeAll(async () => void (http = await startHttp()));
afterAll(() => http.close());

interface Acts {
  readonly acts: readonly { readonly number: number; readonly act: string }[];
  readonly next: number | null;
  readonly chain: { readonly entries: number; readonly head: string; readonly findings: unknown[] };
}
const acts = async (query = ''): Promise<Acts> =>
  (await (await http.get(`/v1/audit/acts${query}`)).json()) as Acts;
const post = async (path: string): Promise<Response> => fetch(http.url + path, { method: 'POST' });

describe('the audit trail over HTTP', () => {
  it('says who held and closed a period, from where, when and why', async () => {
    const period = '/v1/contracts/aurore-calls/periods/2026-01';
    await post(`${period}/hold?reason=the+brand+disputes+it`);
    await post(`${period}/release?reason=settled`);
    const { acts: all, next, chain } = await acts();
    expect(all.map(({ number, act }) => [number, act])).toEqual([
      [1, 'catalogue-applied'],
      [2, 'period-held'],
      [3, 'period-released'],
    ]);
    expect(all[1]).toMatchObject({
      at: '2026-03-05T12:00:00.000Z',
      subject: 'aurore-calls 2026-01',
      actor: { name: 'local', via: 'http', role: 'operator', address: '127.0.0.1', user: null },
      reason: 'the brand disputes it',
      details: { contract: 'aurore-calls', period: '2026-01' },
      isDone: true,
    });
    expect([next, chain]).toEqual([
      null,
      { entries: 3, head: expect.stringMatching(/^[0-9a-f]{64}$/), findings: [] },
    ]);
  });

  it('is read page by page, and by contract and kind of act', async () => {
    const first = await acts('?limit=1');
    expect([first.acts.map(({ number }) => number), first.next]).toEqual([[1], 1]);
    expect((await acts('?after=1&limit=2')).acts.map(({ number }) => number)).toEqual([2, 3]);
    expect((await acts('?contract=aurore-calls')).acts.map(({ number }) => number)).toEqual([2, 3]);
    expect((await acts('?act=period-released')).acts.map(({ number }) => number)).toEqual([3]);
    expect((await acts('?trail=keys')).acts).toEqual([]);
    expect((await http.get('/v1/audit/acts?act=no-such')).status).toBe(400);
  });
});
