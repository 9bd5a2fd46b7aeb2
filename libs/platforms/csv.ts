/**
 * CSV as RFC 4180 has it: fields in quotes may hold separators, line ends and doubled quotes. The separator
 * is a comma, a semicolon (as spreadsheets write it where a comma is the decimal point) or a tab, whichever
 * the header has.
 */
export interface CsvText {
  /** Counts from 1, as an editor does: where the record begins. */
  readonly line: number;
  readonly text: string;
}

/** `column` counts from 1, in characters of the line for a quote, else in fields. */
export interface CsvFault {
  readonly line: number;
  readonly column: number;
  /** What is wrong, and never what was there. */
  readonly what: string;
}

/** A quoted field that goes on for longer was opened by mistake: without a bound it takes all that follows. */
const maxRecordLines = 100;

/** Puts the lines of a file together to records; blank lines between them are none. */
class CsvRecords {
  #line = 0;
  #open: CsvText[] = [];
  #isQuoted = false;

  /** What the line completes. */
  add(text: string): (CsvText | CsvFault)[] {
    return this.#take({ line: ++this.#line, text });
  }

  /** What is left at the end of the file. */
  end(): (CsvText | CsvFault)[] {
    return this.#open.length === 0 ? [] : [...this.#giveUp(), ...this.end()];
  }

  #take(next: CsvText): (CsvText | CsvFault)[] {
    if (this.#open.length === 0 && next.text.trim() === '') return [];
    this.#open.push(next);
    if (quotesIn(next.text) % 2 === 1) this.#isQuoted = !this.#isQuoted;
    if (!this.#isQuoted) {
      const [{ line }] = this.#open as [CsvText];
      const text = this.#open.map((each) => each.text).join('\n');
      this.#open = [];
      return [{ line, text }];
    }
    return this.#open.length < maxRecordLines ? [] : this.#giveUp();
  }

  /** The first line is left out, and those after it are read again. */
  #giveUp(): (CsvText | CsvFault)[] {
    const [first, ...rest] = this.#open as [CsvText, ...CsvText[]];
    this.#open = [];
    this.#isQuoted = false;
    const column = first.text.lastIndexOf('"') + 1;
    const fault = { line: first.line, column, what: 'a quote is opened and not closed' };
    return [fault, ...rest.flatMap((line) => this.#take(line))];
  }
}

function quotesIn(text: string): number {
  let quotes = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) quotes++;
  return quotes;
}

/** The separator of a file with this header. */
function separatorOf(header: string): string {
  const counts = [',', ';', '\t'].map((each) => [each, header.split(each).length] as const);
  return counts.reduce((best, each) => (each[1] > best[1] ? each : best))[0];
}

/** The fields of a record, or the column of the character that cannot stand there. */
export function fieldsOf(record: string, separator: string): string[] | { readonly column: number } {
  const fields: string[] = [];
  let quote = record.indexOf('"');
  for (let at = 0; ;) {
    // looked for once, not from each field on
    if (quote >= 0 && quote < at) quote = record.indexOf('"', at);
    if (record[at] !== '"') {
      const found = record.indexOf(separator, at);
      const end = found < 0 ? record.length : found;
      if (quote >= 0 && quote < end) return { column: quote + 1 };
      fields.push(record.slice(at, end));
      if (found < 0) return fields;
      at = found + 1;
      continue;
    }
    const close = endOfQuoted(record, at);
    if (close < 0) return { column: at + 1 };
    fields.push(record.slice(at + 1, close).replaceAll('""', '"'));
    if (close + 1 === record.length) return fields;
    if (record[close + 1] !== separator) return { column: close + 2 };
    at = close + 2;
  }
}

/** Index of the quote that ends the field that begins with a quote; -1: none does. */
function endOfQuoted(record: string, from: number): number {
  for (let at = record.indexOf('"', from + 1); at >= 0; at = record.indexOf('"', at + 2)) {
    if (record[at + 1] !== '"') return at;
  }
  return -1;
}

/** First field of a header that a splitter has put in front: the line of the file that each record is from. */
const lineColumn = '#line';

/** Records of a delivery made of a file: together they are far below what a delivery may hold. */
const recordsOfDelivery = 500;
const charactersOfDelivery = 200_000;

/**
 * Cuts a CSV file into deliveries, each with the header, in front of which stands the line of each record, so
 * that a refusal names the line of the file. Constant memory. The same file gives the same deliveries.
 *
 * @param header the header of a file that has none; null: its first record is the header
 * @param onFault called for each record that is left out
 */
export async function* csvDeliveries(
  lines: AsyncIterable<string> | Iterable<string>,
  header: string | null,
  onFault: (fault: CsvFault) => void,
): AsyncGenerator<string> {
  const records = new CsvRecords();
  let head = header;
  let [separator, expected] = head === null ? [',', 0] : shapeOf(head);
  let some: string[] = [];
  let characters = 0;
  const flush = (): string => {
    const text = `${lineColumn}${separator}${head ?? ''}\n${some.join('\n')}\n`;
    some = [];
    characters = 0;
    return text;
  };
  const take = (found: readonly (CsvText | CsvFault)[]): void => {
    for (const record of found) {
      if ('what' in record) {
        onFault(record);
        continue;
      }
      if (head === null) {
        head = withoutMark(record.text);
        [separator, expected] = shapeOf(head);
        continue;
      }
      const fault = faultOf(record, separator, expected);
      if (fault !== null) {
        onFault(fault);
        continue;
      }
      some.push(`${record.line}${separator}${record.text}`);
      characters += record.text.length;
    }
  };
  for await (const line of lines) {
    take(records.add(line));
    if (some.length >= recordsOfDelivery || characters >= charactersOfDelivery) yield flush();
  }
  take(records.end());
  if (some.length > 0) yield flush();
}

function shapeOf(header: string): [separator: string, fields: number] {
  const separator = separatorOf(header);
  const fields = fieldsOf(header, separator);
  return [separator, Array.isArray(fields) ? fields.length : 0];
}

/** Why a record is none of a file whose header has so many fields; null: it is one. */
function faultOf({ line, text }: CsvText, separator: string, expected: number): CsvFault | null {
  const fields = fieldsOf(text, separator);
  if (!Array.isArray(fields)) {
    return {
      line,
      column: fields.column,
      what: 'a quote stands where none may; double it, and quote the field',
    };
  }
  if (fields.length === expected) return null;
  const column = Math.min(fields.length, expected) + 1;
  return { line, column, what: `it has ${fields.length} fields, and the header ${expected}` };
}

/** Without the byte order mark that spreadsheets write. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

export interface CsvTable {
  /** Lower-case names. */
  readonly columns: readonly string[];
  /** Of all records. */
  readonly records: number;
  /** None where there are more than were asked for. */
  readonly rows: readonly CsvRow[];
}

export interface CsvRow {
  readonly line: number;
  /** What stands in the columns; those that are empty are missing. null: `fault` says why there is nothing. */
  readonly values: Readonly<Record<string, string>> | null;
  readonly fault: CsvFault | null;
}

/** More than any export has. */
const maxColumns = 1_000;

/**
 * The records of a text with a header; null: it has no header with two or more columns.
 *
 * @param most records that are read at most
 */
export function readCsv(body: string, most = Number.POSITIVE_INFINITY): CsvTable | null {
  const records = new CsvRecords();
  const lines = withoutMark(body).split(/\r\n|\n|\r/);
  const found = [...lines.flatMap((line) => records.add(line)), ...records.end()];
  const [head, ...rest] = found;
  if (head === undefined || 'what' in head) return null;
  const separator = separatorOf(head.text);
  const names = fieldsOf(head.text, separator);
  if (!Array.isArray(names) || names.length < 2 || names.length > maxColumns) return null;
  const columns = names.map((name) => name.trim().toLowerCase());
  const read = rest.length > most ? [] : rest;
  return { columns, records: rest.length, rows: read.map((record) => rowOf(record, columns, separator)) };
}

function rowOf(record: CsvText | CsvFault, columns: readonly string[], separator: string): CsvRow {
  if ('what' in record) return { line: record.line, values: null, fault: record };
  const fault = faultOf(record, separator, columns.length);
  const fields = fieldsOf(record.text, separator);
  if (fault !== null || !Array.isArray(fields)) return { line: record.line, values: null, fault };
  const isNumbered = columns[0] === lineColumn;
  const line = isNumbered ? Number(fields[0]) : record.line;
  const values = fields.flatMap((field, index) =>
    field === '' || (isNumbered && index === 0) ? [] : [[columns[index] ?? '', field] as const],
  );
  return { line, values: Object.fromEntries(values), fault: null };
}
