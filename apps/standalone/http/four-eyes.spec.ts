import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { noKeys } from '#runtime/access/access.fixture.js';
import { createApiKey } from '#runtime/access/api-key.js';
import { KeyRing, writeKeyFile } from '#runtime/access/key-file.js';
import { callRow, startHttp } from './http.harness.js';

const keyOf = (name: string) =>
  createApiKey({ name, role: 'finance', brands: null, expiresAt: null }, Date.now());
const [ada, bob] = [keyOf('Ada'), keyOf('Bob')];

let http: Awaited<ReturnType<typeof startHttp>>;
beforeAll(async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tallyline-keys-')), 'keys.json');
  writeKeyFile(file, [ada.key, bob.key]);
  const keys = KeyRing.open(file, Date.now, () => undefined);
  const access = { ...noKeys, keys, now: Date.now, brandOf: () => 'Aurore' };
  http = await startHttp(access, (text) =>
    text.replace('    measures:', '    close: { fourEyes: true }\n    measures:'),
  );
  await http.deliver([{ ...callRow, date: '2026-01-15T10:00:00+01:00' }]);
});
afterAll(() => http.close());

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown> & { readonly request?: string };
}
const period = '/v1/contracts/aurore-calls/periods/2026-01';
async function ask(method: string, path: string, { secret }: { readonly secret: string }): Promise<Answer> {
  const headers = { authorization: `Bearer ${secret}` };
  const answer = await fetch(http.url + path, { method, headers });
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

describe('a close of two people over HTTP', () => {
  it('is asked for by one key, shown, and confirmed by another one', async () => {
    expect((await ask('GET', `${period}/close`, ada)).body['code']).toBe('no-close-request');
    const asked = await ask('POST', `${period}/close?reason=all+counted`, ada);
    // one call at 2.35
    const totals = { totalWithoutVat: { amount: '2.35', currency: 'EUR' } };
    const event = { data: { totals } };
    const request = { status: 202, body: { by: 'Ada', reason: 'all counted', revision: 1, event } };
    expect(asked).toMatchObject(request);
    expect(await ask('GET', `${period}/close`, bob)).toEqual({ ...asked, status: 200 });
    const confirm = `${period}/close/confirm?request=${asked.body.request}`;
    expect(await ask('POST', confirm, ada)).toMatchObject({ status: 409, body: { code: 'same-person' } });
    const other = `${period}/close/confirm?request=another`;
    expect(await ask('POST', other, bob)).toMatchObject({
      status: 409,
      body: { code: 'close-request-void' },
    });
    expect((await ask('POST', `${period}/close/confirm`, bob)).body['code']).toBe('invalid-request');
    const confirmed = await ask('POST', `${confirm}&reason=agreed`, bob);
    expect(confirmed).toEqual({ status: 201, body: asked.body['event'] });
    expect(await ask('POST', confirm, bob)).toEqual({ ...confirmed, status: 200 });
    expect(await ask('GET', `${period}/close`, bob)).toMatchObject({ status: 404 });
    const { acts } = (await ask('GET', '/v1/audit/acts', ada)).body as unknown as {
      readonly acts: readonly { act: string; reason: string; actor: { name: string } }[];
    };
    expect(acts.slice(-2).map(({ act, reason, actor }) => [act, actor.name, reason])).toEqual([
      ['close-requested', 'Ada', 'all counted'],
      ['period-closed', 'Bob', 'agreed'],
    ]);
  });

  it('is not confirmed while it is held, and not known of another contract or rhythm', async () => {
    const february = '/v1/contracts/aurore-calls/periods/2026-02';
    const asked = await ask('POST', `${february}/close`, ada);
    await ask('POST', `${february}/hold?reason=disputed`, bob);
    const confirm = `close/confirm?request=${asked.body.request}`;
    expect((await ask('POST', `${february}/${confirm}`, bob)).body['code']).toBe('period-held');
    for (const [path, code] of [
      ['/v1/contracts/no-such/periods/2026-01', 'unknown-contract'],
      ['/v1/contracts/aurore-calls/periods/2026-W02', 'invalid-request'],
    ]) {
      expect((await ask('POST', `${path}/${confirm}`, bob)).body['code']).toBe(code);
      expect((await ask('GET', `${path}/close`, bob)).body['code']).toBe(code);
    }
  });
});
