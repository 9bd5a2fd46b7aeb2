const width = 110;

/**
 * Breaks comments that run over the width, paragraph by paragraph, and leaves all others as they are: lists,
 * examples, tables, tags, directives to tools, and comments behind code.
 */
export function wrapComments(text) {
  const out = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length;) {
    const paragraph = paragraphAt(lines, at);
    if (paragraph === undefined) out.push(lines[at++]);
    else {
      const old = lines.slice(at, at + paragraph.count);
      out.push(...(old.some((line) => line.length > width) ? refilled(paragraph) : old));
      at += paragraph.count;
    }
  }
  return out.join('\n');
}

const marks = {
  line: /^(\s*)(\/\/) (\S.*)$/,
  block: /^(\s*)( \*) (\S.*)$/,
  single: /^(\s*)\/\*\* (\S.*) \*\/$/,
};
const standsAlone =
  /^([-*|#>]|\d+\.|`{3}|@\w|oxlint-|@ts-|prettier-ignore|knip-|#(end)?region|sourceMappingURL|\w+ -> )/;

/** Comment lines from there on that are one run of prose. */
function paragraphAt(lines, at) {
  const single = marks.single.exec(lines[at]);
  if (single) return { kind: 'single', indent: single[1], words: single[2], count: 1 };
  const kind = ['line', 'block'].find((each) => isProse(marks[each], lines[at]));
  if (kind === undefined || (kind === 'block' && !isInBlock(lines, at))) return undefined;
  const [, indent, mark] = marks[kind].exec(lines[at]);
  let count = 0;
  const words = [];
  for (let line = lines[at]; isProse(marks[kind], line); line = lines[at + count]) {
    const [, indentHere, , prose] = marks[kind].exec(line);
    if (indentHere !== indent) break;
    words.push(prose);
    count++;
  }
  return { kind, start: `${indent}${mark} `, words: words.join(' '), count };
}

function isProse(mark, line = '') {
  const prose = mark.exec(line)?.at(-1);
  return prose !== undefined && !standsAlone.test(prose) && !prose.includes('*/');
}

/** Whether the line lies between the signs of a block comment; the lines above it lead there. */
function isInBlock(lines, at) {
  for (let line = at - 1; line >= 0; line--) {
    if (/^\s*\/\*\*?$/.test(lines[line])) return true;
    if (!/^\s* \*( |$)/.test(lines[line])) return false;
  }
  return false;
}

function refilled({ kind, indent, start, words }) {
  if (kind !== 'single') return filled(start, words);
  return [`${indent}/**`, ...filled(`${indent} * `, words), `${indent} */`];
}

function filled(start, text) {
  const lines = [];
  for (const word of text.split(/ +/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines.push(`${lines.pop()} ${word}`);
    else lines.push(start + word);
  }
  return lines;
}
