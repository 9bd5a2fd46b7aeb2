import { z } from 'zod';
import type { Gate, Kpi, Forecast } from '#domain/contract/kpi.js';
import { activityStates } from '#domain/activity/activity.js';
import { schedulesAsOf } from '#domain/schedule/schedule.js';
import { breakingOutcomes } from '#domain/fact/breaking-outcomes.js';
import { longestWindowMs } from '#domain/kpi/resolution-chain.js';
import { agentKinds } from '#domain/contract/agent-kind.js';
import { fault, type Fault } from '../fault.js';
import { refusal, strict } from '../zod-faults.js';
import { anyStates, duration, id, kpiValue, match, period, perSubject, states, unless } from './words.js';

const noData = z.enum(['neutral', 'asTarget', 'previousPeriod']);

/** The id that `forecast.set` events carry, or numbers by period. */
export const forecast = z.union([
  id.transform((name) => ({ kind: 'event' as const, id: name })),
  z
    .record(period('must be periods such as 2026-11'), z.int().min(0))
    .transform((values) => ({ kind: 'agreed' as const, values })),
]) satisfies z.ZodType<Forecast>;

const common = {
  version: z.int().min(1).default(1),
  minSample: z.int().min(0).default(0),
  onNoData: noData.default('neutral'),
};

const shortAbandon = duration.nullable().default(null);
const selection = strict({ name: z.string().min(1), unless, match, perSubject });
/** As of a measure `agentTime`. */
const overlaps = z.enum(['once', 'full']).default('once');
const question = z.string().min(1);
const scale = z.tuple([z.int(), z.int()]).default([1, 5]);
const outcomeName = z.string().min(1);

/** The keys that every KPI has. */
function type<T extends Kpi['type']>(name: T): { type: z.ZodLiteral<T> } & typeof common {
  return { type: z.literal(name), ...common };
}

const per = z.enum(['contact', 'leg']).default('contact');

function abandonRate<T extends Kpi['type']>(name: T) {
  return strict({ ...type(name), shortAbandon }).transform(({ shortAbandon: short, ...rest }) => ({
    ...rest,
    shortAbandonMs: short,
  }));
}

const plannedState = z.enum(activityStates.filter((state) => state !== 'LOGGED_IN'));

const ofSchedules = {
  equivalent: z.array(z.array(plannedState).min(2)).default([]),
  ignored: z.array(plannedState).default(['OTHER']),
  asOf: z.enum(schedulesAsOf).default('instant'),
};

const repeat = {
  window: duration,
  unknownCustomer: z.enum(['exclude', 'countAsResolved']).default('exclude'),
  basis: z.enum(['gross', 'net']).default('gross'),
  notSolvable: z.array(z.string()).default([]),
};

/** How a KPI is written. */
interface KpiForm<Schema> {
  readonly schema: Schema;
  /** Faults that show only when its parts are compared. */
  readonly faults?: (kpi: z.output<Schema & z.ZodType>) => readonly Fault[];
}

function form<Schema extends z.ZodType>(
  schema: Schema,
  rest: Omit<KpiForm<Schema>, 'schema'> = {},
): KpiForm<Schema> {
  return { schema, ...rest };
}

/** Each KPI as it is written in a contract. A new one is one entry here. */
const kpiForms = {
  aht: form(strict({ ...type('aht'), per })),
  att: form(strict({ ...type('att'), per })),
  acw: form(strict({ ...type('acw'), per })),
  asa: form(strict({ ...type('asa'), of: z.enum(['answered', 'offered']).default('answered') })),
  serviceLevel: form(
    strict({
      ...type('serviceLevel'),
      variant: z.enum(['SL-A', 'SL-B', 'SL-C', 'SL-D', 'SL-E']),
      threshold: duration,
      shortAbandon: duration.default(5000),
    }).transform(({ threshold, shortAbandon: short, ...rest }) => ({
      ...rest,
      thresholdMs: threshold,
      shortAbandonMs: short,
    })),
  ),
  abandonment: form(abandonRate('abandonment')),
  answerRate: form(abandonRate('answerRate')),
  transfer: form(strict({ ...type('transfer') })),
  hold: form(strict({ ...type('hold') })),
  /** The live view counts ringing as busy and being available as idle. */
  occupancy: form(
    strict({
      ...type('occupancy'),
      busy: anyStates.default(['RING']),
      idle: states.default(['AVAILABLE']),
      overlaps,
    }),
  ),
  utilisation: form(strict({ ...type('utilisation'), productive: states, paid: states, overlaps })),
  contactsPerHour: form(strict({ ...type('contactsPerHour'), productive: states, overlaps })),
  adherence: form(
    strict({
      ...type('adherence'),
      definition: z.enum(['adherence@genesys', 'adherence@salesforce']).default('adherence@genesys'),
      tolerance: duration.default(0),
      ...ofSchedules,
    }).transform(({ tolerance, ...rest }) => ({ ...rest, toleranceMs: tolerance })),
  ),
  conformance: form(
    strict({
      ...type('conformance'),
      definition: z.literal('conformance@genesys').default('conformance@genesys'),
      ...ofSchedules,
    }),
  ),
  fcrPerContact: form(
    strict({ ...type('fcrPerContact'), ...repeat }).transform(({ window, ...rest }) => ({
      ...rest,
      windowMs: window,
    })),
  ),
  fcrPerIssue: form(
    strict({
      ...type('fcrPerIssue'),
      chain: z.enum(['anchored', 'sliding']).default('anchored'),
      ...repeat,
    }).transform(({ window, ...rest }) => ({ ...rest, windowMs: window })),
  ),
  settled: form(
    strict({
      ...type('settled'),
      window: duration.default(72 * 3_600_000),
      by: z.enum(agentKinds).nullable().default(null),
      unless: z.array(z.enum(breakingOutcomes)).default([...breakingOutcomes]),
      resolved: z.array(z.string()).min(1).nullable().default(null),
    })
      .refine(({ window }) => window > 0, {
        ...refusal('size-not-positive', 'must be above 0'),
        path: ['window'],
      })
      .refine(({ window }) => window <= longestWindowMs, {
        ...refusal('out-of-range', 'must be at most 31 days'),
        path: ['window'],
      })
      .transform(({ window, ...rest }) => ({ ...rest, windowMs: window })),
  ),
  fcrDeclared: form(strict({ ...type('fcrDeclared'), resolved: z.array(z.string()).min(1) })),
  topBox: form(
    strict({ ...type('topBox'), question, boxes: z.array(z.int()).min(1).default([4, 5]), scale }),
    { faults: ({ scale: limits, boxes }) => scaleFaults(limits, boxes) },
  ),
  meanScore: form(strict({ ...type('meanScore'), question, scale }), {
    faults: ({ scale: limits }) => scaleFaults(limits, []),
  }),
  nps: form(strict({ ...type('nps'), question })),
  fcrSurvey: form(strict({ ...type('fcrSurvey'), question })),
  ratio: form(strict({ ...type('ratio'), numerator: selection, denominator: selection })),
  share: form(strict({ ...type('share'), numerator: selection, of: forecast })),
  quality: form(strict({ ...type('quality'), field: z.string().min(1).default('score') })),
  delay: form(strict({ ...type('delay'), from: outcomeName, to: outcomeName })),
  within: form(
    strict({ ...type('within'), from: outcomeName, to: outcomeName, atMost: duration }).transform(
      ({ atMost, ...rest }) => ({ ...rest, atMostMs: atMost }),
    ),
  ),
} satisfies { readonly [Type in Kpi['type']]: KpiForm<z.ZodType<Kpi & { readonly type: Type }>> };

type Schemas = (typeof kpiForms)[keyof typeof kpiForms]['schema'];

export const kpiSchema = z.discriminatedUnion(
  'type',
  Object.values(kpiForms).map(({ schema }) => schema) as unknown as [Schemas, ...Schemas[]],
) satisfies z.ZodType<Kpi>;

/** Faults of one KPI, with paths below it. */
export function kpiFaults(kpi: Kpi): readonly Fault[] {
  return formOf(kpi).faults?.(kpi) ?? [];
}

function formOf(kpi: Kpi): KpiForm<z.ZodType<Kpi>> {
  return kpiForms[kpi.type];
}

function scaleFaults(limits: readonly number[], boxes: readonly number[]): Fault[] {
  const [low, high] = limits;
  if (low === undefined || high === undefined || low >= high) {
    return [fault('scale-not-ascending', ['scale'], `${JSON.stringify(limits)} must rise, such as [1, 5]`)];
  }
  return boxes
    .filter((box) => box < low || box > high)
    .map((box) => fault('box-off-scale', ['boxes'], `box ${box} is not on the scale ${low} to ${high}`));
}

export const gateSchema = strict({
  kpi: id,
  op: z.enum(['gt', 'gte', 'lt', 'lte']),
  value: kpiValue,
  minSample: z.int().min(0).nullable().default(null),
  onNoData: noData.nullable().default(null),
}) satisfies z.ZodType<Gate>;
