import { mkdtempSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Access, type AccessRequest, decide } from './access.js';
import { noKeys } from './access.fixture.js';
import { type KeyTerms, createApiKey } from './api-key.js';
import { FailureLimit } from './failure-limit.js';
import { KeyRing, writeKeyFile } from './key-file.js';

const day = 86_400_000;
let now = Date.parse('2026-11-27T12:00:00Z');
const terms: KeyTerms = { name: 'Ada', role: 'finance', brands: null, expiresAt: null };

function ringOf(...all: readonly Partial<KeyTerms>[]) {
  const file = join(mkdtempSync(join(tmpdir(), 'tallyline-keys-')), 'keys.json');
  const made = all.map((own) => createApiKey({ ...terms, ...own }, now));
  writeKeyFile(
    file,
    made.map(({ key }) => key),
  );
  const faults: string[] = [];
  const keys = KeyRing.open(
    file,
    () => now,
    (message) => faults.push(message),
  );
  return {
    file,
    faults,
    secrets: made.map(({ secret }) => secret),
    access: { ...noKeys, keys, now: () => now },
  };
}

const close = 'POST /v1/contracts/:id/periods/:period/close';

async function ask(access: Access, what: string, headers: AccessRequest['headers'] = {}, id = 'calls') {
  const [method = '', route = ''] = what.split(' ');
  const request = {
    method,
    route,
    params: { id },
    headers: { host: '127.0.0.1:8080', ...headers },
    address: '10.0.0.9',
  };
  const decision = await decide(request, access);
  return 'problem' in decision ? decision.problem.code : (decision.principal?.name ?? 'no one');
}

const bearer = (secret: string | undefined) => ({ authorization: `Bearer ${secret}` });

describe('A process without keys', () => {
  it('takes everybody on its machine for an operator', async () => {
    expect(await ask(noKeys, close)).toBe('local');
    expect(await ask(noKeys, 'GET /metrics', { host: 'localhost' })).toBe('local');
    expect(await ask(noKeys, 'GET /metrics', { host: '[::1]:8080' })).toBe('local');
  });

  it.each(['evil.example', 'evil.example:8080', '', 'localhost.evil.example', '127.0.0.1.evil.example'])(
    'turns away a page that reached it by a name of its own: %p',
    async (host) => {
      expect(await ask(noKeys, 'GET /v1/programmes/:id/kpis', { host })).toBe('unknown-host');
    },
  );

  it.each([
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://127.0.0.1:9999' }],
    [{ 'sec-fetch-site': 'cross-site' }],
  ])('lets a page of another site change nothing: %p', async (headers) => {
    expect(await ask(noKeys, close, headers)).toBe('foreign-origin');
  });

  it('lets a page of its own change something', async () => {
    expect(
      await ask(noKeys, close, { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' }),
    ).toBe('local');
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    ' Text/Plain',
  ])('changes nothing for a form: %p', async (type) => {
    expect(await ask(noKeys, close, { 'content-type': type })).toBe('unsupported-media-type');
  });

  it('takes deliveries of any content type, whose sender their connection authenticates', async () => {
    const headers = { 'content-type': 'text/plain' };
    expect(await ask(noKeys, 'POST /v1/deliveries/:connection', headers)).toBe('no one');
  });
});

describe('A process with keys', () => {
  it('knows the holder of a key, and no one else', async () => {
    const { access, secrets } = ringOf({}, { name: 'Grace', role: 'operator' });
    expect(await ask(access, close, bearer(secrets[0]))).toBe('Ada');
    expect(await ask(access, close, bearer(secrets[1]))).toBe('Grace');
    expect(await ask(access, close)).toBe('unauthorized');
    expect(await ask(access, close, { authorization: `Basic ${secrets[0]}` })).toBe('unauthorized');
    const other = createApiKey(terms, now).secret;
    expect(await ask(access, close, bearer(other))).toBe('unauthorized');
    const idOfOne = secrets[0]?.slice(0, 15) ?? '';
    expect(await ask(access, close, bearer(idOfOne + other.slice(15)))).toBe('unauthorized');
  });

  it('is served by any name, unless names are given', async () => {
    const { access, secrets } = ringOf({});
    const headers = { ...bearer(secrets[0]), host: 'tallyline.example' };
    expect(await ask(access, close, headers)).toBe('Ada');
    expect(await ask({ ...access, allowedHosts: ['tallyline.example'] }, close, headers)).toBe('Ada');
    expect(await ask({ ...access, allowedHosts: ['other.example'] }, close, headers)).toBe('unknown-host');
  });

  it('denies a role what is not in the table for it, and every route that is not in the table', async () => {
    const { access, secrets } = ringOf({ role: 'supervisor' });
    expect(await ask(access, close, bearer(secrets[0]))).toBe('forbidden');
    expect(await ask(access, 'DELETE /v1/everything', bearer(secrets[0]))).toBe('forbidden');
  });

  it('shows a brand its own programmes and contracts, and answers others as if there were none', async () => {
    const { access, secrets } = ringOf({ role: 'brand', brands: ['Aurore'] });
    const owned: Access = {
      ...access,
      brandOf: (_, id) => (id === 'aurore' ? 'Aurore' : id === 'boreal' ? 'Boreal' : null),
    };
    const kpis = 'GET /v1/programmes/:id/kpis';
    expect(await ask(owned, kpis, bearer(secrets[0]), 'aurore')).toBe('Ada');
    expect(await ask(owned, kpis, bearer(secrets[0]), 'boreal')).toBe('unknown-programme');
    expect(await ask(owned, kpis, bearer(secrets[0]), 'unmapped')).toBe('unknown-programme');
    const period = 'GET /v1/contracts/:id/periods/:period';
    expect(await ask(owned, period, bearer(secrets[0]), 'boreal')).toBe('unknown-contract');
    expect(await ask(owned, close, bearer(secrets[0]), 'aurore')).toBe('forbidden');
  });

  it('limits any role to brands where the key says so', async () => {
    const { access, secrets } = ringOf({ role: 'finance', brands: ['Aurore'] });
    expect(await ask({ ...access, brandOf: () => 'Boreal' }, close, bearer(secrets[0]))).toBe(
      'unknown-contract',
    );
  });

  it('turns a key away from the instant at which it expires', async () => {
    const { access, secrets } = ringOf({ expiresAt: now + day });
    now += day - 1;
    expect(await ask(access, close, bearer(secrets[0]))).toBe('Ada');
    now += 1;
    expect(await ask(access, close, bearer(secrets[0]))).toBe('unauthorized');
  });

  it('looks no more at keys from an address that sent thirty wrong ones in a minute', async () => {
    const { access, secrets } = ringOf({});
    const limited = { ...access, failures: new FailureLimit(() => now) };
    for (let attempt = 0; attempt < 30; attempt++) {
      expect(await ask(limited, close, bearer(createApiKey(terms, now).secret))).toBe('unauthorized');
    }
    expect(await ask(limited, close, bearer(secrets[0]))).toBe('too-many-requests');
    now += 60_000;
    expect(await ask(limited, close, bearer(secrets[0]))).toBe('Ada');
  });
});

describe('A file of keys', () => {
  it('is readable by its owner only and holds no secret', async () => {
    const { file, secrets } = ringOf({});
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(
      JSON.stringify(
        KeyRing.open(
          file,
          () => now,
          () => undefined,
        )
          ?.keys.values()
          .toArray(),
      ),
    ).not.toContain(secrets[0]?.slice(15));
  });

  it('is read again a second after it has changed, also where it is gone', async () => {
    const { file, access, secrets } = ringOf({});
    writeKeyFile(file, []);
    expect(await ask(access, close, bearer(secrets[0]))).toBe('Ada');
    now += 1_000;
    expect(await ask(access, close, bearer(secrets[0]))).toBe('unauthorized');
  });

  it('that cannot be read leaves the keys that were read before, and says so', async () => {
    const { file, access, secrets, faults } = ringOf({});
    writeFileSync(file, '{"keys": [');
    now += 1_000;
    expect(await ask(access, close, bearer(secrets[0]))).toBe('Ada');
    expect(faults).toEqual([expect.stringContaining('cannot be read as a file of keys')]);
  });
});
