import { linesOf, type Line } from './lines.js';
import { type DateForm, dayAfter, dayOf, localOf, spanOf, timeOf } from './local-times.js';
import type { FileFault, PlannedRow, ReadFile, RowFault } from './planned-row.js';
import { agentOf, codeOf } from './row-fields.js';

/** Where the fields of a row are: by the heading in the first line, or by the place, from 1. */
export interface IexColumns {
  readonly agent: string | number;
  readonly date: string | number;
  readonly start: string | number;
  readonly stop: string | number;
  readonly code: string | number;
  /** Where rows overlap; left out: they do not. */
  readonly rank?: string | number | undefined;
}

export interface IexOptions {
  /** Of the management unit, whose local times these are. */
  readonly timeZone: string;
  readonly columns: IexColumns;
  readonly dateForm: DateForm;
}

/**
 * Activities of agents as NICE IEX exports them: fields between pipes, chosen by each customer. A stop time
 * that is not after the start time is one of the next day, and the row is of the day of its start.
 */
export function readIex(file: string, options: IexOptions): ReadFile | FileFault {
  const found = linesOf(file, '|');
  if ('what' in found) return found;
  const lines = [...found];
  const named = Object.values(options.columns).some((column) => typeof column === 'string');
  const heading = named ? (lines.shift()?.cells ?? []) : [];
  const places = placesIn(heading, options.columns);
  if ('what' in places) return places;
  const rows: PlannedRow[] = [];
  const faults: RowFault[] = [];
  const odd: ReadFile['odd'][number][] = [];
  for (const line of lines) {
    const read = readRow(line, places, options);
    if ('what' in read) faults.push(read);
    else {
      rows.push(read.row);
      odd.push(...read.odd.map((code) => ({ line: line.line, code })));
    }
  }
  return { rows, faults, odd };
}

type Places = Readonly<Record<keyof IexColumns, number | null>>;

function placesIn(heading: readonly string[], columns: IexColumns): Places | FileFault {
  const places: Record<keyof IexColumns, number | null> = {
    agent: null,
    date: null,
    start: null,
    stop: null,
    code: null,
    rank: null,
  };
  for (const [field, column] of Object.entries(columns) as [
    keyof IexColumns,
    string | number | undefined,
  ][]) {
    if (column === undefined) continue;
    const place = typeof column === 'number' ? column - 1 : heading.indexOf(column);
    if (place < 0)
      return {
        path: `columns.${field}`,
        what: 'must be a heading of the first line of the file, or a place from 1',
      };
    places[field] = place;
  }
  return places;
}

type ReadRow = { readonly row: PlannedRow; readonly odd: readonly ReadFile['odd'][number]['code'][] };

function readRow(
  { line, cells }: Line,
  places: Places,
  { columns, dateForm, timeZone }: IexOptions,
): ReadRow | RowFault {
  const cell = (field: keyof IexColumns): string => cells[places[field] ?? -1] ?? '';
  const agent = agentOf(cell('agent'));
  const fault = (field: keyof IexColumns, what: string): RowFault => {
    const column = columns[field] ?? field;
    return { line, column: typeof column === 'number' ? `column ${column}` : column, what, agent };
  };
  if (agent === null) return fault('agent', 'must be the id of an agent');
  const code = codeOf(cell('code'));
  if (code === null) return fault('code', 'must be a code of 1 to 64 characters');
  const day = dayOf(cell('date'), dateForm);
  if (day === null) return fault('date', `must be a date in the form ${dateForm}`);
  const next = dayAfter(day);
  const [startTime, stopTime] = [timeOf(cell('start')), timeOf(cell('stop'))];
  const start = startTime === null ? null : localOf(day, startTime, timeZone);
  if (startTime === null || start === null || next === null) return fault('start', clock);
  if (stopTime === null) return fault('stop', clock);
  const sameDay = localOf(day, stopTime, timeZone);
  if (sameDay === null) return fault('stop', clock);
  const overnight = localOf(next, stopTime, timeZone);
  const span = spanOf(start, sameDay) ?? (overnight === null ? null : spanOf(start, overnight));
  if (span === null || stopTime === startTime) return fault('stop', 'must differ from the start');
  const rank = columns.rank === undefined ? '0' : cell('rank');
  if (!/^\d{1,9}$/.test(rank)) return fault('rank', 'must be a whole number');
  const { startedAt, endedAt, odd } = span;
  return { row: { line, agent, code, rank: Number(rank), startedAt, endedAt, day }, odd };
}

const clock = 'must be a time of the day such as 09:30 or 9:30 AM';
