import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { anyCharacter } from '#test/any-character.fixture.js';
import { partitionOf } from './partition.js';

describe('partitionOf', () => {
  it('is always one of the partitions', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), fc.integer({ min: 1, max: 500 }), (key, partitions) => {
        const partition = partitionOf(key, partitions);
        return Number.isInteger(partition) && partition >= 0 && partition < partitions;
      }),
    );
  });
});
