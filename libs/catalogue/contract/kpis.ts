import { z } from 'zod';
import type { Forecast } from '#domain/contract/forecast.js';
import type { Gate, Kpi } from '#domain/contract/kpi.js';
import { duration, id, kpiValue, match, state } from './words.js';

const noData = z.enum(['neutral', 'asTarget', 'previousPeriod']);

/** An id told by `forecast.set` events, or numbers by period. */
export const forecast = z.union([
  id.transform((name) => ({ kind: 'event' as const, id: name })),
  z
    .record(z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be periods such as 2026-11'), z.int().min(0))
    .transform((values) => ({ kind: 'agreed' as const, values })),
]) satisfies z.ZodType<Forecast>;

const common = {
  version: z.int().min(1).default(1),
  minSample: z.int().min(0).default(0),
  onNoData: noData.default('neutral'),
};

const shortAbandon = duration.nullable().default(null);
const states = z.array(state).min(1);
const selection = z.strictObject({ name: z.string().min(1), unless: z.array(z.string()).default([]), match });
const question = z.string().min(1);
const scale = z.tuple([z.int(), z.int()]).default([1, 5]);

function type<T extends string>(name: T): { type: z.ZodLiteral<T> } & typeof common {
  return { type: z.literal(name), ...common };
}

const per = z.enum(['contact', 'leg']).default('contact');

const serviceLevel = z
  .strictObject({
    ...type('serviceLevel'),
    variant: z.enum(['SL-A', 'SL-B', 'SL-C', 'SL-D', 'SL-E']),
    threshold: duration,
    shortAbandon: duration.default(5000),
  })
  .transform(({ threshold, shortAbandon: short, ...rest }) => ({
    ...rest,
    thresholdMs: threshold,
    shortAbandonMs: short,
  }));

function abandonRate<T extends string>(name: T) {
  return z
    .strictObject({ ...type(name), shortAbandon })
    .transform(({ shortAbandon: short, ...rest }) => ({ ...rest, shortAbandonMs: short }));
}

const repeat = {
  window: duration,
  unknownCustomer: z.enum(['exclude', 'countAsResolved']).default('exclude'),
  basis: z.enum(['gross', 'net']).default('gross'),
  notSolvable: z.array(z.string()).default([]),
};

const fcrPerContact = z
  .strictObject({ ...type('fcrPerContact'), ...repeat })
  .transform(({ window, ...rest }) => ({ ...rest, windowMs: window }));

const chain = z.enum(['anchored', 'sliding']).default('anchored');
const fcrPerIssue = z
  .strictObject({ ...type('fcrPerIssue'), chain, ...repeat })
  .transform(({ window, ...rest }) => ({ ...rest, windowMs: window }));

const within = z
  .strictObject({ ...type('within'), from: z.string().min(1), to: z.string().min(1), atMost: duration })
  .transform(({ atMost, ...rest }) => ({ ...rest, atMostMs: atMost }));

/** The live view counts ringing as busy and being available as idle. */
const occupancy = z.strictObject({
  ...type('occupancy'),
  busy: z.array(state).default(['RING']),
  idle: states.default(['AVAILABLE']),
});

export const kpiSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...type('aht'), per }),
  z.strictObject({ ...type('att'), per }),
  z.strictObject({ ...type('acw'), per }),
  z.strictObject({ ...type('asa'), of: z.enum(['answered', 'offered']).default('answered') }),
  serviceLevel,
  abandonRate('abandonment'),
  abandonRate('answerRate'),
  z.strictObject({ ...type('transfer') }),
  z.strictObject({ ...type('hold') }),
  occupancy,
  z.strictObject({ ...type('utilisation'), productive: states, paid: states }),
  z.strictObject({ ...type('contactsPerHour'), productive: states }),
  fcrPerContact,
  fcrPerIssue,
  z.strictObject({ ...type('fcrDeclared'), resolved: z.array(z.string()).min(1) }),
  z.strictObject({ ...type('topBox'), question, boxes: z.array(z.int()).min(1).default([4, 5]), scale }),
  z.strictObject({ ...type('meanScore'), question, scale }),
  z.strictObject({ ...type('nps'), question }),
  z.strictObject({ ...type('fcrSurvey'), question }),
  z.strictObject({ ...type('ratio'), numerator: selection, denominator: selection }),
  z.strictObject({ ...type('share'), numerator: selection, of: forecast }),
  z.strictObject({ ...type('quality'), field: z.string().min(1).default('score') }),
  z.strictObject({ ...type('delay'), from: z.string().min(1), to: z.string().min(1) }),
  within,
]) satisfies z.ZodType<Kpi>;

export const gateSchema = z.strictObject({
  kpi: id,
  op: z.enum(['gt', 'gte', 'lt', 'lte']),
  value: kpiValue,
  minSample: z.int().min(0).nullable().default(null),
  onNoData: noData.nullable().default(null),
}) satisfies z.ZodType<Gate>;
