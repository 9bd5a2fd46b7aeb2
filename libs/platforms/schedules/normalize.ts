import type { Fact, SchedulePublished } from '#domain/fact/fact.js';
import { dayBounds } from '#domain/period/period.js';
import { factId } from '../fact-id.js';
import { isPlausible, parseInstant } from '../instant.js';
import { maxRows, tooManyRows } from '../limits.js';
import {
  type ConnectionContext,
  type DeliveryBody,
  latestPlausible,
  type Normalized,
  type Platform,
  type Refusal,
} from '../platform.js';
import {
  implausibleTime,
  invalidField,
  invalidFields,
  parseBody,
  refuseDelivery,
  unknownKind,
} from '../refusal.js';
import type { Warning } from '../warning.js';
import { type AgentDays, agentDaysOf } from './agent-days.js';
import { readAspect } from './aspect.js';
import { readIex } from './iex.js';
import { dayAfter } from './local-times.js';
import type { FileFault, PlannedRow, ReadFile } from './planned-row.js';
import { delivered, type ScheduleDelivery } from './schema.js';

/**
 * What a planner (workforce management) has published: a file as it was exported, with the instant of its
 * publication. A file says of each agent and day that it has rows of all that is planned; it is a version
 * beside those before it. Rows of an agent of whom one cannot be read are left out together: half a day would
 * say that the agent was to be somewhere else.
 */
export const schedules: Platform = {
  name: 'schedules',
  normalize(delivery, connection) {
    const parsed = parseBody(delivery.body);
    if ('refusal' in parsed) return refuseDelivery(parsed.refusal);
    const { json } = parsed;
    const isOurs =
      typeof json === 'object' && json !== null && 'source' in json && json.source === 'schedules';
    if (!isOurs) {
      return refuseDelivery(unknownKind('source', "the delivery must be an object with source 'schedules'"));
    }
    const checked = delivered.safeParse(json);
    if (!checked.success) return refuseDelivery(invalidFields(null, '', checked.error));
    return readDelivery(checked.data, delivery, connection);
  },
};

/** Rows of one agent, each as often as it has days: a month has some hundred. */
const maxRowsOfAgent = 500;
/** Of all agents: a row of several days is cut at each midnight. */
const maxRowDays = 20_000;
/** Planned activities of one agent and day. */
const maxStretches = 100;
/** Of all agents, where a file says which days it covers. */
const maxAgentDays = 20_000;
const longestDays = 31;
const dayMs = 86_400_000;
/** How far ahead one plans. */
const horizonMs = 2 * 366 * dayMs;

function readDelivery(
  published: ScheduleDelivery,
  delivery: DeliveryBody,
  connection: ConnectionContext,
): Normalized {
  const at = parseInstant(published.publishedAt, null)?.at ?? null;
  if (at === null) {
    const what = 'must be the instant of the publication with its offset, such as 2026-02-27T16:00:00+01:00';
    return refuseDelivery(invalidField(null, 'publishedAt', what));
  }
  if (!isPlausible(at, latestPlausible(delivery, connection)))
    return refuseDelivery(implausibleTime(null, 'publishedAt'));
  const { agentsOf } = published;
  if (agentsOf !== undefined && connection.isConnection?.(agentsOf) === false) {
    const what = 'must be a connection of the catalogue: the one whose ids of agents the file has';
    return refuseDelivery(invalidField(null, 'agentsOf', what));
  }
  const read = readFile(published, connection.timeZone);
  if ('path' in read) return refuseDelivery(invalidField(null, read.path, read.what));
  const rows = read.rows.length + read.faults.length;
  if (rows === 0) return refuseDelivery(invalidField(null, 'file', 'holds no row'));
  const days = read.rows.reduce((sum, row) => sum + daysIn(row), 0);
  if (days > maxRowDays) return refuseDelivery(tooManyRows('file', days, maxRowDays, 'rows by days'));
  if (rows > maxRows) return refuseDelivery(tooManyRows('file', rows, maxRows, 'rows'));
  return publish(read, { published, at, connection });
}

function readFile(published: ScheduleDelivery, timeZone: string): ReadFile | FileFault {
  switch (published.format) {
    case 'aspect':
      return readAspect(published.file, { ...published, timeZone });
    case 'iex':
      return readIex(published.file, { ...published, timeZone });
  }
}

interface Publication {
  readonly published: ScheduleDelivery;
  /** UTC epoch ms. */
  readonly at: number;
  readonly connection: ConnectionContext;
}

function publish(read: ReadFile, publication: Publication): Normalized {
  const { published, connection } = publication;
  const refusals = read.faults.map(({ line, column, what }) => refusalOf(line, column, what));
  const faulty = new Map(read.faults.flatMap(({ agent, line }) => (agent === null ? [] : [[agent, line]])));
  const byAgent = Map.groupBy(read.rows, ({ agent }) => agent);
  const days = new Map<string, AgentDays>();
  for (const [agent, rows] of byAgent) {
    const own = faulty.has(agent) ? [] : faultsOf(rows, publication);
    const [first] = own;
    refusals.push(...own.map(({ row, what }) => refusalOf(row.line, '', what)));
    const line = faulty.get(agent) ?? first?.row.line;
    if (line !== undefined) {
      refusals.push(
        ...leftOut(
          rows.filter((row) => !own.some((each) => each.row === row)),
          line,
        ),
      );
      continue;
    }
    const planned = daysOrFault(rows, connection.timeZone);
    if (!('row' in planned)) days.set(agent, planned);
    else {
      const { row, what } = planned;
      const others = rows.filter((each) => each !== row);
      refusals.push(refusalOf(row.line, '', what), ...leftOut(others, row.line));
    }
  }
  const covered = coveredDays(published, days.size);
  if ('code' in covered) return refuseDelivery(covered);
  const facts = [...days].flatMap(([agent, own]) => factsOf(agent, own, covered, publication));
  const warnings = read.odd.map(({ line, code }): Warning => ({
    code,
    field: 'file',
    value: `line ${line}`,
  }));
  return { facts, refusals: refusals.sort((a, b) => (a.row ?? 0) - (b.row ?? 0)), warnings };
}

function daysOrFault(rows: readonly PlannedRow[], timeZone: string): AgentDays | OwnFault {
  const planned = agentDaysOf(rows, timeZone);
  if ('row' in planned) {
    const { row, other } = planned;
    const what = `overlaps line ${other.line} with the same rank and another code: say which one counts`;
    return { row, what };
  }
  const crowded = [...planned].find(([, stretches]) => stretches.length > maxStretches);
  const row = rows.find(({ day }) => day === crowded?.[0]) ?? rows[0];
  if (crowded === undefined || row === undefined) return planned;
  return {
    row,
    what: `is of a day with more than ${maxStretches} activities, the most that are read of one`,
  };
}

function daysIn({ startedAt, endedAt }: PlannedRow): number {
  return Math.ceil((endedAt - startedAt) / dayMs);
}

interface OwnFault {
  readonly row: PlannedRow;
  readonly what: string;
}

function faultsOf(rows: readonly PlannedRow[], { at }: Publication): readonly OwnFault[] {
  const days = rows.reduce((sum, row) => sum + daysIn(row), 0);
  const last = rows.at(-1);
  if (last !== undefined && days > maxRowsOfAgent) {
    const what = `is the last of ${days} rows of its agent, one of several days counted for each of them; at most`;
    return [{ row: last, what: `${what} ${maxRowsOfAgent} are read: split the file by days` }];
  }
  return rows.flatMap((row): OwnFault[] => {
    if (row.endedAt - row.startedAt > longestDays * dayMs)
      return [{ row, what: `lasts longer than ${longestDays} days, the most that is read of one: split it` }];
    if (row.startedAt < Date.UTC(1990, 0, 1) || row.endedAt > at + horizonMs)
      return [{ row, what: 'must lie between 1990 and two years after publishedAt' }];
    return [];
  });
}

function leftOut(rows: readonly PlannedRow[], line: number): Refusal[] {
  const what = `is left out, as line ${line} of the same agent was refused: correct that one and send the file again`;
  return rows.map((row) => refusalOf(row.line, '', what));
}

/** `row` counts lines below the heading from 0, `path` names the line of the file. */
function refusalOf(line: number, column: string, what: string): Refusal {
  return invalidField(line - 1, `file, line ${line}${column === '' ? '' : `, ${column}`}`, what);
}

/** Days of which the file says all, whether it has rows or not. */
function coveredDays({ covers }: ScheduleDelivery, agents: number): readonly string[] | Refusal {
  if (covers === undefined) return [];
  const days: string[] = [];
  for (let day: string | null = covers.from; day !== null && day <= covers.to; day = dayAfter(day)) {
    days.push(day);
    if (days.length * Math.max(1, agents) > maxAgentDays)
      return tooManyRows('covers', days.length * agents, maxAgentDays, 'days of agents');
  }
  return days.length > 0 ? days : invalidField(null, 'covers.to', 'must be a day, not before covers.from');
}

function factsOf(
  agent: string,
  days: AgentDays,
  covered: readonly string[],
  { published, at, connection }: Publication,
): SchedulePublished[] {
  const named = `${published.agentsOf ?? connection.connection}:${agent}`;
  return [...new Set([...days.keys(), ...covered])].sort().map((day): Fact & SchedulePublished => {
    const { start, end } = dayBounds(day, connection.timeZone);
    return {
      type: 'schedule.published',
      id: factId([connection.connection, 'schedule', named, day, at]),
      entity: `${connection.connection}:schedule/${named}/${day}`,
      connection: connection.connection,
      at,
      revision: published.revision,
      agent: named,
      startedAt: start,
      endedAt: end,
      stretches: days.get(day) ?? [],
    };
  });
}
