import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemSchema } from '#runtime/problem.js';
import { callRow, startHttp } from './http.harness.js';

let http: Awaited<ReturnType<typeof startHttp>>;
beforeAll(async () => void (http = await startHttp()));
afterAll(() => http.close());

const apply = (query: string) => fetch(`${http.url}/v1/catalogue/apply?${query}`, { method: 'POST' });
const json = async (path: string) => (await http.get(path)).json();
const kpis = '/v1/programmes/aurore/kpis?from=2026-03-01';

describe('The catalogue over HTTP', () => {
  it('is the one in force, with its author and time', async () => {
    expect(await json('/v1/catalogue')).toEqual({
      inForce: {
        number: 1,
        version: http.engine.lookup.catalogue.version,
        at: '2026-03-05T12:00:00.000Z',
        author: 'tallyline (first start)',
        reason: null,
      },
      own: http.engine.lookup.catalogue.version,
    });
    const { headers } = await http.get(kpis);
    expect(headers.get('tallyline-catalogue')).toBe(http.engine.lookup.catalogue.version);
    expect(headers.has('tallyline-catalogue-in-force')).toBe(false);
  });

  it('is not changed by files that change, nor by a dry run, which shows what they would change', async () => {
    http.setFiles((text) => text.replace("'2.35'", "'2.50'"));
    const answer = await apply('author=Ada&dryRun=true');
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      {
        entry: null,
        changes: [{ part: 'contract', id: 'aurore-calls', fields: [{ before: '2.35', after: '2.50' }] }],
      },
    ]);
    expect(await json('/v1/catalogue/history')).toMatchObject({ entries: [{ number: 1 }] });
  });

  it('shows a field that was not there without a value before', async () => {
    // All answers are compared with the OpenAPI document at the end.
    http.setFiles((text) => text.replace('{ code: alice,', '{ code: alice, kind: machine,'));
    const { changes } = (await (await apply('author=Ada&dryRun=true')).json()) as { changes: unknown[] };
    expect(changes).toEqual([
      { part: 'agent', id: 'alice', kind: 'changed', fields: [{ path: 'kind', after: 'machine' }] },
    ]);
  });

  it('is not changed without an author or by faulty files', async () => {
    for (const query of ['', 'author=', 'author=%20']) {
      expect(problemSchema.parse(await (await apply(query)).json())).toMatchObject({ field: 'query.author' });
    }
    http.setFiles((text) => text.replace("price: '2.35'", 'price: none'));
    const faulty = problemSchema.parse(await (await apply('author=Ada')).json());
    expect(faulty).toMatchObject({ code: 'faulty-catalogue', status: 422 });
    expect(faulty.detail).toContain('all.yaml:');
    expect(await json('/v1/catalogue/history')).toMatchObject({ entries: [{ number: 1 }] });
  });

  it('changes by an act with an author and a reason, once', async () => {
    http.setFiles((text) => text.replace("'2.35'", "'2.50'"));
    const answer = await apply('author=Ada&reason=agreed%20in%20April');
    const entry = { number: 2, author: 'Ada', reason: 'agreed in April' };
    expect([answer.status, await answer.json()]).toMatchObject([200, { entry }]);
    expect(await (await apply('author=Ada')).json()).toMatchObject({ entry: null, changes: [] });
    expect(await json('/v1/catalogue')).toMatchObject({ inForce: entry });
  });
});

describe('A running process', () => {
  it('follows what is put in force: figures and closes are as of it, without a restart', async () => {
    // Reading figures looks what is in force.
    const { status, headers } = await http.get(kpis);
    const state = (await json('/v1/catalogue')) as { inForce: { version: string }; own: string };
    expect(state.own).toBe(state.inForce.version);
    expect([status, headers.get('tallyline-catalogue')]).toEqual([200, state.inForce.version]);
    expect(headers.has('tallyline-catalogue-in-force')).toBe(false);
    await http.deliver([{ ...callRow, date: '2025-12-15T10:00:00+01:00' }]);
    const url = `${http.url}/v1/contracts/aurore-calls/periods/2026-01/close`;
    const answer = await fetch(url, { method: 'POST' });
    expect([answer.status, await answer.json()]).toMatchObject([
      201,
      { data: { catalogueVersion: state.inForce.version } },
    ]);
  });
});
