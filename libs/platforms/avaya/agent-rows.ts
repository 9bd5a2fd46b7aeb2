import { z } from 'zod';
import { loggedIn, loggedOut, sessionAxis } from '#domain/timeline/timeline.js';
import type { AgentTotals, Fact } from '#domain/fact/fact.js';
import { agentChanged, sessionEvidence } from '../agent-facts.js';
import { compileSchema } from '../compile-schema.js';
import { factId } from '../fact-id.js';
import { count, mustBe, optionalCount, optionalSeconds } from '../field-schemas.js';
import { isPlausible } from '../instant.js';
import { type RowContext, type RowKind, rowKind, type RowRefusal } from '../polled-rows.js';

/** A login, which as a number may have lost a leading 0. */
const login = z.string(mustBe('a login id as text')).trim().min(1, mustBe('a login id as text')).max(64);

/** Times are seconds since 1970 UTC. */
const loginRow = compileSchema(
  z.object({ acd: count, logid: login, login_utc: count, logout_utc: optionalCount }),
);

const traceRow = compileSchema(
  z.object({
    acd: count,
    logid: login,
    /** Begin of the work mode. */
    time_utc: count,
    /** `AVAIL`, `RING`, `ACD`, `ACW`, `AUX`, `DACD`, `DACW`, `OTHER`, `UNSTAFF`. */
    workmode: z.string(mustBe('the name of a work mode, such as AUX')).trim().min(1).max(32),
    auxreason: optionalCount,
    /** Order of the rows of one second; the shipper numbers them as the trace has them. */
    seq: optionalCount,
  }),
);

const aux = Array.from({ length: 100 }, (_, reason) => `ti_auxtime${reason}` as const);

/** A row of `hagent`: sums of an interval. `ti_` is the same over all splits, `i_` of this split. */
const hagentRow = compileSchema(
  z.object({
    acd: count,
    logid: login,
    split: optionalCount,
    starttime_utc: count,
    /** Minutes. */
    intrvl: count,
    ti_stafftime: optionalSeconds,
    ti_availtime: optionalSeconds,
    ti_auxtime: optionalSeconds,
    ti_othertime: optionalSeconds,
    i_acdtime: optionalSeconds,
    i_acwtime: optionalSeconds,
    i_ringtime: optionalSeconds,
    ...Object.fromEntries(aux.map((name) => [name, optionalSeconds])),
  }),
);

type LoginRow = z.output<typeof loginRow>;
type TraceRow = z.output<typeof traceRow>;
type HagentRow = z.output<typeof hagentRow>;

const common = { source: 'avaya.cms', rowKind: null } as const;

/** What Avaya CMS reports of agents: logins, changes of work mode, and sums of intervals. */
export const agentRowKinds: readonly RowKind[] = [
  rowKind<LoginRow>({
    ...common,
    rowsKind: 'agent_login_rows',
    csvColumn: 'login_utc',
    schema: loginRow,
    read: readLogin,
  }),
  rowKind<TraceRow>({
    ...common,
    rowsKind: 'agent_trace_rows',
    csvColumn: 'workmode',
    schema: traceRow,
    read: readTrace,
  }),
  rowKind<HagentRow>({
    ...common,
    rowsKind: 'hagent_rows',
    csvColumn: 'intrvl',
    schema: hagentRow,
    read: readTotals,
  }),
];

/** A row has the logout once it is over; an agent of several splits has a row for each, all the same. */
function readLogin(row: LoginRow, { connection, polledAt, latestAt }: RowContext): Fact[] | RowRefusal {
  const statement = { connection, native: row.logid, revision: polledAt };
  const began = row.login_utc * 1_000;
  if (!isPlausible(began, latestAt)) return { code: 'implausible-time', field: 'login_utc', what: '' };
  const axes = [sessionAxis, 'state'];
  const facts = axes.map((axis) => agentChanged({ ...statement, at: began }, { axis, code: loggedIn }));
  const { logout_utc: logout } = row;
  if (logout === null || logout === undefined || logout === 0) return facts;
  const ended = logout * 1_000;
  if (!isPlausible(ended, latestAt)) return { code: 'implausible-time', field: 'logout_utc', what: '' };
  if (ended < began) {
    return { code: 'invalid-field', field: 'logout_utc', what: 'must not be before login_utc' };
  }
  return [
    ...facts,
    ...axes.map((axis) => agentChanged({ ...statement, at: ended }, { axis, code: loggedOut })),
  ];
}

function readTrace(row: TraceRow, { connection, polledAt, latestAt }: RowContext): Fact[] | RowRefusal {
  const at = row.time_utc * 1_000;
  if (!isPlausible(at, latestAt)) return { code: 'implausible-time', field: 'time_utc', what: '' };
  const statement = { connection, native: row.logid, at, revision: polledAt };
  const code = row.workmode.toUpperCase();
  const sequence = row.seq ?? 0;
  if (/^(UNSTAFF(ED)?|LOGOUT|LOGGED_OUT)$/.test(code)) {
    return [sessionAxis, 'state'].map((axis) => agentChanged(statement, { axis, code: loggedOut, sequence }));
  }
  if (/^(STAFF(ED)?|LOGIN|LOGGED_IN)$/.test(code)) {
    return [sessionAxis, 'state'].map((axis) => agentChanged(statement, { axis, code: loggedIn, sequence }));
  }
  const reason = code === 'AUX' ? String(row.auxreason ?? 0) : null;
  return [agentChanged(statement, { axis: 'state', code, reason, sequence }), sessionEvidence(statement)];
}

/** Never an instant: sums serve to check what is counted. */
function readTotals(
  row: HagentRow,
  { connection, polledAt, latestAt }: RowContext,
): AgentTotals | RowRefusal {
  const startedAt = row.starttime_utc * 1_000;
  if (!isPlausible(startedAt, latestAt)) {
    return { code: 'implausible-time', field: 'starttime_utc', what: '' };
  }
  const sums = row as Readonly<Record<string, unknown>>;
  const msOf = (name: string): number => (typeof sums[name] === 'number' ? sums[name] * 1_000 : 0);
  const shared = {
    STAFFED: msOf('ti_stafftime'),
    AVAIL: msOf('ti_availtime'),
    AUX: msOf('ti_auxtime'),
    OTHER: msOf('ti_othertime'),
    ...Object.fromEntries(aux.map((name, reason) => [`AUX/${reason}`, msOf(name)])),
  };
  const own = { ACD: msOf('i_acdtime'), ACW: msOf('i_acwtime'), RING: msOf('i_ringtime') };
  const interval = [row.acd, row.logid, row.starttime_utc];
  return {
    type: 'agent.totals',
    id: factId([connection, 'hagent', ...interval, row.split ?? '']),
    entity: `${connection}:totals/${interval.join('-')}`,
    connection,
    at: startedAt,
    revision: polledAt,
    agent: `${connection}:${row.logid}`,
    startedAt,
    endedAt: startedAt + row.intrvl * 60_000,
    shared: withoutZeros(shared),
    own: withoutZeros(own),
  };
}

function withoutZeros(sums: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(sums).filter(([, ms]) => ms > 0));
}
