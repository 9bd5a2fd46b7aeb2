import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiKey, createApiKey } from '#runtime/access/api-key.js';
import type { TrailStatement } from '#wire/trail.js';
import { auditKeyTrail, keyTrailPath, writeKeyAct } from './key-trail.js';

let [directory, file] = ['', ''];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-keys-'));
  file = join(directory, 'keys.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function made(name: string, at: number): ApiKey {
  return createApiKey({ name, role: 'finance', brands: null, expiresAt: null }, at).key;
}

function statement(act: TrailStatement['act'], key: ApiKey, at: number): TrailStatement {
  const actor = { name: 'Ada', via: 'cli', address: null } as const;
  return { act, actor, at, subject: `key ${key.id}`, reason: null, details: { key: key.id } };
}

describe('the audit trail of keys', () => {
  it('has an entry of each act, readable by the owner of the file only', () => {
    const [one, two] = [made('one', 1_000), made('two', 2_000)];
    writeKeyAct(file, statement('key-created', one, 1_000));
    writeKeyAct(file, statement('key-created', two, 2_000));
    writeKeyAct(file, statement('key-revoked', one, 3_000));
    const { entries, findings } = auditKeyTrail(file, [two]);
    expect(findings).toEqual([]);
    expect(entries.map(({ entry }) => [entry.act, entry.at, entry.details['key']])).toEqual([
      ['key-created', 1_000, one.id],
      ['key-created', 2_000, two.id],
      ['key-revoked', 3_000, one.id],
    ]);
    expect(statSync(keyTrailPath(file)).mode & 0o777).toBe(0o600);
  });

  it('names an edited line, a key without entry and a key that went without one', () => {
    const [one, two, three] = [made('one', 1_000), made('two', 2_000), made('three', 3_000)];
    writeKeyAct(file, statement('key-created', one, 1_000));
    writeKeyAct(file, statement('key-created', two, 2_000));
    expect(auditKeyTrail(file, [one, two, three]).findings).toEqual([
      { code: 'key-without-entry', key: three.id },
    ]);
    expect(auditKeyTrail(file, [one]).findings).toEqual([{ code: 'key-missing', key: two.id }]);
    writeFileSync(keyTrailPath(file), readFileSync(keyTrailPath(file), 'utf8').replace('Ada', 'Eve'));
    expect(auditKeyTrail(file, [one, two]).findings[0]).toMatchObject({ code: 'edited', number: 1 });
  });

  it('leaves out a line that a power failure tore, and goes on after it', () => {
    const [one, two] = [made('one', 1_000), made('two', 2_000)];
    writeKeyAct(file, statement('key-created', one, 1_000));
    appendFileSync(keyTrailPath(file), '{"digest":"00');
    writeKeyAct(file, statement('key-created', two, 2_000));
    expect(auditKeyTrail(file, [one, two])).toMatchObject({ records: 2, findings: [] });
  });

  it('is empty where no key was made since there is a trail', () => {
    expect(auditKeyTrail(file, [made('old', 1_000)])).toMatchObject({ records: 0, findings: [] });
  });
});
