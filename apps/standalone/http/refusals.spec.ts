import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RefusalsAnswer } from '#apps/intake/refusals-answer.js';
import { callRow, startHttp } from './http.harness.js';

let http: Awaited<ReturnType<typeof startHttp>>;
beforeAll(async () => void (http = await startHttp()));
afterAll(() => http.close());

const listed = async (query = ''): Promise<RefusalsAnswer> =>
  (await (await http.get(`/v1/refusals${query}`)).json()) as RefusalsAnswer;
const redrive = async (query: string): Promise<Response> =>
  fetch(`${http.url}/v1/refusals/redrive${query}`, { method: 'POST' });

describe('Refused records over HTTP', () => {
  it('are listed with reason and field, counted by reason, and hold nothing of the delivery', async () => {
    await http.deliver([{ ...callRow, date: 'not a date' }, callRow, { ...callRow, date: 'nor this' }]);
    await http.engine.drained();
    const { total, byReason, refusals } = await listed();
    expect([total, byReason]).toEqual([2, [{ reason: 'invalid-field', rows: 2 }]]);
    expect(refusals).toMatchObject([
      {
        stage: 'normalizer',
        connection: 'bpo',
        row: 0,
        rows: 1,
        reason: 'invalid-field',
        path: 'rows[0].date',
      },
      { row: 2, path: 'rows[2].date' },
    ]);
    expect(JSON.stringify(refusals)).not.toContain('not a date');
    expect((await listed('?limit=1')).refusals).toMatchObject([{ row: 2 }]);
    expect((await listed('?connection=other')).total).toBe(0);
    expect((await listed('?reason=unknown-kind')).total).toBe(0);
    expect((await http.get('/v1/refusals?reason=no-such')).status).toBe(400);
  });

  it('are sent again by id, by reason or all; what cannot be used is refused again, and the act is kept', async () => {
    const [first] = (await listed()).refusals;
    const answer = await redrive(`?id=${first?.id}&because=the+reader+is+mended`);
    expect([answer.status, await answer.json()]).toEqual([202, { redriven: 1, notSent: 0 }]);
    expect(await (await redrive('?reason=invalid-field')).json()).toEqual({ redriven: 2, notSent: 0 });
    await http.engine.drained();
    expect((await listed()).total).toBe(2);
    const { acts } = (await (await http.get('/v1/audit/acts?act=deliveries-redriven')).json()) as {
      acts: readonly object[];
    };
    expect(acts).toMatchObject([
      { subject: '1 refusal(s)', reason: 'the reader is mended', actor: { name: 'local', via: 'http' } },
      { subject: '2 refusal(s)', reason: null },
    ]);
  });

  it('are sent again only where it is said which', async () => {
    for (const [query, what] of [
      ['', 'name what to send again: id, reason, connection or all=true'],
      ['?id=aaaaaaaaaaaaaaaa', 'id: there is no such open refusal: aaaaaaaaaaaaaaaa'],
      ['?id=short', 'must be the id of a refusal'],
    ] as const) {
      const answer = await redrive(query);
      const { detail } = (await answer.json()) as { detail: string };
      expect([answer.status, detail]).toEqual([400, expect.stringContaining(what)]);
    }
  });
});
