import { z } from 'zod';
import type { Limits, MalusTerms, Shape } from '#domain/contract/bonus-malus.js';
import { forecast } from './kpis.js';
import { addFault, strict } from '../zod-faults.js';
import { id, kpiValue, price, proration, ratio, signedRatio } from './words.js';

const comparisons = ['gt', 'gte', 'lt', 'lte'] as const;

/** `{gte: "0.90", rate: "+0.02"}`: one comparison and the rate it gives. */
const point = strict({
  gt: kpiValue.optional(),
  gte: kpiValue.optional(),
  lt: kpiValue.optional(),
  lte: kpiValue.optional(),
  rate: signedRatio,
}).transform(({ rate, ...written }, context) => {
  const given = comparisons.flatMap((op) => {
    const value = written[op];
    return value === undefined ? [] : [{ op, value, rate }];
  });
  const [only] = given;
  if (only !== undefined && given.length === 1) return only;
  const message = `has ${given.length} comparisons; allowed is one of: gt, gte, lt, lte`;
  addFault(context, 'not-one-of-several', message);
  return z.NEVER;
});

const step = strict({ shape: z.literal('step'), points: z.array(point).min(1) });

const end = strict({ at: kpiValue, rate: signedRatio });
const linear = strict({ shape: z.literal('linear'), from: end, to: end });

const perPoint = strict({
  shape: z.literal('perPoint'),
  from: kpiValue,
  beyond: z.enum(['above', 'below']),
  size: kpiValue,
  count: z.enum(['exact', 'full', 'started']).default('exact'),
  rate: signedRatio,
});

const shape = z.discriminatedUnion('shape', [step, linear, perPoint]) satisfies z.ZodType<Shape>;

const cap = strict({ bonus: ratio.nullable().default(null), malus: ratio.nullable().default(null) }).default({
  bonus: null,
  malus: null,
});

const kpiBonusMalus = strict({
  kind: z.literal('kpi').default('kpi'),
  id,
  name: z.string().min(1).nullable().default(null),
  kpi: id,
  base: z.array(id).min(1),
  shapes: z.array(shape).min(1),
  cap,
  during: id.nullable().default(null),
}).transform(({ name, ...rest }) => ({ ...rest, name: name ?? rest.id }));

const earnBack = strict({
  kind: z.literal('earnBack'),
  id,
  name: z.string().min(1).nullable().default(null),
  of: z.array(id).min(1),
  share: ratio,
  ifTargetsMetFor: z.int().min(1).max(24),
}).transform(({ name, ...rest }) => ({ ...rest, name: name ?? rest.id }));

export const bonusMalusSchema = z.discriminatedUnion('kind', [kpiBonusMalus, earnBack]);

export const corridorSchema = strict({
  id,
  line: id,
  forecast,
  lower: ratio.nullable().default(null),
  upper: ratio.nullable().default(null),
  shortfallPrice: price.nullable().default(null),
  overflowPrice: price.nullable().default(null),
  overflow: z
    .array(strict({ upTo: ratio.nullable().default(null), price }))
    .min(1)
    .optional(),
  proration,
});

const waiver = { id, of: z.array(id).min(1), proof: z.string().min(1) };
const instant = z.string().min(10);

export const waiverSchema = z.discriminatedUnion('kind', [
  strict({
    kind: z.literal('volumeAbove'),
    ...waiver,
    measure: id,
    forecast,
    above: ratio,
    during: id.nullable().default(null),
  }),
  strict({ kind: z.literal('period'), ...waiver, from: instant, to: instant }),
  strict({ kind: z.literal('outage'), ...waiver, from: instant, to: instant }),
]);

export const limitsSchema = strict({
  monthlyMin: price.nullable().default(null),
  monthlyMax: price.nullable().default(null),
  appliesTo: z.enum(['linesAndBonusMalus', 'linesOnly']).default('linesAndBonusMalus'),
  proration,
}) satisfies z.ZodType<Limits>;

export const malusSchema = strict({
  overallCap: ratio.nullable().default(null),
  vatTreatment: z.enum(['priceReduction', 'outOfScope']).default('priceReduction'),
}) satisfies z.ZodType<MalusTerms>;
