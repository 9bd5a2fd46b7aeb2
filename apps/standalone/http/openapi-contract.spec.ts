import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { acceptedSchema } from '#apps/intake/answer.js';
import { differencesFrom, openApiOf } from './answer-contract.harness.js';
import { callRow, draftAt, startHttp } from './http.harness.js';

// Every answer of these tests, and of all others that start this server, is compared with the document when
// the server is closed.

let http: Awaited<ReturnType<typeof startHttp>>;
beforeAll(async () => void (http = await startHttp(undefined, withTwoPeople)));
afterAll(() => http.close());

/** Beside the contract that there is one whose periods two people close. */
function withTwoPeople(text: string): string {
  const [, contract = ''] = /contracts:\n([^]+)agents:/.exec(text) ?? [];
  const other = contract.replace('aurore-calls', 'aurore-two') + '    close: { fourEyes: true }\n';
  return text.replace('agents:', `${other}agents:`);
}

/** Ada asks, on the command line; the one without a key over HTTP can confirm it. */
async function closeOfTwo(period: string): Promise<void> {
  const close = `/v1/contracts/aurore-two/periods/${period}/close`;
  await post(`${close}?acceptOmissions=as+tested&reason=as+tested`);
  const contract = http.engine.lookup.contract('aurore-two');
  if (contract === null) throw new Error('the catalogue has no contract aurore-two');
  const ada = { name: 'Ada', via: 'cli', address: null } as const;
  await http.engine.close(contract, period, 'close', 'as tested', ada);
  const asked = (await (await http.get(close)).json()) as { readonly request: string };
  await post(`${close}/confirm?request=${asked.request}`);
  await post(`${close}/confirm?request=${asked.request}`);
}

const post = (path: string, body: string | null = null, type = 'application/json') =>
  fetch(http.url + path, { method: 'POST', body, headers: body === null ? {} : { 'content-type': type } });

const january = { ...callRow, date: '2026-01-15T10:00:00+01:00' };
/** 25 hours with an agent. */
const tooLong = { ...callRow, id_appel: 2, duration: 90_035, duration_comm: 90_000 };
const sale = {
  specversion: '1.0',
  id: '1',
  source: '/crm',
  type: 'sale.made',
  subject: 'order-1',
  time: '2026-03-02T10:00:00Z',
  data: {},
};

/** Calls each route so that it succeeds. */
async function callAll(): Promise<void> {
  const delivered = await http.deliver([january, callRow, tooLong]);
  const { refused }: z.infer<typeof acceptedSchema> = acceptedSchema.parse(await delivered.json());
  await post('/v1/deliveries/bpo/batch', '{}\n{}\n', 'application/x-ndjson');
  await post('/v1/outcomes/bpo', JSON.stringify(sale));
  await post('/v1/outcomes/bpo/batch', `${JSON.stringify(sale)}\n`, 'application/x-ndjson');
  await http.engine.drained();
  for (const path of [
    refused,
    '/health/live',
    '/health/ready',
    '/metrics',
    '/v1/audit/acts',
    '/v1/catalogue',
    '/v1/catalogue/history',
    '/v1/refusals',
    '/v1/lag',
    '/v1/contracts/aurore-calls/periods',
    '/v1/contracts/aurore-calls/clauses?lang=fr',
    '/v1/me',
    '/v1/contracts/aurore-calls/periods/2026-03',
    '/v1/contracts/aurore-calls/periods/2026-03/contacts/bpo:1',
    '/v1/periods',
    '/v1/accruals',
    '/v1/contracts/aurore-calls/forecast?lang=fr',
    '/v1/contracts/aurore-calls/accrual?at=yesterday',
    '/v1/unbilled?from=2026-03-02',
    '/v1/adherence?programme=aurore&from=2026-03-02',
    '/v1/programmes/aurore/kpis?from=2026-03-01&to=2026-03-31&by=queue',
    '/v1/programmes/aurore/now',
  ]) {
    await (await http.get(path)).text();
  }
  await (await http.get('/v1/programmes/aurore/now/events')).body?.cancel();
  const period = '/v1/contracts/aurore-calls/periods/2026-01';
  await post(`${period}/close?acceptOmissions=as+tested`);
  await post(`${period}/close?acceptOmissions=as+tested`);
  await post(`${period}/hold?reason=as+tested`);
  await post(`${period}/release?reason=as+tested`);
  for (const part of ['', '/verification', '/explanation', '/contacts?line=calls', '/proof']) {
    await (await http.get(`${period}/revisions/1${part}`)).text();
  }
  await closeOfTwo('2026-01');
  await post('/v1/whatif?from=2026-03&against=aurore-calls', draftAt('4.70'), 'application/yaml');
  await post('/v1/refusals/redrive?all=true');
  await post('/v1/catalogue/apply?author=Ada&dryRun=true');
  const { work } = (await (await http.get('/v1/implausible')).json()) as { work: { work: string }[] };
  const held = new URLSearchParams({ work: work[0]?.work ?? '', author: 'Ada', reason: 'as tested' });
  await post(`/v1/implausible/confirm?${held.toString()}`);
  await post(`/v1/implausible/withdraw?${held.toString()}`);
}

describe('The OpenAPI document', () => {
  it('says of every route what it answers where it succeeds', async () => {
    await callAll();
    const { paths } = await openApiOf(http.url);
    const successes = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses)
          .filter((status) => status < '400')
          .map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    );
    expect(successes.length).toBeGreaterThan(15);
    expect(successes.filter((answer) => !http.answered().has(answer))).toEqual([]);
  });

  it('has every route of the server but the pages of documentation and console', async () => {
    const { paths } = await openApiOf(http.url);
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = routesOf(http.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }));
    const pages = /^GET \/((docs|console).*)?$/;
    expect(served.filter((route) => !pages.test(route)).toSorted()).toEqual(documented.toSorted());
  });

  it('says of every route which problems it may answer with', async () => {
    const wrong: readonly [string, string][] = [
      ['GET', '/v1/refused'],
      ['GET', '/v1/programmes/unknown/kpis?from=today'],
      ['GET', '/v1/programmes/aurore/kpis'],
      ['GET', '/v1/accruals?at=2099-01-01'],
      ['GET', '/v1/accruals?at=never'],
      ['GET', '/v1/contracts/unknown/accrual'],
      ['GET', '/v1/contracts/unknown/forecast'],
      ['GET', '/v1/contracts/aurore-calls/forecast?at=2099-01-01'],
      ['GET', '/v1/contracts/unknown/periods/2026-03'],
      ['GET', '/v1/contracts/aurore-calls/periods/2026-13'],
      ['GET', '/v1/contracts/aurore-calls/periods/2026-03/revisions/9/verification'],
      ['GET', '/v1/contracts/aurore-calls/periods/2026-03/revisions/x/verification'],
      ['GET', '/v1/contracts/aurore-calls/periods/2026-03/revisions/9'],
      ['GET', '/v1/contracts/aurore-calls/periods/2026-03/revisions/9/explanation'],
      ['GET', '/v1/contracts/aurore-calls/periods/2026-01/revisions/1/contacts?line=other'],
      ['GET', '/v1/contracts/aurore-calls/periods/2026-03/revisions/9/proof'],
      ['GET', '/v1/contracts/unknown/periods/2026-03/contacts/bpo:1'],
      ['GET', '/v1/contracts/aurore-calls/periods/2026-W01/contacts/bpo:1'],
      ['POST', '/v1/contracts/aurore-calls/periods/2099-01/close'],
      ['POST', '/v1/contracts/aurore-calls/periods/1970-01/close'],
      ['POST', '/v1/contracts/unknown/periods/2026-01/close'],
      ['POST', '/v1/catalogue/apply'],
      ['POST', '/v1/refusals/redrive'],
      ['POST', '/v1/deliveries/unknown'],
      ['POST', '/v1/deliveries/bpo'],
      ['POST', '/v1/deliveries/bpo/batch'],
      ['POST', '/v1/outcomes/bpo'],
      ['POST', '/v1/outcomes/unknown/batch'],
    ];
    const headers = { 'content-type': 'application/json' };
    const asked = wrong.map(async ([method, path]) => {
      const { status } = await fetch(http.url + path, { method, headers });
      return [method, path, status >= 400];
    });
    expect(await Promise.all(asked)).toEqual(wrong.map(([method, path]) => [method, path, true]));
    for (const [method, path] of [
      ['POST', '/v1/contracts/aurore-calls/periods/2026-03/close'],
      ['POST', '/v1/catalogue/apply'],
      ['POST', '/v1/deliveries/bpo'],
    ] as const) {
      const foreign = await fetch(http.url + path, { method, headers: { origin: 'https://x.example' } });
      expect([path, foreign.status]).toEqual([path, 403]);
      const form = await fetch(http.url + path, { method, body: new URLSearchParams('a=b') });
      expect([path, form.status]).toEqual([path, path.startsWith('/v1/deliveries') ? 202 : 415]);
    }
  });
});

describe('The comparison with the OpenAPI document', () => {
  const good = {
    method: 'GET',
    path: '/health/live',
    status: 200,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'x-request-id': '1',
      ratelimit: '1',
      'ratelimit-policy': '1',
    },
    body: JSON.stringify({ status: 'ok', info: {}, error: {}, details: {} }),
  };
  const problemBody = (code: string) =>
    JSON.stringify({ type: `urn:tallyline:problem:${code}`, code, title: 't', status: 429, detail: 'd' });
  const limited = {
    ...good,
    status: 429,
    headers: { ...good.headers, 'content-type': 'application/problem+json', 'retry-after': '1' },
    body: problemBody('too-many-requests'),
  };

  it('finds nothing wrong with what is documented', async () => {
    expect(differencesFrom(await openApiOf(http.url), [good, limited])).toEqual([]);
  });

  it.each([
    [{ ...good, path: '/health/other' }, /no such answer is documented/],
    [{ ...good, status: 201 }, /no such answer is documented/],
    [{ ...good, headers: { ...good.headers, 'content-type': 'text/html' } }, /content type text\/html/],
    [{ ...good, body: '{"status":"fine","info":{},"error":{},"details":{}}' }, /\/status/],
    [{ ...good, body: '{"status":"ok","info":{},"error":{}}' }, /required property 'details'/],
    [
      { ...good, body: '{"status":"ok","info":{},"error":{},"details":{},"more":1}' },
      /additional properties/,
    ],
    [{ ...good, headers: { 'content-type': 'application/json' } }, /has no x-request-id/],
    [{ ...limited, body: problemBody('log-unavailable') }, /its code log-unavailable is not documented/],
    [{ ...limited, body: problemBody('invented') }, /\/code/],
  ])('finds what is not: %#', async (answer, fault) => {
    const [first = '', ...more] = differencesFrom(await openApiOf(http.url), [answer]);
    expect([first, ...more].some((difference) => fault.test(difference))).toBe(true);
  });
});

/** `GET /v1/x/{id}` for each route of what Fastify prints as a tree. */
function routesOf(tree: string): string[] {
  const parents: string[] = [];
  return tree
    .split('\n')
    .filter((line) => line.includes('── '))
    .flatMap((line) => {
      const depth = line.indexOf('── ') >> 2;
      const [, part = '', methods = ''] = /── (\S+)(?: \((.+)\))?$/.exec(line) ?? [];
      parents.length = depth;
      const path = parents.join('') + part;
      parents.push(part);
      return methods
        .split(', ')
        .filter((method) => method !== '' && method !== 'HEAD')
        .map((method) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    });
}
