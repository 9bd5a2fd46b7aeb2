import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitLines } from './ndjson.js';

async function texts(batch: string | Buffer, lineBytes = 1_000): Promise<string[]> {
  const split = await splitLines(Buffer.from(batch), { lineBytes, lines: 1_000 });
  if (split.status !== 'lines') throw new Error(JSON.stringify(split));
  return split.lines.map((line) => Buffer.from(line).toString('utf8'));
}

describe('Splitting a batch into lines', () => {
  it('gives a delivery for each line, without its line end', async () => {
    expect(await texts('{"a":1}\n{"b":2}\r\n{"c":3}')).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
  });

  it('skips blank lines', async () => {
    expect(await texts('\n\r\n  \t\n{"a":1}\n\n')).toEqual(['{"a":1}']);
    expect(await texts('')).toEqual([]);
  });

  it('keeps blanks, a lone carriage return and text that is no JSON within a line', async () => {
    expect(await texts(' x \ry \n')).toEqual([' x \ry ']);
  });

  it('accepts a line as long as a delivery may be, and not one byte more', async () => {
    expect(await texts('12345\n', 5)).toEqual(['12345']);
    expect(await splitLines(Buffer.from('\n1\n123456\n'), { lineBytes: 5, lines: 10 })).toEqual({
      status: 'fault',
      line: 3,
      fault: 'tooLarge',
    });
  });

  it('names the line that is not UTF-8 by its number', async () => {
    const batch = Buffer.concat([Buffer.from('{"é":1}\n'), Buffer.from([0xff, 0xfe]), Buffer.from('\n')]);
    expect(await splitLines(batch, { lineBytes: 100, lines: 10 })).toEqual({
      status: 'fault',
      line: 2,
      fault: 'notUtf8',
    });
  });

  it('reads no more lines than are allowed, blank ones included', async () => {
    const batch = Buffer.from('1\n\n2\n');
    expect(await splitLines(batch, { lineBytes: 5, lines: 3 })).toMatchObject({ status: 'lines' });
    expect(await splitLines(batch, { lineBytes: 5, lines: 2 })).toEqual({ status: 'tooManyLines' });
    // A line that could not be one comes after the last that is allowed: it is not looked at.
    const long = Buffer.from('1\n2\n123456\n');
    expect(await splitLines(long, { lineBytes: 5, lines: 2 })).toEqual({ status: 'tooManyLines' });
  });

  it('gives back any deliveries that were joined by line ends', async () => {
    const delivery = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((text) => !/[\r\n]|^[ \t]*$/.test(text));
    await fc.assert(
      fc.asyncProperty(fc.array(delivery), fc.constantFrom('\n', '\r\n', '\n\n'), async (deliveries, end) => {
        expect(await texts(deliveries.map((text) => text + end).join(''))).toEqual(deliveries);
      }),
    );
  });
});
