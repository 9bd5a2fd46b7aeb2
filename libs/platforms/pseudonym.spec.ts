import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { pseudonymizer } from './pseudonym.js';

const key = Buffer.alloc(32, 7);

describe('the pseudonym of a customer', () => {
  it('is the keyed hash, the same each time and for each process with the key', () => {
    const expected = createHmac('sha256', key).update('33612345678').digest('base64url').slice(0, 22);
    const pseudonym = pseudonymizer(key);
    expect([pseudonym('33612345678'), pseudonym('33612345678')]).toEqual([expected, expected]);
    expect(pseudonymizer(Buffer.alloc(32, 7))('33612345678')).toBe(expected);
  });

  it('differs by customer and by key', () => {
    const pseudonym = pseudonymizer(key);
    const other = pseudonymizer(Buffer.alloc(32, 8));
    const pseudonyms = [pseudonym('33612345678'), pseudonym('33612345679'), other('33612345678')];
    expect(new Set(pseudonyms).size).toBe(3);
  });

  it('stays the same for more customers than it remembers', () => {
    const pseudonym = pseudonymizer(key);
    const customers = Array.from({ length: 20_001 }, (_, index) => String(33_600_000_000 + index));
    const first = customers.map(pseudonym);
    expect(customers.map(pseudonym)).toEqual(first);
    expect(new Set(first).size).toBe(customers.length);
  });
});
