import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkProof } from '#pipeline/close/check-proof.js';
import { noKeys } from '#runtime/access/access.fixture.js';
import { createApiKey } from '#runtime/access/api-key.js';
import { KeyRing, writeKeyFile } from '#runtime/access/key-file.js';
import type { Role } from '#runtime/access/roles.js';
import { callRow, startHttp } from './http.harness.js';

const file = join(mkdtempSync(join(tmpdir(), 'tallyline-keys-')), 'keys.json');
const keyOf = (role: Role, brands: readonly string[] | null = null) =>
  createApiKey({ name: role, role, brands, expiresAt: null }, Date.now());
const made = {
  operator: keyOf('operator'),
  aurore: keyOf('brand', ['Aurore']),
  boreal: keyOf('brand', ['Boreal']),
  sre: keyOf('sre'),
};
writeKeyFile(
  file,
  Object.values(made).map(({ key }) => key),
);

const periods = '/v1/contracts/aurore-calls/periods/2026-01';
const invoice = `${periods}/revisions/1`;
/** Two calls of Alice in January, at 2.35 EUR each: 4.70. */
const january = [
  { ...callRow, id_appel: 1, date: '2026-01-15T10:00:00+01:00' },
  { ...callRow, id_appel: 2, date: '2026-01-16T10:00:00+01:00' },
];

let http: Awaited<ReturnType<typeof startHttp>>;
let closed: string;
const ask = async (path: string, who: keyof typeof made, method = 'GET') =>
  fetch(http.url + path, { method, headers: { authorization: `Bearer ${made[who].secret}` } });
const json = async (path: string, who: keyof typeof made) => (await ask(path, who)).json() as Promise<object>;

beforeAll(async () => {
  const keys = KeyRing.open(file, Date.now, () => undefined);
  http = await startHttp({
    ...noKeys,
    keys,
    now: Date.now,
    brandOf: (_, id) => (id.startsWith('aurore') ? 'Aurore' : null),
  });
  await http.deliver(january);
  closed = await (await ask(`${periods}/close?acceptOmissions=as+tested`, 'operator', 'POST')).text();
});
afterAll(() => http.close());

describe('GET /v1/contracts/:id/periods/:period/revisions/:revision', () => {
  it('answers the event of the close, byte for byte', async () => {
    expect(await (await ask(invoice, 'operator')).text()).toBe(closed);
    expect(await (await ask(invoice, 'aurore')).text()).toBe(closed);
  });

  it('does not know it for another brand, nor a revision that there is not', async () => {
    expect(await json(invoice, 'boreal')).toMatchObject({ code: 'unknown-contract' });
    expect(await json(`${periods}/revisions/2`, 'operator')).toMatchObject({
      code: 'unknown-revision',
      detail: 'The period has 1 revision(s).',
    });
  });

  it('explains each amount in steps, in the language asked for', async () => {
    expect(await json(`${invoice}/explanation?lang=fr&line=calls`, 'aurore')).toMatchObject({
      check: { agrees: true, net: '4.7' },
      entries: [
        {
          identifier: 'calls',
          amount: '4.70',
          steps: expect.arrayContaining([expect.objectContaining({ step: 'arrondi', result: '4,70 EUR' })]),
        },
      ],
    });
  });

  it('lists the work of a line page by page, as the close counted it', async () => {
    expect(await json(`${invoice}/contacts?line=calls&limit=1`, 'operator')).toMatchObject({
      unit: 'count',
      total: { count: 2, value: 2, text: '2' },
      work: [
        {
          number: 1,
          id: 'bpo:in-1-2026-01-15',
          // It entered the queue after 14 s of the voice menu.
          startedAt: '2026-01-15T10:00:14+01:00',
          queue: 'after-sales',
          agents: ['alice'],
          value: 1,
        },
      ],
      next: 1,
    });
    const last = await json(`${invoice}/contacts?line=calls&limit=1&after=1`, 'operator');
    expect(last).toMatchObject({ work: [{ number: 2, id: 'bpo:in-2-2026-01-16' }], next: null });
  });

  it('shows a brand neither ids nor names of agents', async () => {
    const answer = await (await ask(`${invoice}/contacts?line=calls`, 'aurore')).text();
    expect(answer).not.toMatch(/alice|bpo/);
    expect(JSON.parse(answer)).toMatchObject({
      total: { count: 2 },
      work: [
        { number: 1, id: null, agents: ['1'] },
        { number: 2, id: null, agents: ['1'] },
      ],
    });
  });

  it('proves the event by a file that needs nothing else', async () => {
    const answer = await ask(`${invoice}/proof`, 'aurore');
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="aurore-calls-2026-01-1.proof.ndjson"',
    );
    const lines = (await answer.text()).split(/(?<=\n)/);
    const check = await checkProof(
      (async function* () {
        yield* lines;
      })(),
      null,
    );
    expect(check).toMatchObject({ status: 'same', event: { id: JSON.parse(closed).id } });
  });
});

describe('GET /v1/me', () => {
  it('says to each key what it may see, and what it may ask', async () => {
    expect(await json('/v1/me', 'operator')).toMatchObject({
      role: 'operator',
      brands: null,
      contracts: [{ id: 'aurore-calls', brand: 'Aurore', currency: 'EUR', timeZone: 'Europe/Paris' }],
      programmes: [{ id: 'aurore' }],
    });
    const brand = (await json('/v1/me', 'aurore')) as { readonly routes: readonly string[] };
    expect(brand).toMatchObject({ brands: ['Aurore'], contracts: [{ id: 'aurore-calls' }] });
    expect(brand.routes).toContain('GET /v1/contracts/:id/periods');
    expect(brand.routes).not.toContain('GET /v1/periods');
    expect(await json('/v1/me', 'boreal')).toMatchObject({ contracts: [], programmes: [] });
    expect(await json('/v1/me', 'sre')).toMatchObject({ contracts: [], programmes: [] });
  });
});

describe('GET /console', () => {
  it('is one page whatever the state, of files of its own, and loads nothing from elsewhere', async () => {
    for (const path of ['/console', '/console/', '/console/invoice?contract=x', '/console/nothing']) {
      const answer = await http.get(path);
      expect([path, answer.status, answer.headers.get('content-type')]).toEqual([
        path,
        200,
        'text/html; charset=utf-8',
      ]);
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
    }
    const script = await http.get('/console/console.js');
    expect(script.headers.get('content-type')).toMatch(/javascript/);
    expect(script.headers.get('content-encoding')).toBe('gzip');
  });
});
