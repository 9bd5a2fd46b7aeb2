import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHttp } from './http.harness.js';

let http: Awaited<ReturnType<typeof startHttp>>;
beforeAll(async () => void (http = await startHttp()));
afterAll(() => http.close());

const period = '/v1/contracts/aurore-calls/periods/2026-01';
const post = async (path: string) => {
  const answer = await fetch(http.url + path, { method: 'POST' });
  return {
    status: answer.status,
    body: (await answer.json()) as { readonly code?: string; readonly detail?: string },
  };
};

describe('a period over HTTP', () => {
  it('is held with a reason by the one who asks, is then not closed, and is released', async () => {
    expect((await post(`${period}/hold`)).body.code).toBe('invalid-request');
    const held = await post(`${period}/hold?reason=the+brand+disputes+it`);
    expect(held).toEqual({
      status: 200,
      body: { contract: 'aurore-calls', period: '2026-01', held: true, revision: 0 },
    });
    expect(await post(`${period}/close`)).toMatchObject({
      status: 409,
      body: {
        code: 'period-held',
        detail: 'local holds it: the brand disputes it. Nothing was closed: release it first.',
      },
    });
    expect(await post(`${period}/release?reason=settled`)).toMatchObject({
      status: 200,
      body: { held: false },
    });
    expect(await post(`${period}/release?reason=settled`)).toMatchObject({
      status: 409,
      body: { code: 'period-not-held' },
    });
    expect((await post('/v1/contracts/no-such/periods/2026-01/hold?reason=x')).body.code).toBe(
      'unknown-contract',
    );
    expect((await post('/v1/contracts/aurore-calls/periods/2026-W01/hold?reason=x')).body.code).toBe(
      'invalid-request',
    );
  });

  it('is one of the contract, and what to write instead is said of one of another rhythm', async () => {
    // 2026-W14 is 30 March to 5 April
    const path = '/v1/contracts/aurore-calls/periods/2026-W14';
    const problem = {
      status: 400,
      code: 'invalid-request',
      detail:
        "'2026-W14' is no period of this contract, which is invoiced by the month: it touches 2026-03 to 2026-04.",
    };
    const read = await http.get(path);
    expect([read.status, read.headers.get('content-type')]).toEqual([
      400,
      expect.stringContaining('application/problem+json'),
    ]);
    expect(await read.json()).toMatchObject(problem);
    for (const act of ['close', 'hold?reason=x', 'release?reason=x'])
      expect((await post(`${path}/${act}`)).body).toMatchObject(problem);
  });

  it('stands in the list of its contract', async () => {
    // The catalogue came into force on 5 March at noon, by the clock of the harness.
    const list = (await (await http.get('/v1/contracts/aurore-calls/periods')).json()) as {
      readonly periods: object[];
    };
    expect(list.periods.at(-1)).toMatchObject({
      contract: 'aurore-calls',
      period: '2026-03',
      state: 'open',
      revision: 0,
      held: null,
      waitsFor: null,
    });
    expect((await http.get('/v1/contracts/no-such/periods')).status).toBe(404);
    expect(await (await http.get('/v1/periods')).json()).toEqual(list);
  });
});
