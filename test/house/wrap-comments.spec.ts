import { describe, expect, it } from '@jest/globals';

const tool = new URL('../../tools/wrap-comments.mjs', import.meta.url).href;
const { wrapComments } = (await import(tool)) as { wrapComments: (text: string) => string };

const long = Array.from({ length: 30 }, (_, index) => `word${index}`).join(' ');
const widest = (text: string) => Math.max(...text.split('\n').map((line) => line.length));
const wordsOf = (text: string) => text.match(/word\d+/g);

describe('Comments that are too wide', () => {
  it.each([
    ['line comments', `  // ${long}\n  // ${long}\n  const x = 1;\n`],
    ['a block', `/**\n * ${long}\n * end.\n *\n * Another paragraph.\n */\n`],
    ['a block in one line', `  /** ${long} */\n  readonly x: number;\n`],
  ])('are broken where they are %s, and the second time nothing changes', (_, text) => {
    const wrapped = wrapComments(text);
    expect(widest(wrapped)).toBeLessThanOrEqual(110);
    expect(wordsOf(wrapped)).toEqual(wordsOf(text));
    expect(wrapped.split('\n').at(-2)).toBe(text.split('\n').at(-2));
    expect(wrapComments(wrapped)).toBe(wrapped);
  });

  it.each([
    ['a short comment', '// a\n// b\n'],
    ['a list', `/**\n * - ${long}\n */\n`],
    ['a tag', `/**\n * @type {${long}}\n */\n`],
    ['an indented example', `//   ${long}\n`],
    ['a directive', `// oxlint-disable-next-line some/rule -- ${long}\n`],
    ['a comment behind code', `const x = 1; // ${long}\n`],
    ['a product over several lines', `const x = a\n * ${long}\n`],
  ])('are left alone where it is %s', (_, text) => {
    expect(wrapComments(text)).toBe(text);
  });
});
