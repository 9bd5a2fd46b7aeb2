import { describe, expect, it } from '@jest/globals';
import { nameOf, parseAddresses } from './address.js';

describe('An address of Redis', () => {
  it.each([
    ['redis://localhost', { host: 'localhost', port: 6379, db: 0, access: {} }],
    ['redis://10.0.0.1:7000/3', { host: '10.0.0.1', port: 7000, db: 3, access: {} }],
    ['redis://[::1]:7000', { host: '::1', port: 7000, db: 0, access: {} }],
    ['redis://:p%40ss@h', { host: 'h', port: 6379, db: 0, access: { password: 'p@ss' } }],
    [
      'rediss://me:secret@h:1/',
      { host: 'h', port: 1, db: 0, access: { username: 'me', password: 'secret', tls: {} } },
    ],
  ])('is read: %s', (text, address) => {
    expect(parseAddresses(text)).toEqual([address]);
  });

  it('may be a list of the nodes of a cluster', () => {
    expect(parseAddresses('redis://a:1, redis://b:2').map(nameOf)).toEqual(['a:1', 'b:2']);
  });

  it.each(['', 'localhost:6379', 'http://localhost', 'redis://', 'redis://h/x', 'redis://me:secret@h:99999'])(
    'is refused where it cannot be read, and the error shows no secret: %p',
    (text) => {
      expect(() => parseAddresses(text)).toThrow(RangeError);
      expect(() => parseAddresses(text)).not.toThrow(/secret/);
    },
  );
});
