import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startHttp } from './http.harness.js';

interface Operation {
  readonly responses: Record<string, { content?: Record<string, { schema?: unknown }> }>;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
}
interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

let http: Awaited<ReturnType<typeof startHttp>>;
beforeAll(async () => void (http = await startHttp()));
afterAll(() => http.close());

async function document(): Promise<Document> {
  return (await (await http.get('/docs/openapi.json')).json()) as Document;
}

/** What is not JSON. */
const others: Readonly<Record<string, string>> = {
  '/metrics': 'text/plain',
  '/v1/programmes/{id}/now/events': 'text/event-stream',
  '/v1/contracts/{id}/periods/{period}/revisions/{revision}/proof': 'application/x-ndjson',
};

describe('The OpenAPI document', () => {
  it('has every route', async () => {
    const { paths } = await document();
    expect(Object.keys(paths).toSorted()).toEqual([
      '/health/live',
      '/health/ready',
      '/metrics',
      '/v1/accruals',
      '/v1/adherence',
      '/v1/audit/acts',
      '/v1/catalogue',
      '/v1/catalogue/apply',
      '/v1/catalogue/history',
      '/v1/contracts/{id}/accrual',
      '/v1/contracts/{id}/clauses',
      '/v1/contracts/{id}/forecast',
      '/v1/contracts/{id}/periods',
      '/v1/contracts/{id}/periods/{period}',
      '/v1/contracts/{id}/periods/{period}/close',
      '/v1/contracts/{id}/periods/{period}/close/confirm',
      '/v1/contracts/{id}/periods/{period}/contacts/{contact}',
      '/v1/contracts/{id}/periods/{period}/hold',
      '/v1/contracts/{id}/periods/{period}/release',
      '/v1/contracts/{id}/periods/{period}/revisions/{revision}',
      '/v1/contracts/{id}/periods/{period}/revisions/{revision}/contacts',
      '/v1/contracts/{id}/periods/{period}/revisions/{revision}/explanation',
      '/v1/contracts/{id}/periods/{period}/revisions/{revision}/proof',
      '/v1/contracts/{id}/periods/{period}/revisions/{revision}/verification',
      '/v1/deliveries/{connection}',
      '/v1/deliveries/{connection}/batch',
      '/v1/implausible',
      '/v1/implausible/confirm',
      '/v1/implausible/withdraw',
      '/v1/lag',
      '/v1/me',
      '/v1/outcomes/{connection}',
      '/v1/outcomes/{connection}/batch',
      '/v1/periods',
      '/v1/programmes/{id}/kpis',
      '/v1/programmes/{id}/now',
      '/v1/programmes/{id}/now/events',
      '/v1/refusals',
      '/v1/refusals/redrive',
      '/v1/refused',
      '/v1/unbilled',
      '/v1/whatif',
    ]);
  });

  it('has a schema for every answer, and the type of a problem for every problem', async () => {
    const { paths } = await document();
    for (const [path, operations] of Object.entries(paths)) {
      for (const [method, { responses }] of Object.entries(operations)) {
        for (const [status, { content }] of Object.entries(responses)) {
          const where = `${method} ${path} ${status}`;
          const type = Object.keys(content ?? {})[0];
          const isProblem = Number(status) >= 400;
          expect([where, type]).toEqual([
            where,
            isProblem ? 'application/problem+json' : (others[path] ?? 'application/json'),
          ]);
          expect([where, Object.values(content ?? {})[0]?.schema]).not.toEqual([where, undefined]);
        }
      }
    }
  });

  it('lists all parameters, each field of the query by itself', async () => {
    const { paths } = await document();
    const parameters = paths['/v1/programmes/{id}/kpis']?.['get']?.parameters ?? [];
    expect(parameters.map(({ name, in: place, required }) => [place, name, required])).toEqual([
      ['path', 'id', true],
      ['query', 'from', true],
      ['query', 'to', false],
      ['query', 'by', false],
    ]);
  });

  it('has every schema that it refers to', async () => {
    const text = JSON.stringify(await document());
    const { schemas } = (JSON.parse(text) as Document).components;
    const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
    expect(references).toContain('#/components/schemas/Problem');
    expect(references).toContain('#/components/schemas/ServiceLevel');
    for (const reference of references) {
      expect(Object.keys(schemas).map((name) => `#/components/schemas/${name}`)).toContain(reference);
    }
    expect(text).not.toContain('9007199254740991');
  });
});

describe('The documentation page', () => {
  it('needs no other host and runs no inline script', async () => {
    const response = await http.get('/docs');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/);
    const page = await response.text();
    const loaded = [...page.matchAll(/(?:src|href)=["']([^"']+)["']/g)].map(([, address]) => address ?? '');
    expect(loaded.length).toBeGreaterThan(3);
    for (const address of loaded) {
      expect(address).toMatch(/^\.\//);
      const file = await http.get(`/${address}`);
      expect([address, file.status]).toEqual([address, 200]);
      expect((await file.bytes()).length).toBeGreaterThan(100);
    }
    expect(page).not.toMatch(/<script>/);
  });

  it('is where the root address redirects to', async () => {
    const response = await fetch(http.url, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([302, '/docs']);
  });

  it('answers a file that it lacks with a problem', async () => {
    const response = await http.get('/docs/nothing.js');
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});
