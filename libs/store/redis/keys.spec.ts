import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Keys } from './keys.js';

const keys = new Keys('tallyline');
const at = { keyspace: 'tally-3', partition: 7 };

/** What Redis Cluster hashes: the text between the first `{` and the next `}`. */
const tagOf = (key: string) => /\{([^}]+)\}/.exec(key)?.[1];

describe('The keys in Redis', () => {
  it('have the keyspace, the partition and the name of the sum', () => {
    expect(keys.position(at)).toBe('{tallyline:tally-3:7}:position');
    expect(keys.state(at)).toBe('{tallyline:tally-3:7}:state');
    expect(keys.sum(at, 'queue/q1')).toBe('{tallyline:tally-3:7}:sum:queue/q1');
  });

  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('{', '}', ':', '*', '?', '[', ']', '\\', '%', 'é', 'a', '\0') }),
  );

  it('share one hash tag within a partition, and no two partitions share one', () => {
    const partitions = fc.tuple(texts, fc.nat(1_000), texts, fc.nat(1_000), texts);
    fc.assert(
      fc.property(partitions, ([keyspace, partition, otherKeyspace, otherPartition, key]) => {
        const at = { keyspace, partition };
        const tags = [keys.position(at), keys.state(at), keys.sum(at, key)].map(tagOf);
        expect(new Set(tags).size).toBe(1);
        const other = tagOf(keys.position({ keyspace: otherKeyspace, partition: otherPartition }));
        expect(other === tags[0]).toBe(keyspace === otherKeyspace && partition === otherPartition);
      }),
    );
  });

  it('can be read back to their partition', () => {
    fc.assert(
      fc.property(texts, fc.nat(), texts, (keyspace, partition, key) => {
        const at = { keyspace, partition };
        for (const name of [keys.position(at), keys.state(at), keys.sum(at, key)]) {
          expect(keys.partitionOf(name)).toEqual(at);
        }
      }),
    );
  });

  it.each([
    '{other:tally-3:7}:position',
    '{tallyline:tally-3:x}:position',
    '{tallyline:tally-3:7}:positions',
    '{tallyline:tally-3}:state',
    'x{tallyline:tally-3:7}:sum:a',
    'something else',
  ])('of other programs are read back to no partition: %s', (key) => {
    expect(keys.partitionOf(key)).toBeNull();
  });

  it('are matched by patterns that hold no wildcard of the keyspace', () => {
    expect(keys.patternOf('a*b?[c]\\', 1)).toBe('{tallyline:a%2Ab%3F%5Bc%5D%5C:1}:*');
  });

  it.each(['', 'a b', 'a:b', '{a}', 'a*'])('refuse a prefix that would break them: %p', (prefix) => {
    expect(() => new Keys(prefix)).toThrow(/the prefix is/);
  });
});
