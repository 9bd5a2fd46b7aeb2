import { hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { canonicalJson } from './canonical-json.js';

describe('canonical JSON', () => {
  it('sorts the keys of every object, leaves lists as they are and has no spaces', () => {
    expect(canonicalJson({ b: [{ z: 1, y: 2 }, 1], a: { d: null, c: 'x' } })).toBe(
      '{"a":{"c":"x","d":null},"b":[{"y":2,"z":1},1]}',
    );
  });

  it('never changes its bytes, so that stored catalogue versions and digests still match', () => {
    const value = {
      b: [{ z: 1, y: null }, 'é', -0.5],
      '10': true,
      '9': false,
      '\u{1F600}': 'astral',
      '\uFFFD': 'last of the plane',
      A: { d: {}, c: [] },
      a: 'quote " and \n',
    };
    expect(hash('sha256', canonicalJson(value))).toBe(
      'a1e27645ac232464a6e48229f48e3f0d5d8eff04e2a0f4822b1f827ee4ddefc6',
    );
  });
});
