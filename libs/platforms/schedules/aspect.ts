import { linesOf, type Line } from './lines.js';
import { dayOf, localOf, spanOf, timeOf } from './local-times.js';
import type { FileFault, PlannedRow, ReadFile, RowFault } from './planned-row.js';
import { agentOf, codeOf } from './row-fields.js';

export interface AspectOptions {
  /** Of the planner's local times, which have none. */
  readonly timeZone: string;
  /** Column with the agent. */
  readonly agentColumn: string;
  /** Codes of rows that hold a whole shift: any other row over them counts. */
  readonly containers: readonly string[];
}

/**
 * A schedule of Aspect (Alvaria) Workforce: CSV with a heading, an activity a row. Rows overlap: a break lies
 * over the work, and the lowest `rank` counts. The last line is `Record_count,N`, of the rows between.
 */
export function readAspect(file: string, options: AspectOptions): ReadFile | FileFault {
  const found = linesOf(file, ',');
  if ('what' in found) return found;
  const [heading, ...lines] = found;
  const columns = (heading?.cells ?? []).map((cell) => cell.toLowerCase());
  const needed = ['start_moment', 'stop_moment', 'rank', 'code', options.agentColumn.toLowerCase()];
  const missing = needed.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    return {
      path: 'file',
      what: `has no column ${missing.join(', ')} in its first line: export it with them`,
    };
  }
  const trailer = lines.pop();
  const counted = trailer?.cells[0]?.toLowerCase() === 'record_count' ? trailer.cells[1] : undefined;
  if (counted === undefined || !/^\d{1,12}$/.test(counted)) {
    return {
      path: 'file',
      what: 'does not end with Record_count,N: it is not whole; export and send it again',
    };
  }
  if (Number(counted) !== lines.length) {
    const what = `has ${lines.length} rows, and its last line says ${Number(counted)}: it is not whole; export and send it again`;
    return { path: 'file', what };
  }
  const rows: PlannedRow[] = [];
  const faults: RowFault[] = [];
  const odd: ReadFile['odd'][number][] = [];
  for (const line of lines) {
    const read = readRow(line, columns, options);
    if ('what' in read) faults.push(read);
    else {
      rows.push(read.row);
      odd.push(...read.odd.map((code) => ({ line: line.line, code })));
    }
  }
  return { rows, faults, odd };
}

type ReadRow = { readonly row: PlannedRow; readonly odd: readonly ReadFile['odd'][number]['code'][] };

function readRow(
  { line, cells }: Line,
  columns: readonly string[],
  options: AspectOptions,
): ReadRow | RowFault {
  const cell = (name: string): string => cells[columns.indexOf(name.toLowerCase())] ?? '';
  const agent = agentOf(cell(options.agentColumn));
  const fault = (column: string, what: string): RowFault => ({ line, column, what, agent });
  if (cells.length > columns.length && cells.slice(columns.length).some((each) => each !== ''))
    return fault('', `has ${cells.length} cells, and the first line names ${columns.length}`);
  if (agent === null) return fault(options.agentColumn, 'must be the id of an agent');
  const code = codeOf(cell('code'));
  if (code === null) return fault('code', 'must be a code of 1 to 64 characters');
  const rank = cell('rank');
  if (!/^\d{1,9}$/.test(rank)) return fault('rank', 'must be a whole number');
  const start = momentOf(cell('start_moment'), options.timeZone);
  if (start === null) return fault('start_moment', moment);
  const stop = momentOf(cell('stop_moment'), options.timeZone);
  if (stop === null) return fault('stop_moment', moment);
  const span = spanOf(start.local, stop.local);
  if (span === null) return fault('stop_moment', 'must be after start_moment');
  const { startedAt, endedAt, odd } = span;
  const isContainer = options.containers.includes(code);
  const row = { line, agent, code, rank: Number(rank) + (isContainer ? afterAll : 0), startedAt, endedAt };
  return { row: { ...row, day: start.day }, odd };
}

/** Above each rank: of what a container holds nothing else was planned. */
const afterAll = 1e9;

const moment = 'must be a local time such as 02-03-2026 09:30:00';

function momentOf(text: string, timeZone: string) {
  const [date = '', clock = '', ...rest] = text.split(/ +/);
  const day = dayOf(date, date.includes('/') ? 'dd/mm/yyyy' : 'dd-mm-yyyy');
  const time = timeOf(clock);
  const local = day === null || time === null || rest.length > 0 ? null : localOf(day, time, timeZone);
  return day === null || local === null ? null : { day, local };
}
