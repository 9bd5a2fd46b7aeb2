import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { whatIfService } from '#pipeline/close/whatif-question.js';
import { callRow, draftAt, startHttp } from './http.harness.js';

let http: Awaited<ReturnType<typeof startHttp>>;
beforeAll(async () => {
  http = await startHttp();
  // Three calls of March and one of January: 2.35 each under the contract.
  const rows = [1, 2, 3].map((number) => ({ ...callRow, id_appel: number }));
  await http.deliver([...rows, { ...callRow, id_appel: 4, date: '2026-01-15T10:00:00+01:00' }]);
});
afterAll(() => http.close());

async function ask(query: string, draft: string): Promise<readonly [status: number, answer: Answer]> {
  const response = await fetch(`${http.url}/v1/whatif?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/yaml' },
    body: draft,
  });
  return [response.status, (await response.json()) as Answer];
}

interface Answer {
  readonly code?: string;
  readonly field?: string;
  readonly detail?: string;
  readonly present?: string;
  readonly total?: object;
  readonly months?: readonly { readonly period: string; readonly draft: string }[];
}

describe('POST /v1/whatif', () => {
  it('says what past periods would have cost, beside the contract of the programme', async () => {
    const [status, answer] = await ask('from=2026-01&to=2026-03', draftAt('4.70'));
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      draft: 'aurore-draft',
      present: 'aurore-calls',
      total: { present: '9.4', draft: '18.8', difference: '9.4' },
    });
    expect(answer.months?.map(({ period, draft }) => [period, draft])).toEqual([
      ['2026-01', '4.7'],
      ['2026-02', '0'],
      ['2026-03', '14.1'],
    ]);
  });

  it.each([
    ['from=2026-03', '', 'empty-body', 'body', 'Send the draft'],
    ['from=2026-03', 'id: x', 'invalid-request', 'body', 'draft:'],
    ['from=2026-03', `# ${'x'.repeat(256 * 1024)}`, 'body-too-large', 'body', '256 KiB'],
    ['from=2026-W10', draftAt('4.70'), 'invalid-request', 'query.from', '2026-W10'],
    ['from=2026-03&to=2026-01', draftAt('4.70'), 'invalid-request', 'query.to', 'before'],
    ['from=2020-01&to=2026-01', draftAt('4.70'), 'invalid-request', 'query.to', 'at most 36'],
    ['from=2026-03&against=other', draftAt('4.70'), 'invalid-request', 'query.against', 'aurore-calls'],
    ['', draftAt('4.70'), 'invalid-request', 'query.from', ''],
  ])('refuses %s with what to change', async (query, draft, code, field, detail) => {
    const [, problem] = await ask(query, draft);
    expect([problem.code, problem.field]).toEqual([code, field]);
    expect(problem.detail).toContain(detail);
  });

  it('answers one at a time, and the next one once that is done', async () => {
    const { engine } = http;
    const gate = Promise.withResolvers<void>();
    const service = whatIfService(engine.log, async () => {
      await gate.promise;
      return engine.lookup.catalogue;
    });
    const asked = { draft: draftAt('4.70'), from: '2026-03' };
    const first = service(asked);
    expect(await service(asked)).toEqual({ status: 'busy' });
    gate.resolve();
    expect((await first).status).toBe('answered');
    expect((await service({ ...asked, draft: '' })).status).toBe('faulty');
    expect((await service(asked)).status).toBe('answered');
  });
});
