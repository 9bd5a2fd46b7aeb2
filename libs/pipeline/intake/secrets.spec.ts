import { describe, expect, it } from '@jest/globals';
import type { Authentication, Connection } from '#catalogue/catalogue.js';
import { resolveSecrets } from './secrets.js';

function connection(id: string, authentication: Authentication): Connection {
  return { id, platform: 'genesys', timeZone: 'UTC', country: null, authentication, states: [] };
}

const connections = [
  connection('open', { scheme: 'none' }),
  connection('token', { scheme: 'header', header: 'x-token', secret: 'TOKEN' }),
  connection('signed', { scheme: 'hmac', secrets: ['NEW', 'OLD'], toleranceMs: 300_000 }),
];
const token = 'Bearer 5cS0qkz1vD8mXr2w';
const key = `whsec_${Buffer.from('twenty-four bytes of key').toString('base64')}`;

describe('Resolving the secrets of connections', () => {
  it('reads the variables that the catalogue names', () => {
    const secrets = resolveSecrets(connections, { TOKEN: token, NEW: key, OLD: key, OTHER: 'x' });
    expect([...secrets.keys()]).toEqual(['TOKEN', 'NEW', 'OLD']);
  });

  it('throws at the start where a secret is missing', () => {
    expect(() => resolveSecrets(connections, { NEW: key })).toThrow(/TOKEN: not set[^]*OLD: not set/);
  });

  it('throws at the start where a secret cannot be used, without showing it', () => {
    const resolving = () => resolveSecrets(connections, { TOKEN: token, NEW: 'whsec_c2hvcnQ=', OLD: key });
    expect(resolving).toThrow(/NEW: .*at least 16 bytes.*connection signed \[unusable-secret\]/);
    expect(resolving).not.toThrow(/c2hvcnQ/);
  });

  it.each([
    ['a short token', 'TOKEN', 'hunter2'],
    ['a token that is long by its scheme only', 'TOKEN', 'Bearer hunter2hunter2'],
    ['a long token of few characters', 'TOKEN', 'abcabcabcabcabcabcabcabc'],
    ['a key of one byte', 'NEW', `whsec_${Buffer.alloc(24, 1).toString('base64')}`],
  ])('throws at the start where a secret can be guessed: %s', (_, name, secret) => {
    const resolving = () => resolveSecrets(connections, { TOKEN: token, NEW: key, OLD: key, [name]: secret });
    expect(resolving).toThrow(new RegExp(`${name}: could be guessed: .*at least 16 .*openssl rand`));
    expect(resolving).not.toThrow(secret);
  });
});
