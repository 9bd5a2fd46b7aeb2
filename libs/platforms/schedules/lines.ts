import { fieldsOf } from '../csv.js';
import type { FileFault } from './planned-row.js';

export interface Line {
  /** From 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The lines of a file that hold something, as cells; a cell in quotes may hold the delimiter. A line that
 * cannot be taken apart does not say whose it is, so the file cannot be used.
 */
export function linesOf(file: string, delimiter: ',' | '|'): readonly Line[] | FileFault {
  const lines: Line[] = [];
  for (const [index, text] of file
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const fields = fieldsOf(text, delimiter);
    const line = index + 1;
    if (!Array.isArray(fields)) {
      const what = `has in line ${line} a quote at character ${fields.column} where none may stand: double it, and quote the cell`;
      return { path: 'file', what };
    }
    const cells = fields.map((cell) => cell.trim());
    if (cells.some((cell) => cell !== '')) lines.push({ line, cells });
  }
  return lines;
}
