import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noKeys } from '#runtime/access/access.fixture.js';
import { accessRules, ruleOf } from '#runtime/access/access-rules.js';
import { createApiKey } from '#runtime/access/api-key.js';
import { KeyRing, writeKeyFile } from '#runtime/access/key-file.js';
import { type Role, roleNames } from '#runtime/access/roles.js';
import { startHttp } from './http.harness.js';

const file = join(mkdtempSync(join(tmpdir(), 'tallyline-keys-')), 'keys.json');
const made = roleNames.map((role) => {
  const brands = role === 'brand' ? ['Aurore'] : null;
  return { role, ...createApiKey({ name: role, role, brands, expiresAt: null }, Date.now()) };
});
writeKeyFile(
  file,
  made.map(({ key }) => key),
);

let http: Awaited<ReturnType<typeof startHttp>>;
let routes: readonly {
  readonly method: string;
  readonly path: string;
  readonly roles: readonly Role[] | null;
}[];

beforeAll(async () => {
  const keys = KeyRing.open(file, Date.now, () => undefined);
  http = await startHttp({
    ...noKeys,
    keys,
    now: Date.now,
    brandOf: (_, id) => (id.startsWith('aurore') ? 'Aurore' : 'Boreal'),
  });
  const document = (await (await http.get('/docs/openapi.json')).json()) as {
    readonly paths: Record<string, Record<string, { readonly 'x-roles'?: readonly Role[] }>>;
  };
  routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      roles: operation['x-roles'] ?? null,
    })),
  );
});
afterAll(() => http.close());

/** Ids of brand Aurore; a month that is over. */
function addressOf(path: string, id: (kind: string) => string): string {
  return (
    http.url +
    path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      name === 'period' ? '2026-02' : name === 'revision' ? '1' : name === 'connection' ? 'bpo' : id(path),
    )
  );
}

const ofAurore = (path: string) => (path.includes('/contracts/') ? 'aurore-calls' : 'aurore');

async function statusOf(method: string, url: string, secret: string | null): Promise<number> {
  const headers: Record<string, string> = secret === null ? {} : { authorization: `Bearer ${secret}` };
  const response = await fetch(url, { method, headers });
  // Not read: an answer may be without end.
  await response.body?.cancel();
  return response.status;
}

describe('A server with keys', () => {
  it('has a rule for every route of its OpenAPI document, and a route for every rule', () => {
    const known = routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`);
    const pages = ['GET /', 'GET /docs', 'GET /console'];
    expect(known.concat(pages).toSorted()).toEqual(Object.keys(accessRules).toSorted());
  });

  it('answers every role on every route as the document says, and no one without a key', async () => {
    const found: string[] = [];
    const expected: string[] = [];
    for (const { method, path, roles } of routes) {
      if (roles === null) continue;
      for (const { role, secret } of [...made, { role: null, secret: null }]) {
        const status = await statusOf(method, addressOf(path, ofAurore), secret);
        const verdict = status === 401 || status === 403 ? status : 'let in';
        const wanted = role === null ? 401 : roles.includes(role) ? 'let in' : 403;
        found.push(`${method} ${path} ${role}: ${verdict}`);
        expected.push(`${method} ${path} ${role}: ${wanted}`);
      }
    }
    expect(found).toEqual(expected);
    expect(found.length).toBeGreaterThan(30);
  });

  it('lets no one in by a role that the document does not name: public routes are health and documentation', () => {
    const open = routes.filter(({ method, path }) => {
      return ruleOf(method, path.replaceAll(/\{(\w+)\}/g, ':$1'))?.access === 'public';
    });
    expect(open.map(({ path }) => path)).toEqual(['/health/live', '/health/ready']);
  });

  it('answers a brand for what is not its own as for what does not exist', async () => {
    const secret = made.find(({ role }) => role === 'brand')?.secret ?? '';
    const headers = { authorization: `Bearer ${secret}` };
    const other = await fetch(`${http.url}/v1/contracts/boreal-calls/periods/2026-02`, { headers });
    const unknown = await fetch(`${http.url}/v1/contracts/no-such/periods/2026-02`, { headers });
    expect([other.status, await other.json()]).toEqual([404, await unknown.json()]);
  });

  it('says with 401 how to authenticate', async () => {
    const response = await http.get('/metrics');
    expect(response.headers.get('www-authenticate')).toBe('Bearer realm="tallyline"');
    expect(await response.json()).toMatchObject({ code: 'unauthorized' });
  });
});

it('docs/access.md shows the table of routes and roles', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/access.md'), 'utf8');
  const rows = Object.entries(accessRules).map(([route, rule]) => {
    const who =
      rule.access === 'public'
        ? `everybody: ${rule.because}`
        : rule.access === 'connection'
          ? 'the sender, as the catalogue says for its connection'
          : rule.roles.join(', ');
    return `| \`${route}\` | ${who} |`;
  });
  const shown = page.split('\n').filter((line) => /^\| `(GET|POST|PUT|PATCH|DELETE) /.test(line));
  expect(shown).toEqual(rows);
});
