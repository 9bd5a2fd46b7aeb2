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
const key = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;

describe('Resolving the secrets of connections', () => {
  it('reads the variables that the catalogue names', () => {
    const secrets = resolveSecrets(connections, { TOKEN: 't', NEW: key, OLD: key, OTHER: 'x' });
    expect([...secrets.keys()]).toEqual(['TOKEN', 'NEW', 'OLD']);
  });

  it('throws at the start where a secret is missing', () => {
    expect(() => resolveSecrets(connections, { NEW: key })).toThrow(/TOKEN: not set[^]*OLD: not set/);
  });

  it('throws at the start where a secret cannot be used, without showing it', () => {
    const resolving = () => resolveSecrets(connections, { TOKEN: 't', NEW: 'whsec_c2hvcnQ=', OLD: key });
    expect(resolving).toThrow(/NEW: .*at least 16 bytes.*connection signed \[unusable-secret\]/);
    expect(resolving).not.toThrow(/c2hvcnQ/);
  });
});
