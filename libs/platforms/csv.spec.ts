import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { csvDeliveries, type CsvFault, fieldsOf, readCsv } from './csv.js';

async function deliveriesOf(text: string, header: string | null = null) {
  const faults: CsvFault[] = [];
  const bodies: string[] = [];
  for await (const body of csvDeliveries(text.split('\n'), header, (fault) => faults.push(fault)))
    bodies.push(body);
  return { bodies, faults };
}

const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;

describe('CSV', () => {
  it.each([
    ['a,b', ['a', 'b']],
    ['"a","b"', ['a', 'b']],
    ['"a, b",c', ['a, b', 'c']],
    ['"say ""no""",', ['say "no"', '']],
    ['"",""', ['', '']],
    [',', ['', '']],
    ['"line\nend",x', ['line\nend', 'x']],
  ])('%j has the fields that RFC 4180 gives', (record, fields) => {
    expect(fieldsOf(record, ',')).toEqual(fields);
  });

  it.each([
    ['a"b,c', 2],
    ['"a"b,c', 4],
    ['a,"b', 3],
    ['a, "b"', 4],
  ])('%j has a quote where none may stand, at column %i', (record, column) => {
    expect(fieldsOf(record, ',')).toEqual({ column });
  });

  it('gives back whatever was quoted, with each separator and line end', () => {
    const field = fc.stringMatching(/^[a,;"\t\n ]*$/);
    const table = fc.array(fc.tuple(field, field), { minLength: 1, maxLength: 6 });
    const separator = fc.constantFrom(',', ';', '\t');
    fc.assert(
      fc.property(table, separator, fc.constantFrom('\n', '\r\n'), (records, by, end) => {
        const lines = [`left${by}right`, ...records.map((fields) => fields.map(quoted).join(by))];
        const { columns, rows } = readCsv(lines.join(end).replaceAll(/(?<!\r)\n/g, '\n')) ?? {};
        expect(columns).toEqual(['left', 'right']);
        const found = rows?.map(({ values }) => [values?.['left'] ?? '', values?.['right'] ?? '']);
        expect(found).toEqual(records);
      }),
    );
  });

  it('has no mark of its encoding in the first name, and names in any case', () => {
    expect(readCsv('\ufeffACD;CallID\n1;2\n')).toEqual({
      columns: ['acd', 'callid'],
      records: 1,
      rows: [{ line: 2, values: { acd: '1', callid: '2' }, fault: null }],
    });
  });

  it.each(['', 'text', 'no table\n1\n', '"never closed,\n1,2\n'])('%j is no table', (body) => {
    expect(readCsv(body)).toBeNull();
  });

  it('is cut into the same records whichever way it is cut, each with its line of the file', async () => {
    const records = Array.from({ length: 1_200 }, (_, index) =>
      index % 7 === 0 ? `${index},"two\nlines"` : `${index},plain`,
    );
    const text = `\ufeffid,text\n${records.join('\n')}\n`;
    const whole = readCsv(text)?.rows ?? [];
    const { bodies, faults } = await deliveriesOf(text);
    expect([bodies.length, faults]).toEqual([3, []]);
    expect(bodies.flatMap((body) => readCsv(body)?.rows ?? [])).toEqual(whole);
    expect(whole.at(-1)?.line).toBe(text.trimEnd().split('\n').length);
    expect(await deliveriesOf(text)).toEqual({ bodies, faults });
  });

  it('leaves out what is no record, with its line and column, and nothing else', async () => {
    const text = 'id,text\n1,a\n2\n3,b"c\n4,d,e\n5,f\n';
    const { bodies, faults } = await deliveriesOf(text);
    expect(bodies).toEqual(['#line,id,text\n2,1,a\n6,5,f\n']);
    expect(faults.map(({ line, column }) => [line, column])).toEqual([
      [3, 2],
      [4, 4],
      [5, 3],
    ]);
  });

  it('does not take the rest of the file for a field whose quote is not closed', async () => {
    const rest = Array.from({ length: 300 }, (_, index) => `${index},x`);
    const { bodies, faults } = await deliveriesOf(['id,text', '0,"open', ...rest].join('\n'));
    expect(faults).toEqual([{ line: 2, column: 3, what: 'a quote is opened and not closed' }]);
    expect(bodies.flatMap((body) => readCsv(body)?.rows ?? [])).toHaveLength(300);
  });

  it('takes no longer than the text is long, whatever its header and records are', () => {
    const started = performance.now();
    const fields = Array.from({ length: 250_000 }, (_, index) => `n${index}`);
    expect(readCsv(`${fields.join(',')}\n`)).toBeNull();
    expect(fieldsOf(','.repeat(1_000_000), ',')).toHaveLength(1_000_001);
    expect(fieldsOf('"",'.repeat(300_000), ',')).toHaveLength(300_001);
    expect(readCsv(`a,b\n${'1,"\n'.repeat(100_000)}`, 10)).toMatchObject({ records: 50_000, rows: [] });
    // some 300 ms; with a step for each pair of fields more than 10 s
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it('takes names for a file without a header', async () => {
    expect((await deliveriesOf('1;a\n', 'id;text')).bodies).toEqual(['#line;id;text\n1;1;a\n']);
  });
});
