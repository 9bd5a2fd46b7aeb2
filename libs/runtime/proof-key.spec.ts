import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readConfig } from './config.js';
import { proofKey } from './proof-key.js';

describe('the key that proofs are signed with', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-proof-key-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const named = (file: string) => readConfig({}, { TALLYLINE_PROOF_KEY: file });

  it('is that of the file named, and there is none where none is named', () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const file = join(directory, 'proofs.pem');
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(proofKey(named(file))?.equals(privateKey)).toBe(true);
    expect(proofKey(readConfig({}, {}))).toBeNull();
  });

  it('is asked for again where the file is not there, or holds another kind of key', () => {
    expect(() => proofKey(named(join(directory, 'none.pem')))).toThrow(/unreadable-file/);
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const file = join(directory, 'other.pem');
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(() => proofKey(named(file))).toThrow(/no Ed25519 key.*malformed-value/);
    writeFileSync(file, 'not a key');
    expect(() => proofKey(named(file))).toThrow(/malformed-value/);
  });
});
