import fc from 'fast-check';

/**
 * Any code point but half of a surrogate pair, for `fc.string({ unit: anyCharacter })`. fast-check's own
 * 'binary' is the same, but computes tables for more than a second in every spec that uses it.
 */
export const anyCharacter = fc
  .integer({ min: 0, max: 0x10_ffff - 0x800 })
  .map((number) => String.fromCodePoint(number < 0xd800 ? number : number + 0x800));
