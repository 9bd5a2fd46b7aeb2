import { z } from 'zod';
import type { Measure, Where, WorkTime } from '#domain/contract/measure.js';
import { dayName, direction, duration, id, match, media, names, state, times } from './words.js';

const where = z
  .strictObject({
    queues: names.nullable().default(null),
    media: z.array(media).min(1).nullable().default(null),
    directions: z.array(direction).min(1).nullable().default(null),
    dispositions: names.nullable().default(null),
  })
  .nullable()
  .default(null) satisfies z.ZodType<Where | null>;

const increment = z
  .strictObject({
    first: duration,
    step: duration,
    per: z.enum(['contact', 'leg', 'month']).default('contact'),
  })
  .transform(({ first, step, per }) => ({ firstMs: first, stepMs: step, per }))
  .refine(({ stepMs }) => stepMs > 0, { message: 'must have a step above 0', path: ['step'] })
  .nullable()
  .default(null);

const averageCap = z
  .strictObject({ perUnit: duration, measure: id })
  .transform(({ perUnit, measure }) => ({ perUnitMs: perUnit, measure }))
  .nullable()
  .default(null);

const timeTerms = { increment, cap: duration.nullable().default(null), averageCap, where };

const agentTime = z
  .strictObject({
    kind: z.literal('agentTime'),
    states: z.array(state).min(1),
    capPerContact: z.partialRecord(z.enum(['TALK', 'HOLD', 'ACW', 'DIAL', 'WAIT']), duration).default({}),
    ...timeTerms,
  })
  .transform(({ states, capPerContact, ...terms }) => workTime(states, capPerContact, terms));

const part = z.enum(['talk', 'hold', 'acw', 'dial', 'wait']);
const contactTime = z
  .strictObject({
    kind: z.literal('contactTime'),
    parts: z.array(part).min(1),
    capPerContact: z.partialRecord(part, duration).default({}),
    ...timeTerms,
  })
  .transform(({ parts, capPerContact, ...terms }) =>
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

const contacts = z
  .strictObject({
    kind: z.literal('count'),
    of: z.enum(['offered', 'answered', 'handled', 'abandoned', 'flowOut']),
    minTalk: duration.default(0),
    where,
  })
  .transform(({ of, minTalk, where: conditions }) => ({
    kind: 'contacts' as const,
    of,
    minTalkMs: minTalk,
    where: conditions,
  }));

const events = z.strictObject({
  kind: z.literal('events'),
  name: z.string().min(1),
  within: z
    .strictObject({ from: z.string().min(1), atMost: duration })
    .transform(({ from, atMost }) => ({ from, atMostMs: atMost }))
    .nullable()
    .default(null),
  unless: z.array(z.string()).default([]),
  match,
});

const eventSum = z.strictObject({
  kind: z.literal('eventSum'),
  name: z.string().min(1),
  field: z.string().min(1),
  scale: z.int().min(0).max(6).default(2),
  unless: z.array(z.string()).default([]),
  match,
});

const resolved = z.strictObject({ kind: z.literal('resolved'), kpi: id });

const seats = z.strictObject({
  kind: z.literal('seats'),
  seats: z.int().min(1).default(1),
  open: z
    .array(z.strictObject({ days: z.array(dayName).default([]), times: times.default([]) }))
    .max(10)
    .default([]),
});

export const measureSchema = z.discriminatedUnion('kind', [
  agentTime,
  contactTime,
  contacts,
  events,
  eventSum,
  resolved,
  seats,
]) satisfies z.ZodType<Measure>;
