import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitLines } from './ndjson.js';

function texts(batch: string | Buffer, limitBytes = 1_000): string[] {
  const split = splitLines(Buffer.from(batch), limitBytes);
  if (split.status === 'fault') throw new Error(`line ${split.line}: ${split.fault}`);
  return split.lines.map((line) => Buffer.from(line).toString('utf8'));
}

describe('Splitting a batch into lines', () => {
  it('gives a delivery for each line, without its line end', () => {
    expect(texts('{"a":1}\n{"b":2}\r\n{"c":3}')).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
  });

  it('skips blank lines', () => {
    expect(texts('\n\r\n  \t\n{"a":1}\n\n')).toEqual(['{"a":1}']);
    expect(texts('')).toEqual([]);
  });

  it('keeps blanks, a lone carriage return and text that is no JSON within a line', () => {
    expect(texts(' x \ry \n')).toEqual([' x \ry ']);
  });

  it('accepts a line as long as a delivery may be, and not one byte more', () => {
    expect(texts('12345\n', 5)).toEqual(['12345']);
    expect(splitLines(Buffer.from('\n1\n123456\n'), 5)).toEqual({
      status: 'fault',
      line: 3,
      fault: 'tooLarge',
    });
  });

  it('names the line that is not UTF-8 by its number', () => {
    const batch = Buffer.concat([Buffer.from('{"é":1}\n'), Buffer.from([0xff, 0xfe]), Buffer.from('\n')]);
    expect(splitLines(batch, 100)).toEqual({ status: 'fault', line: 2, fault: 'notUtf8' });
  });

  it('gives back any deliveries that were joined by line ends', () => {
    const delivery = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[\r\n]|^[ \t]*$/.test(text));
    fc.assert(
      fc.property(fc.array(delivery), fc.constantFrom('\n', '\r\n', '\n\n'), (deliveries, end) => {
        expect(texts(deliveries.map((text) => text + end).join(''))).toEqual(deliveries);
      }),
    );
  });
});
