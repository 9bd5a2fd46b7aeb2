import { describe, expect, it } from '@jest/globals';
import { parseSource } from './source.js';

const faultsOf = (text: string): string[] => {
  return parseSource('x.yaml', text).faults.map(({ line, message }) => `${line}: ${message}`);
};

describe('the text of a catalogue file', () => {
  it('knows the line of each key, item and value', () => {
    const { documents } = parseSource('x.yaml', 'a:\n  - b: 1\n    c:\n      - d\n      - e\n');
    const lineOf = documents[0]!.lineOf;

    expect(documents[0]!.value).toEqual({ a: [{ b: 1, c: ['d', 'e'] }] });
    expect(lineOf(['a'])).toBe(1);
    expect(lineOf(['a', 0, 'c'])).toBe(3);
    expect(lineOf(['a', 0, 'c', 1])).toBe(5);
    expect(lineOf(['a', 0, 'missing'])).toBe(2);
    expect(lineOf(['a', 7])).toBe(1);
  });

  it('knows the line behind an alias', () => {
    const { documents } = parseSource('x.yaml', 'a: &hours\n  from: 7\nb: *hours\n');

    expect(documents[0]!.lineOf(['b', 'from'])).toBe(2);
  });

  it('may be JSON, with tabs and a byte-order mark', () => {
    const { documents, faults } = parseSource('x.json', '\uFEFF{\n\t"a": [\n\t\t1,\n\t\t2\n\t]\n}\n');

    expect(faults).toEqual([]);
    expect(documents[0]!.value).toEqual({ a: [1, 2] });
    expect(documents[0]!.lineOf(['a', 1])).toBe(4);
  });

  it('holds no half of a surrogate pair and no control character, in whichever key or value', () => {
    const fault = 'holds half a surrogate pair or a control character';
    expect(faultsOf('a: 1\nb:\n  - c: "x\\ud800"\n')).toEqual([expect.stringContaining(`3: ${fault}`)]);
    expect(faultsOf('a: 1\nb: {"\\ud800": 1}\n')).toEqual([expect.stringContaining(`2: ${fault}`)]);
    expect(faultsOf('a: "x\\0y"\n')).toEqual([expect.stringContaining(`1: ${fault}`)]);
    expect(faultsOf('a: |\n  two\n  lines\nb: "\\ud83d\\ude00"\n')).toEqual([]);
  });

  it('may hold several documents, or none', () => {
    expect(parseSource('x.yaml', 'a: 1\n---\nb: 2\n').documents.map(({ value }) => value)).toEqual([
      { a: 1 },
      { b: 2 },
    ]);
    expect(parseSource('x.yaml', '# later\n')).toEqual({ documents: [], faults: [] });
  });

  it.each([
    ['a: 1\nb: "x\n', 3, 'Missing closing "quote'],
    ['a: 1\na: 2\n', 2, 'Map keys must be unique'],
    ['a: b: c\n', 1, 'Nested mappings are not allowed in compact mappings'],
    ['a: 1\nb: @x\n', 2, 'Plain value cannot start with reserved character @'],
    ['a: !!js/function x\n', 1, 'Unresolved tag'],
  ])('says where it is not YAML: %j', (text, line, message) => {
    expect(faultsOf(text)).toEqual([`${line}: cannot be read as YAML: ${message}`]);
  });

  it('never quotes what it cannot read: it may be a secret', () => {
    const { faults } = parseSource('x.yaml', 'secret: "hunter2\nuser: x\n- hunter2: {\n');

    expect(faults.length).toBeGreaterThan(0);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  it('refuses aliases that stand for too much', () => {
    const rows = Array.from({ length: 12 }, (_, i) => {
      const inner = i === 0 ? Array(10).fill('x') : Array(10).fill(`*a${i - 1}`);
      return `a${i}: &a${i} [${inner.join(', ')}]`;
    });

    expect(faultsOf(rows.join('\n'))).toEqual([expect.stringContaining('more than 1000000 values')]);
  });

  it('refuses an alias that lies within itself, one without an anchor, and a bottomless list', () => {
    expect(faultsOf('a: &a [1, *a]')).toEqual([expect.stringContaining('alias of itself')]);
    expect(faultsOf('a: *missing')).toEqual([expect.stringContaining('without an anchor')]);
    expect(faultsOf(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)).toEqual([
      '1: is nested too deeply to be read',
    ]);
  });

  it('takes a template that is used often', () => {
    const uses = Array.from({ length: 1000 }, () => '  - *queue').join('\n');

    expect(faultsOf(`t: &queue {a: 1, b: 2}\nall:\n${uses}\n`)).toEqual([]);
  });
});
