export interface Line {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The lines of a file that hold something, as cells; a cell in quotes may hold the delimiter. */
export function linesOf(file: string, delimiter: ',' | '|'): Line[] {
  return file
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .map((text, index) => ({ line: index + 1, cells: cellsOf(text, delimiter) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

function cellsOf(text: string, delimiter: string): string[] {
  if (!text.includes('"')) return text.split(delimiter).map((cell) => cell.trim());
  const cells: string[] = [];
  let [cell, isQuoted] = ['', false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"' && isQuoted && text[at + 1] === '"') {
      cell += '"';
      at += 1;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  return [...cells, cell.trim()];
}
