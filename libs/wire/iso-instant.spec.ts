import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isoInstant } from './iso-instant.js';

it('writes an instant as Date does', () => {
  const instants = fc.oneof(
    fc.date({ noInvalidDate: true }).map(Number),
    fc.constantFrom(-8.64e15, -1, 0, 86_399_999, 86_400_000, 253_402_300_800_000, 8.64e15),
  );
  fc.assert(fc.property(instants, (at) => expect(isoInstant(at)).toBe(new Date(at).toISOString())));
  expect(() => isoInstant(NaN)).toThrow(RangeError);
});
