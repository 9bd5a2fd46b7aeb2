import { z } from 'zod';
import { activityStates } from '#domain/activity/activity.js';
import { numberingPlans } from '#domain/fact/numbering-plans.js';
import { platformNames } from '#domain/fact/platform-names.js';
import { agentKinds } from '#domain/contract/agent-kind.js';
import {
  activityRecorded,
  type OutcomeDefinition,
  outcomeFields,
  placeFields,
} from '#domain/outcome/fields.js';
import type {
  Agent,
  AgentChange,
  Connection,
  Programme,
  ProgrammeAgent,
  ProgrammeQueue,
  StateMapping,
} from './catalogue.js';
import { DURATION_FORMS, durationMs, isoDuration } from './duration.js';
import { idRange } from './id-range.js';
import { INSTANT_FORMS, instantMs, isTimeZone } from './instant.js';
import type { FaultCode } from './fault-codes.js';
import { suggestion } from './nearest.js';
import { addFault, refusal, strict } from './zod-faults.js';

/**
 * What may be written in a catalogue, and what it becomes (catalogue.ts). Written for people: durations are
 * `PT20S` or `20s`, instants are dates in the programme's zone, and what is left out gets the usual value.
 * Contracts have their own schema (contract/schema.ts).
 */

/**
 * Reads a scalar by `read`; undefined becomes a fault that says what is `allowed` and, by `hint`, what was
 * meant.
 */
function word<T>(
  read: (value: unknown) => T | undefined,
  allowed: string,
  code: FaultCode = 'malformed-value',
  hint: (value: unknown) => string = () => '',
): z.ZodType<T> {
  return z.unknown().transform((value, context) => {
    const result = read(value);
    if (result !== undefined) return result;
    if (value === undefined) addFault(context, 'missing', `is missing: write ${allowed}`);
    else addFault(context, code, `must be ${allowed}${hint(value)}`);
    return z.NEVER;
  });
}

function matching(pattern: RegExp, allowed: string, code?: FaultCode): z.ZodType<string> {
  const read = (value: unknown): string | undefined =>
    typeof value === 'string' && pattern.test(value) ? value : undefined;
  return word(read, allowed, code);
}

/** Ids are part of keys, addresses and file names: no spaces, no `:`, no braces. */
const id = matching(
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  'a short id of letters, digits, . _ - (in quotes if only digits)',
);
const text = z.string().min(1);
/** An id given by a platform, kept letter by letter. */
const native = z.string().min(1).max(256);
/** A range whose end is below its beginning names nothing. */
const natives = z
  .array(
    native.refine(
      (written) => idRange(written) !== null || !/^\d+-\d+$/.test(written),
      refusal('interval-not-ascending', 'must be a range such as 70001-70048, from the lower to the higher'),
    ),
  )
  .prefault([]);
const tags = z.array(text).transform((words) => [...new Set(words)].sort());

/** `Europe/Paris`; never an offset, which would not know summer from winter. */
const timeZone = word(
  (value) => (typeof value === 'string' && isTimeZone(value) ? value : undefined),
  'an IANA time zone such as Europe/Paris or UTC',
  'unknown-time-zone',
  (value) => (typeof value === 'string' ? suggestion(value, Intl.supportedValuesOf('timeZone')) : ''),
);

/** `PT20S` or `20s`: longer than nothing. */
const duration = word(
  (value) => {
    const ms = typeof value === 'string' ? durationMs(value) : null;
    return ms !== null && ms > 0 ? ms : undefined;
  },
  `${DURATION_FORMS}, longer than 0`,
  'malformed-duration',
);

/**
 * The name of the environment variable that holds a secret. What is written here is never repeated in a
 * message.
 */
const secret = matching(
  /^[A-Z_][A-Z0-9_]*$/,
  'the NAME of an environment variable (capitals, digits, _), e.g. TALLYLINE_SECRET_BANK, never the secret itself',
  'malformed-secret-name',
);

const authentication = z.discriminatedUnion('scheme', [
  /** Anybody may send: only beside `demo: true`. */
  strict({ scheme: z.literal('none') }),
  /** A fixed token in a header. */
  strict({
    scheme: z.literal('header'),
    header: matching(/^[\w!#$%&'*+.^`|~-]+$/, 'the name of an HTTP header, e.g. x-api-key').transform(
      (name) => name.toLowerCase(),
    ),
    secret,
  }),
  /** HTTP Basic; the secret is the password. */
  strict({
    scheme: z.literal('basic'),
    user: matching(/^[^:\s]+$/, 'a user name without : or spaces'),
    secret,
  }),
  /** HMAC-SHA256 as in Standard Webhooks. Several secrets while one replaces the other. */
  strict({
    scheme: z.literal('hmac'),
    secrets: z.array(secret).min(1),
    /** How far the sender's clock may be off. */
    tolerance: duration.prefault('PT5M'),
  }).transform(({ tolerance, ...rest }) => ({ ...rest, toleranceMs: tolerance })),
]);

const limit = matching(/^\d{4}-/, INSTANT_FORMS, 'malformed-instant')
  .nullable()
  .prefault(null);

/** What a platform's code of a state means in this account, in [from, to). */
const stateSchema = strict({
  code: native,
  reason: native.nullable().prefault(null),
  state: z.enum([...activityStates, 'CONTACT']),
  from: limit,
  to: limit,
});

export const connectionSchema: z.ZodType<Connection> = strict({
  id,
  platform: z.enum(platformNames),
  timeZone,
  /** Calling code of national numbers: 33. */
  country: word((value) => {
    if (value === null) return null;
    const digits = typeof value === 'number' ? `${value}` : value;
    return typeof digits === 'string' && /^[1-9]\d{0,2}$/.test(digits) ? digits : undefined;
  }, 'a calling code in digits, e.g. 33').prefault(null),
  authentication,
  /** Ids, or ranges of ids that are digits: `70001-70048`. */
  machines: strict({ agents: natives, queues: natives }).optional(),
  /** Says that this connection requires no credentials, which `scheme: none` asks for. */
  demo: z.boolean().prefault(false),
  /** What its codes of agents' states mean, beside what the platform defines. */
  states: z.array(stateSchema).prefault([]),
  /** To what business events that it sends are limited. */
  mayReport: strict({
    programmes: z.array(text).min(1).nullable().prefault(null),
    outcomes: z.array(text).min(1).nullable().prefault(null),
  }).optional(),
  /** What one piece of work takes at most: longer, it is held until an operator confirms it. */
  limits: strict({
    handling: duration.prefault('P1D'),
    wait: duration.prefault('P31D'),
    state: duration.prefault('P1D'),
    /** A person's calls in one local day; an agent's states of one axis. */
    day: duration.prefault('P1D'),
    /** Work on contacts that a person has at once. */
    atOnce: z.int().min(1).prefault(30),
    /** By how much its clock may be ahead of the clock of intake. */
    ahead: duration.prefault('PT15M'),
  }).prefault({}),
}).transform(({ demo, machines, states: written, limits, mayReport, ...rest }, context) => {
  const states = written.map(({ from, to, ...state }, index): StateMapping => ({
    ...state,
    ...spanOf({ from, to }, rest.timeZone, ['states', index], context),
  }));
  const connection = { ...rest, states };
  if (connection.authentication.scheme === 'none' && !demo) {
    const message = 'none lets anybody send: allowed only with `demo: true` beside authentication';
    addFault(context, 'open-connection', message, ['authentication', 'scheme']);
  }
  return {
    ...connection,
    ...(connection.country !== null && { numberingPlans }),
    ...(machines !== undefined && { machines }),
    ...(mayReport !== undefined && { mayReport }),
    limits: {
      handlingMs: limits.handling,
      waitMs: limits.wait,
      stateMs: limits.state,
      dayMs: limits.day,
      atOnce: limits.atOnce,
      aheadMs: limits.ahead,
    },
  };
});

/** The mapping holds in [from, to), without limit where left out. The name is the native id unless given. */
const programmeAgentSchema = strict({ code: id, from: limit, to: limit });
const queueSchema = strict({ connection: id, native, name: text.optional(), from: limit, to: limit });

/** Whole minutes, at most 31 days; kept as the shortest ISO 8601 text (`24h` and `PT24H` are `P1D`). */
const fcrWindow = duration.transform((ms, context) => {
  if (ms % 60_000 !== 0 || ms > 31 * 86_400_000)
    addFault(context, 'malformed-duration', 'must be whole minutes, at most P31D');
  return ms;
});

export const programmeSchema: z.ZodType<Programme> = strict({
  id: id.refine(
    (name) => name !== 'unmapped',
    refusal('reserved-name', '`unmapped` is where unknown queues are counted; choose another id'),
  ),
  brand: text,
  timeZone,
  /** Waits for which answered and abandoned contacts are counted; those of the service level are added. */
  thresholds: z.array(duration).min(1).prefault(['PT20S']),
  serviceLevel: strict({
    threshold: duration.prefault('PT20S'),
    shortAbandon: duration.prefault('PT5S'),
  }).prefault({}),
  fcr: strict({
    windows: z.array(fcrWindow).min(1).prefault(['P1D', 'P7D']),
    /** What must be equal, beside the customer, for a contact to be a repeat. */
    reason: z.enum(['queue', 'disposition', 'none']).prefault('queue'),
  }).prefault({}),
  /** Agents' time by quarter-hour: cut at its borders, or whole where the contact entered the queue. */
  agentTime: z.enum(['split', 'contact']).prefault('split'),
  queues: z.array(queueSchema).min(1),
  /** Who works for it, in [from, to): their time beside contacts is the programme's. */
  agents: z.array(programmeAgentSchema).prefault([]),
}).transform(({ thresholds, serviceLevel, fcr, queues, agents, ...programme }, context) => {
  const { threshold, shortAbandon } = serviceLevel;
  return {
    ...programme,
    thresholdsMs: ascending([...thresholds, threshold, shortAbandon]),
    serviceLevel: { thresholdMs: threshold, shortAbandonMs: shortAbandon },
    fcr: { windows: ascending(fcr.windows).map(isoDuration), reason: fcr.reason },
    queues: queues.map((written, index) => programmeQueue(written, programme.timeZone, index, context)),
    agents: agents.map(({ code, ...span }, index): ProgrammeAgent => ({
      code,
      ...spanOf(span, programme.timeZone, ['agents', index], context),
    })),
  };
});

/** From a moment on these attributes hold; the others stay as they were. */
const agentChangeSchema = strict({
  from: matching(/^\d{4}-/, INSTANT_FORMS, 'malformed-instant'),
  kind: z.enum(agentKinds).optional(),
  grade: text.nullable().optional(),
  site: text.nullable().optional(),
  country: text.nullable().optional(),
  skills: tags.optional(),
  languages: tags.optional(),
}).transform((change, context) => {
  const given = Object.entries(change).filter(([, value]) => value !== undefined);
  if (given.length < 2) {
    const message = 'changes nothing: write kind, grade, site, country, skills or languages beside `from`';
    addFault(context, 'missing', message);
  }
  return Object.fromEntries(given) as unknown as AgentChange;
});

export const agentSchema: z.ZodType<Agent> = strict({
  /** Our own code; never a name. */
  code: id,
  ids: z.array(strict({ connection: id, native })).min(1),
  /** `machine`: a bot that works on contacts beside people. */
  kind: z.enum(agentKinds).prefault('person'),
  grade: text.nullable().prefault(null),
  site: text.nullable().prefault(null),
  country: text.nullable().prefault(null),
  skills: tags.prefault([]),
  languages: tags.prefault([]),
  changes: z.array(agentChangeSchema).prefault([]),
}).transform(({ changes, kind, ...agent }) => ({
  ...agent,
  ...(kind === 'machine' && { kind }),
  ...(changes.length > 0 && { changes }),
}));

const outcomeField = strict({
  type: z.enum(['decimal', 'integer', 'text', 'boolean']),
  required: z.boolean().prefault(false),
});

/** An outcome of the tenant's own, or further fields of a known one. */
export const outcomeSchema: z.ZodType<OutcomeDefinition> = strict({
  name: matching(
    /^(?=.{1,64}$)[A-Za-z][A-Za-z0-9]*([._-][A-Za-z0-9]+)*$/,
    'the name of an event, e.g. parcel.returned',
  ),
  fields: z.record(z.string(), outcomeField).prefault({}),
}).transform((definition, context) => {
  const { name, fields } = definition;
  const reserved = (path: string[], message: string): void =>
    addFault(context, 'reserved-name', message, path);
  if (name === activityRecorded) reserved(['name'], `${name} is an agent's activity, not an outcome`);
  const known = outcomeFields([]).get(name) ?? {};
  for (const field of Object.keys(fields)) {
    const allowed = 'must be named by a letter, then letters, digits or _';
    if (!/^[A-Za-z]\w{0,63}$/.test(field)) addFault(context, 'malformed-value', allowed, ['fields', field]);
    else if (isPlace(field)) reserved(['fields', field], `every outcome has ${field}: leave it out`);
    else if (Object.hasOwn(known, field))
      reserved(['fields', field], `${name} has ${field} already: leave it out`);
  }
  return definition;
});

function isPlace(field: string): boolean {
  return (placeFields as readonly string[]).includes(field);
}

export const tenantSchema: z.ZodType<string> = id;

function ascending(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function programmeQueue(
  { from, to, ...queue }: z.output<typeof queueSchema>,
  timeZone: string,
  index: number,
  context: z.RefinementCtx,
): ProgrammeQueue {
  const span = spanOf({ from, to }, timeZone, ['queues', index], context);
  return { connection: queue.connection, native: queue.native, name: queue.name ?? queue.native, ...span };
}

/** Moments in a zone; what is none, or not in order, becomes a fault at the path. */
function spanOf(
  { from, to }: { readonly from: string | null; readonly to: string | null },
  timeZone: string,
  path: (string | number)[],
  context: z.RefinementCtx,
): { from: number | null; to: number | null } {
  const instant = (key: 'from' | 'to', written: string | null): number | null => {
    if (written === null) return null;
    const ms = instantMs(written, timeZone);
    if (ms !== null) return ms;
    const message = `'${written}' is no moment in ${timeZone} (allowed: ${INSTANT_FORMS})`;
    addFault(context, 'malformed-instant', message, [...path, key]);
    return null;
  };
  const span = { from: instant('from', from), to: instant('to', to) };
  if (span.from !== null && span.to !== null && span.from >= span.to) {
    addFault(context, 'interval-not-ascending', '`to` must come after `from`', [...path, 'to']);
  }
  return span;
}
