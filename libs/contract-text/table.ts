export interface TableLayout {
  /** Columns to the left, by index; the others hold figures and go to the right. Default: the first. */
  readonly left?: readonly number[];
  /** Characters a line may have at most. Default: no limit. */
  readonly width?: number;
}

const gap = '  ';
/** Text is not broken into less than this; a table that is still too wide is split by columns. */
const minTextWidth = 24;

/**
 * Rows as text in columns. What is wider than the layout allows has its texts broken at spaces first; if that
 * is not enough it is split into blocks of columns that each repeat the first column, so that every row can
 * be followed.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  layout: TableLayout = {},
): string {
  const { left = [0], width = Infinity } = layout;
  const natural = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const widths = narrowed(natural, head, left, width);
  const blocks = columnBlocks(widths, width);
  return blocks.map((columns) => block(head, rows, columns, widths, left)).join('\n\n');
}

/**
 * Lines of at most `width` characters, broken at spaces; all but the first begin with `indent`. A word that
 * is longer than a line stays whole.
 */
export function wrapText(text: string, width: number, indent = ''): string[] {
  const margin = /^ */.exec(text)?.[0] ?? '';
  const [first = '', ...words] = text.slice(margin.length).split(' ');
  const lines: string[] = [];
  let line = margin + first;
  for (const word of words) {
    if (`${line} ${word}`.length <= width) {
      line = `${line} ${word}`;
    } else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}

/** Widths in which long texts (not figures, not the first column) have given up what the line lacks. */
function narrowed(
  natural: readonly number[],
  head: readonly string[],
  left: readonly number[],
  width: number,
): readonly number[] {
  const widths = [...natural];
  for (;;) {
    const tooMuch = lineWidth(widths) - width;
    if (tooMuch <= 0) return widths;
    const texts = [...widths.keys()].filter((column) => column > 0 && left.includes(column));
    const widest = texts.toSorted((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
    if (widest === undefined) return widths;
    const floor = Math.max(minTextWidth, (head[widest] ?? '').length);
    const own = widths[widest] ?? 0;
    if (own <= floor) return widths;
    widths[widest] = Math.max(floor, own - tooMuch);
  }
}

function lineWidth(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each, gap.length * (widths.length - 1));
}

/** Indices of the columns of each block; a column that is too wide for any line has a block of its own. */
function columnBlocks(widths: readonly number[], width: number): number[][] {
  const blocks: number[][] = [];
  let columns = [0];
  for (let column = 1; column < widths.length; column++) {
    const wider = [...columns, column];
    if (columns.length === 1 || lineWidth(wider.map((each) => widths[each] ?? 0)) <= width) {
      columns = wider;
    } else {
      blocks.push(columns);
      columns = [0, column];
    }
  }
  return [...blocks, columns];
}

function block(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns: readonly number[],
  widths: readonly number[],
  left: readonly number[],
): string {
  const line = (cells: readonly string[]): string =>
    columns
      .map((column, index) => {
        const [cell, width] = [cells[index] ?? '', widths[column] ?? 0];
        return left.includes(column) ? cell.padEnd(width) : cell.padStart(width);
      })
      .join(gap)
      .trimEnd();
  const lines = (row: readonly string[]): string[] => {
    const cells = columns.map((column) => wrapText(row[column] ?? '', widths[column] ?? 0));
    const height = Math.max(...cells.map(({ length }) => length));
    return Array.from({ length: height }, (_, index) => line(cells.map((cell) => cell[index] ?? '')));
  };
  const rule = columns.map((column) => '-'.repeat(widths[column] ?? 0)).join(gap);
  return [...lines(head), rule, ...rows.flatMap(lines)].join('\n');
}
