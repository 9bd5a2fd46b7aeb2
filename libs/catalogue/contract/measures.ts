import { z } from 'zod';
import { agentKinds } from '#domain/contract/agent-kind.js';
import { nameOf } from '#domain/contract/exclusion.js';
import {
  adHocQuantities,
  contactStates,
  type Measure,
  type Where,
  type WorkTime,
} from '#domain/contract/measure.js';
import type { OutcomeMention } from '#domain/kpi/kpi-module.js';
import type { Path } from '../fault.js';
import { refusal, strict } from '../zod-faults.js';
import {
  dayName,
  direction,
  duration,
  id,
  match,
  media,
  names,
  perSubject,
  states,
  times,
  unless,
} from './words.js';

const where = strict({
  queues: names.nullable().default(null),
  media: z.array(media).min(1).nullable().default(null),
  directions: z.array(direction).min(1).nullable().default(null),
  dispositions: names.nullable().default(null),
  kinds: z.array(z.enum(agentKinds)).min(1).optional(),
})
  .nullable()
  .default(null) satisfies z.ZodType<Where | null>;

const increment = strict({
  first: duration,
  step: duration,
  per: z.enum(['contact', 'leg', 'month']).default('contact'),
})
  .transform(({ first, step, per }) => ({ firstMs: first, stepMs: step, per }))
  .refine(({ stepMs }) => stepMs > 0, {
    ...refusal('size-not-positive', 'must have a step above 0'),
    path: ['step'],
  })
  .nullable()
  .default(null);

const averageCap = strict({ perUnit: duration, measure: id })
  .transform(({ perUnit, measure }) => ({ perUnitMs: perUnit, measure }))
  .nullable()
  .default(null);

const timeTerms = { increment, cap: duration.nullable().default(null), averageCap, where };

const agentTime = strict({
  kind: z.literal('agentTime'),
  states,
  capPerContact: z.partialRecord(z.enum(contactStates), duration).default({}),
  overlaps: z.enum(['once', 'full']).default('once'),
  ...timeTerms,
})
  .refine(({ states }) => states.length === 1 || !states.includes('LOGGED_IN'), {
    ...refusal('session-with-states', 'has LOGGED_IN, which holds all other states, beside others'),
    path: ['states'],
  })
  .transform(({ states, capPerContact, overlaps, ...terms }) => ({
    ...workTime(states, capPerContact, terms),
    overlaps,
  }));

const part = z.enum(['talk', 'hold', 'acw', 'dial', 'wait']);
const contactTime = strict({
  kind: z.literal('contactTime'),
  parts: z.array(part).min(1),
  capPerContact: z.partialRecord(part, duration).default({}),
  ...timeTerms,
}).transform(({ parts, capPerContact, ...terms }) =>
  workTime(
    parts.map((name) => name.toUpperCase()),
    Object.fromEntries(Object.entries(capPerContact).map(([name, ms]) => [name.toUpperCase(), ms])),
    terms,
  ),
);

function workTime(
  states: readonly string[],
  capsMs: Readonly<Record<string, number>>,
  terms: {
    increment: WorkTime['increment'];
    cap: number | null;
    averageCap: WorkTime['averageCap'];
    where: Where | null;
  },
): WorkTime {
  const { increment: agreed, cap, averageCap: average, where: conditions } = terms;
  return {
    kind: 'time',
    states,
    capsMs,
    increment: agreed,
    capMs: cap,
    averageCap: average,
    where: conditions,
  };
}

const contacts = strict({
  kind: z.literal('count'),
  of: z.enum(['offered', 'answered', 'handled', 'abandoned', 'flowOut']),
  minTalk: duration.default(0),
  where,
}).transform(({ of, minTalk, where: conditions }) => ({
  kind: 'contacts' as const,
  of,
  minTalkMs: minTalk,
  where: conditions,
}));

const events = strict({
  kind: z.literal('events'),
  name: z.string().min(1),
  within: strict({ from: z.string().min(1), atMost: duration })
    .transform(({ from, atMost }) => ({ from, atMostMs: atMost }))
    .nullable()
    .default(null),
  unless,
  match,
  perSubject,
});

const eventSum = strict({
  kind: z.literal('eventSum'),
  name: z.string().min(1),
  field: z.string().min(1),
  scale: z.int().min(0).max(6).default(2),
  unless,
  match,
  perSubject,
});

const adHoc = strict({
  kind: z.literal('adHoc'),
  of: z.enum(adHocQuantities),
  scale: z.int().min(0).max(5).default(2),
  countAt: z.enum(['work', 'approval']).default('work'),
  match,
});

const elapsed = strict({
  kind: z.literal('elapsed'),
  from: z.string().min(1),
  to: z.string().min(1),
  started: duration,
  free: duration.default(0),
  match,
  perSubject,
})
  .refine(({ started }) => started > 0, {
    ...refusal('size-not-positive', 'must be above 0'),
    path: ['started'],
  })
  .transform(({ started, free, ...rest }) => ({ ...rest, stepMs: started, freeMs: free }));

const resolved = strict({ kind: z.literal('resolved'), kpi: id });

const seats = strict({
  kind: z.literal('seats'),
  seats: z.int().min(1).default(1),
  open: z
    .array(
      strict({
        days: z.array(dayName).default([]),
        times: times.default([]),
        notOn: z.array(z.enum(['holiday', 'siteHoliday'])).optional(),
      }).transform(({ notOn, ...rule }) =>
        notOn === undefined || notOn.length === 0 ? rule : { ...rule, notOn },
      ),
    )
    .max(10)
    .default([]),
});

/**
 * Each kind of measure as it is written in a contract. A new one is one entry here, and one in `references`.
 */
const measureSchemas = {
  agentTime,
  contactTime,
  count: contacts,
  events,
  eventSum,
  adHoc,
  elapsed,
  resolved,
  seats,
};

type Schemas = (typeof measureSchemas)[keyof typeof measureSchemas];

export const measureSchema = z.discriminatedUnion(
  'kind',
  Object.values(measureSchemas) as unknown as [Schemas, ...Schemas[]],
) satisfies z.ZodType<Measure>;

/** What a measure names, with paths below it. */
export interface MeasureReferences {
  /** Another measure, which counts. */
  readonly count?: { readonly id: string; readonly path: Path };
  /** A KPI of first-contact resolution. */
  readonly fcr?: { readonly id: string; readonly path: Path };
  readonly outcomes?: readonly OutcomeMention[];
}

type ReferencesOf = {
  readonly [Kind in Measure['kind']]: (
    measure: Extract<Measure, { readonly kind: Kind }>,
  ) => MeasureReferences;
};

const references: ReferencesOf = {
  time: ({ averageCap: average }) =>
    average === null ? {} : { count: { id: average.measure, path: ['averageCap', 'measure'] } },
  contacts: () => ({}),
  events: ({ name, within, unless: exclusions }) => ({
    outcomes: [
      outcome(name, ['name']),
      ...(within === null ? [] : [outcome(within.from, ['within', 'from'])]),
      ...eachOutcome(exclusions.map(nameOf), ['unless']),
    ],
  }),
  eventSum: ({ name, field, unless: exclusions }) => ({
    outcomes: [
      outcome(name, ['name']),
      { name, field, path: ['field'] },
      ...eachOutcome(exclusions.map(nameOf), ['unless']),
    ],
  }),
  adHoc: () => ({ outcomes: ['adhoc.recorded', 'adhoc.approved'].map((name) => outcome(name, ['kind'])) }),
  elapsed: ({ from, to }) => ({ outcomes: [outcome(from, ['from']), outcome(to, ['to'])] }),
  resolved: ({ kpi }) => ({ fcr: { id: kpi, path: ['kpi'] } }),
  seats: () => ({}),
};

export function measureReferences(measure: Measure): MeasureReferences {
  return (references[measure.kind] as (each: Measure) => MeasureReferences)(measure);
}

/** The outcomes that a measure reads, with paths below it. */
export function measureOutcomes(measure: Measure): readonly OutcomeMention[] {
  return measureReferences(measure).outcomes ?? [];
}

function outcome(name: string, path: Path): OutcomeMention {
  return { name, field: null, path };
}

function eachOutcome(names: readonly string[], path: Path): OutcomeMention[] {
  return names.map((name, index) => outcome(name, [...path, index]));
}
