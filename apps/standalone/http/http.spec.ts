import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { acceptedSchema } from '#apps/intake/answer.js';
import { refusedAnswerSchema } from '#apps/intake/refused-answer.js';
import { periodAnswerSchema } from '#apps/invoicer/period-answer.js';
import { kpiAnswerSchema } from '#apps/tally/kpi-answer.js';
import { readTopicValues } from '#log/small-topic.js';
import { problemSchema } from '#runtime/problem.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { topics } from '#wire/topics.js';
import { callRow, startHttp } from './http.harness.js';

let http: Awaited<ReturnType<typeof startHttp>>;
beforeAll(async () => void (http = await startHttp()));
afterAll(() => http.close());

const get = (path: string) => http.get(path);

async function problemOf(response: Response) {
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = problemSchema.strict().parse(await response.json());
  expect(problem.status).toBe(response.status);
  return problem;
}

const march = 'from=2026-03-01&to=2026-03-31';

describe('KPIs', () => {
  it('have a delivery as soon as the stages have read it', async () => {
    expect(
      (await http.deliver([callRow, { ...callRow, id_appel: 2, status: 'ABANDON', duration_comm: 0 }]))
        .status,
    ).toBe(202);
    const response = await get(`/v1/programmes/aurore/kpis?${march}`);
    expect(response.status).toBe(200);
    const answer = kpiAnswerSchema.strict().parse(await response.json());
    expect(answer).toMatchObject({
      programme: 'aurore',
      from: '2026-03-01',
      to: '2026-03-31',
      timeZone: 'Europe/Paris',
      offered: 2,
      answered: 1,
      talkMs: 223_000,
      holdMs: 18_000,
      acwMs: 11_000,
      ratios: { answerRate: 0.5, ahtMs: 252_000 },
    });
    expect(answer).not.toHaveProperty('rows');
  });

  it.each([
    ['queue', 'after-sales'],
    ['agent', 'alice'],
    ['day', '2026-03-02'],
    ['quarter-hour', '2026-03-02T10:00:00+01:00'],
  ])('are answered by %s', async (by, name) => {
    await http.deliver([callRow]);
    const answer = kpiAnswerSchema
      .strict()
      .parse(await (await get(`/v1/programmes/aurore/kpis?${march}&by=${by}`)).json());
    expect(answer).toMatchObject({ by, rows: [{ [by]: name, legs: 1 }] });
  });

  it('of unmapped work are answered like those of a programme', async () => {
    await http.deliver([{ ...callRow, id_appel: 3, group_name: 'not ours', first_group_name: 'not ours' }]);
    const response = await get(`/v1/programmes/unmapped/kpis?${march}`);
    expect(await response.json()).toMatchObject({ programme: 'unmapped', offered: 1 });
  });

  it.each([
    ['', 400, 'query.from', /query\.from: must be a day: YYYY-MM-DD, today/],
    ['from=tomorrow', 400, 'query.from', /must be a day: YYYY-MM-DD, today, yesterday, this-month/],
    ['from=2026-02-30&to=2026-03-01', 400, 'query.from', /must be a day/],
    ['from=2026-03-02&to=2026-03-01', 400, 'query.to', /must not be before from/],
    ['from=2025-01-01&to=2026-03-01', 400, 'query.to', /at most 366 days/],
    ['from=2026-01-01&to=2026-03-01&by=quarter-hour', 400, 'query.to', /at most 31 days/],
    [`${march}&by=week`, 400, 'query.by', /"queue"\|"agent"/],
    [`${march}&form=json`, 400, 'query', /"form"/],
    [`${march}&from=2026-03-02`, 400, 'query.from', /must be a day/],
  ])('for the query %p are answered with %d and the field', async (query, status, field, detail) => {
    const problem = await problemOf(await get(`/v1/programmes/aurore/kpis?${query}`));
    expect(problem).toMatchObject({ status, field });
    expect(problem.detail).toMatch(detail);
  });

  it.each([
    ['today', '2026-03-05', '2026-03-05', 0],
    ['yesterday', '2026-03-04', '2026-03-04', 0],
    ['this-month', '2026-03-01', '2026-03-31', 1],
    ['last-month', '2026-02-01', '2026-02-28', 0],
    ['2026-03-02', '2026-03-02', '2026-03-02', 1],
    ['2026-03-01&to=today', '2026-03-01', '2026-03-05', 1],
  ])('are given from %s on, in the zone of the programme', async (from, first, last, legs) => {
    await http.deliver([callRow]);
    const answer = await (await get(`/v1/programmes/aurore/kpis?from=${from}`)).json();
    expect(answer).toMatchObject({ from: first, to: last, legs });
  });

  it('of an unknown programme are answered with 404', async () => {
    expect(await problemOf(await get(`/v1/programmes/unknown/kpis?${march}`))).toMatchObject({
      status: 404,
      type: 'urn:tallyline:problem:unknown-programme',
    });
  });
});

describe('GET /v1/refused', () => {
  it('says what of a delivery is refused and why, where the answer 202 says to look', async () => {
    const body = '{"source": "nothing that a platform sends"}';
    const response = await fetch(`${http.url}/v1/deliveries/bpo`, { method: 'POST', body });
    const { id, refused } = acceptedSchema.strict().parse(await response.json());
    expect(refused).toBe(`/v1/refused?delivery=${id}`);
    await http.engine.drained();
    const found = refusedAnswerSchema.strict().parse(await (await get(refused)).json());
    expect(found).toMatchObject({ delivery: id, total: 1, refused: [{ row: null, reason: 'unknown-kind' }] });
  });

  it('answers an empty list for a delivery of which nothing is refused', async () => {
    const response = await http.deliver([callRow]);
    const { id, refused } = acceptedSchema.parse(await response.json());
    expect(await (await get(refused)).json()).toEqual({ delivery: id, total: 0, refused: [] });
  });

  it('lists the first hundred refused rows of a delivery, and says how many there are', async () => {
    const rows = Array.from({ length: 102 }, (_, index) => ({ id_appel: index }));
    const { refused } = acceptedSchema.parse(await (await http.deliver(rows)).json());
    const found = refusedAnswerSchema.parse(await (await get(refused)).json());
    expect(found.total).toBe(102);
    // the last stands for the rows 99 to 101
    expect(found.refused.map(({ row }) => row)).toEqual([...Array(99).keys(), null]);
  });

  it.each([
    '',
    '?delivery=',
    '?delivery=short',
    `?delivery=${'x'.repeat(23)}`,
    '?delivery=not/the/letters/of/id',
    `?delivery=${'x'.repeat(22)}&delivery=${'y'.repeat(22)}`,
  ])('answers 400 where the id of the delivery is missing or malformed: %p', async (query) => {
    expect(await problemOf(await get(`/v1/refused${query}`))).toMatchObject({
      status: 400,
      code: 'invalid-request',
      field: 'query.delivery',
    });
  });

  it('answers 400 to an unknown parameter', async () => {
    const problem = await problemOf(await get(`/v1/refused?delivery=${'x'.repeat(22)}&all=true`));
    expect(problem).toMatchObject({ status: 400, field: 'query' });
  });
});

describe('A period', () => {
  it('shows live quantities and what they amount to', async () => {
    await http.deliver([callRow]);
    const response = await get('/v1/contracts/aurore-calls/periods/2026-03');
    expect(response.status).toBe(200);
    const answer = periodAnswerSchema.strict().parse(await response.json());
    expect(answer).toMatchObject({
      contract: 'aurore-calls',
      period: '2026-03',
      from: '2026-02-28T23:00:00.000Z',
      to: '2026-03-31T22:00:00.000Z',
      currency: 'EUR',
      accrued: { net: '2.35' },
      lines: [{ line: 'calls', quantity: '1', price: '2.35', amount: '2.35' }],
    });
    expect(Object.values(answer.quantities)).toContain(1);
    expect(answer.offsets).toHaveLength(2);
  });

  it('without work amounts to nothing', async () => {
    const answer = await (await get('/v1/contracts/aurore-calls/periods/2026-04')).json();
    expect(answer).toMatchObject({ accrued: { net: '0.00' }, quantities: {} });
  });

  it.each([
    ['/v1/contracts/unknown/periods/2026-03', 404, 'path.id'],
    ['/v1/contracts/aurore-calls/periods/2026-13', 400, 'path.period'],
    ['/v1/contracts/aurore-calls/periods/march', 400, 'path.period'],
  ])('at %s is answered with %d', async (path, status, field) => {
    expect(await problemOf(await get(path))).toMatchObject({ status, field });
  });
});

describe('The close of a period', () => {
  /** The work begins before February, which can then be closed although it holds none. */
  const inJanuary = { ...callRow, id_appel: 900, date: '2026-01-15T10:00:00+01:00' };
  const close = (path: string, query = '') =>
    fetch(`${http.url}/v1/contracts/${path}/close?acceptOmissions=as+tested${query}`, { method: 'POST' });

  it('answers with the event, and with the same bytes when it is repeated', async () => {
    await http.deliver([inJanuary, callRow]);
    const url = `${http.url}/v1/contracts/aurore-calls/periods/2026-02/close`;
    const unaccepted = await problemOf(await fetch(url, { method: 'POST' }));
    expect(unaccepted).toMatchObject({ status: 409, code: 'omissions-not-accepted' });
    const first = await close('aurore-calls/periods/2026-02');
    expect(first.status).toBe(201);
    expect(first.headers.get('content-type')).toMatch(/^application\/json/);
    const text = await first.text();
    expect(decodeInvoiceReady(text)?.data).toMatchObject({ contract: 'aurore-calls', period: '2026-02' });
    const [written] = await readTopicValues(http.engine.log, topics.invoiceReady.name);
    expect(text).toBe(written);

    const again = await close('aurore-calls/periods/2026-02');
    expect([again.status, await again.text()]).toEqual([200, text]);
  });

  it('writes an adjustment once for what is new, and the period shows both', async () => {
    const path = 'aurore-calls/periods/2026-02';
    await http.deliver([inJanuary]);
    const first = await (await close(path)).text();
    expect((await close(path, '&adjust=true')).status).toBe(200);
    await http.deliver([{ ...callRow, id_appel: 902, date: '2026-02-27T10:00:00+01:00' }]);
    const shown = async () => {
      const answer: unknown = await (await get(`/v1/contracts/${path}`)).json();
      return periodAnswerSchema.strict().parse(answer).closed;
    };
    expect(await shown()).toMatchObject({
      invoiced: '0.00',
      difference: { net: '2.35', lines: [{ id: 'calls', quantity: '1', price: '2.35', amount: '2.35' }] },
    });
    const adjusted = await close(path, '&adjust=true');
    const event = await adjusted.text();
    expect([adjusted.status, decodeInvoiceReady(event)?.data.adjusts]).toMatchObject([
      201,
      { id: decodeInvoiceReady(first)?.id, cause: 'lateEvents', carriedBy: '2026-03' },
    ]);
    const again = await close(path, '&adjust=true');
    expect([again.status, await again.text()]).toEqual([200, event]);
    expect(await (await close(path)).text()).toBe(first);
    expect(await shown()).toMatchObject({ invoiced: '2.35', difference: null });
  });

  it('rejects an unknown value of adjust with 400', async () => {
    const problem = await problemOf(await close('aurore-calls/periods/2026-02', '&adjust=perhaps'));
    expect(problem).toMatchObject({ status: 400, field: 'query.adjust' });
  });

  it.each([
    ['aurore-calls/periods/2199-01', 409, 'period-not-over', 'path.period'],
    ['aurore-calls/periods/1970-01', 409, 'period-outside-term', 'path.period'],
    ['aurore-calls/periods/0001-01', 409, 'period-outside-term', 'path.period'],
    ['unknown/periods/2026-02', 404, 'unknown-contract', 'path.id'],
    ['aurore-calls/periods/2026-13', 400, 'invalid-request', 'path.period'],
  ])('of %s is answered with %d', async (path, status, kind, field) => {
    const problem = await problemOf(await close(path));
    expect(problem).toMatchObject({ status, field, type: `urn:tallyline:problem:${kind}`, code: kind });
  });
});

describe('Health', () => {
  it('is ok while all stages have caught up', async () => {
    await http.deliver([callRow]);
    for (const path of ['/health/live', '/health/ready']) {
      const response = await get(path);
      expect([path, response.status, await response.json()]).toMatchObject([path, 200, { status: 'ok' }]);
    }
  });

  it('is not ready where a partition has work and does not move, and is still live', async () => {
    const at = Date.now() - 60_000;
    const stuck = {
      partition: 3,
      next: 5,
      end: 9,
      nextTimestamp: at,
      progressedAt: at,
      pausedBy: null,
      stopped: false,
    };
    http.addProgress([stuck]);
    const ready = await get('/health/ready');
    http.addProgress([]);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      status: 503,
      code: 'not-ready',
      error: {
        stuck: { status: 'down', reasons: [expect.stringMatching(/partition 3 .*no progress for 6\d s/)] },
      },
    });
    expect((await get('/health/live')).status).toBe(200);
  });

  it('is not ready once it is shutting down', async () => {
    http.setShuttingDown(true);
    const response = await get('/health/ready');
    http.setShuttingDown(false);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ error: { process: { reasons: ['shutting down'] } } });
  });
});

describe('Metrics', () => {
  it('of intake, stages and Node are in the format of Prometheus', async () => {
    await http.deliver([callRow]);
    const response = await get('/metrics');
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = await response.text();
    expect(text).toMatch(/tallyline_intake_deliveries_total\{connection="bpo",answer="202"\} [1-9]/);
    expect(text).toMatch(/tallyline_lag_records\{group="[^"]+",topic="telephony.raw",partition="0"\} 0/);
    expect(text).toContain('process_resident_memory_bytes');
  });
});
