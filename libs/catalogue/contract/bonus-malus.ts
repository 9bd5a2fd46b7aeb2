import { z } from 'zod';
import type { Limits, Shape } from '#domain/contract/bonus-malus.js';
import { forecast, gateSchema } from './kpis.js';
import { addFault, strict } from '../zod-faults.js';
import { id, kpiValue, price, proration, ratio, signedAmount, signedRatio } from './words.js';

const comparisons = ['gt', 'gte', 'lt', 'lte'] as const;

/** What a shape gives: a rate of the base, an amount, or points of a scorecard. */
type Gives = 'rate' | 'amount' | 'points';
interface WrittenGain {
  readonly rate?: string | undefined;
  readonly amount?: string | undefined;
  readonly points?: string | undefined;
}

/** One of `rate`, `amount`, `points`: which one the clause decides for all of its shapes. */
const gain = { rate: signedRatio.optional(), amount: signedAmount.optional(), points: kpiValue.optional() };

function gainOf(
  { rate, amount, points }: WrittenGain,
  context: z.RefinementCtx,
): { rate: string; gives: Gives } {
  const given = (
    [
      ['rate', rate],
      ['amount', amount],
      ['points', points],
    ] as const
  ).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const message = `has ${given.length} of rate, amount and points; allowed is one of them`;
    addFault(context, given.length === 0 ? 'missing' : 'not-one-of-several', message);
  }
  const [gives, value] = given[0] ?? (['rate', '0'] as const);
  return { rate: value ?? '0', gives };
}

/** `{gte: "0.90", rate: "+0.02"}`: one comparison and what it gives. */
const point = strict({
  gt: kpiValue.optional(),
  gte: kpiValue.optional(),
  lt: kpiValue.optional(),
  lte: kpiValue.optional(),
  ...gain,
}).transform(({ rate, amount, points, ...written }, context) => {
  const given = comparisons.flatMap((op) => {
    const value = written[op];
    return value === undefined ? [] : [{ op, value, ...gainOf({ rate, amount, points }, context) }];
  });
  const [only] = given;
  if (only !== undefined && given.length === 1) return only;
  const message = `has ${given.length} comparisons; allowed is one of: gt, gte, lt, lte`;
  addFault(context, 'not-one-of-several', message);
  return z.NEVER;
});

const step = strict({ shape: z.literal('step'), points: z.array(point).min(1) });

const end = strict({ at: kpiValue, ...gain }).transform(({ at, ...given }, context) => {
  return { at, ...gainOf(given, context) };
});
const linear = strict({ shape: z.literal('linear'), from: end, to: end });

const perPoint = strict({
  shape: z.literal('perPoint'),
  from: kpiValue,
  beyond: z.enum(['above', 'below']),
  size: kpiValue,
  count: z.enum(['exact', 'full', 'started']).default('exact'),
  ...gain,
}).transform(({ rate, amount, points, ...rest }, context) => ({
  ...rest,
  ...gainOf({ rate, amount, points }, context),
}));

const shape = z.discriminatedUnion('shape', [step, linear, perPoint]);

/** The shapes as the domain has them, and what they give; a fault where they do not agree. */
function shapesOf(
  written: readonly z.output<typeof shape>[],
  allowed: readonly Gives[],
  context: z.RefinementCtx,
): { readonly shapes: readonly Shape[]; readonly gives: Gives } {
  const found = new Set<Gives>();
  const bare = <T extends { readonly gives: Gives }>({ gives, ...rest }: T): Omit<T, 'gives'> => {
    found.add(gives);
    return rest;
  };
  const shapes = written.map((each): Shape => {
    switch (each.shape) {
      case 'step':
        return { ...each, points: each.points.map(bare) };
      case 'linear':
        return { ...each, from: bare(each.from), to: bare(each.to) };
      case 'perPoint':
        return bare(each);
    }
  });
  const [gives = 'rate'] = found;
  if (found.size > 1 || !allowed.includes(gives)) {
    const message = `gives ${[...found].join(' and ')}; allowed for the whole clause is one of: ${allowed.join(', ')}`;
    addFault(context, 'not-one-of-several', message, ['shapes']);
  }
  return { shapes, gives };
}

const cap = strict({ bonus: ratio.nullable().default(null), malus: ratio.nullable().default(null) }).default({
  bonus: null,
  malus: null,
});
const capAmount = strict({ bonus: price.nullable().default(null), malus: price.nullable().default(null) });

/** Ids of lines, or all lines but some: costs handed on, for instance. */
export const lineBase = z.union([z.array(id).min(1), strict({ allBut: z.array(id) })]);

const clause = {
  id,
  name: z.string().min(1).nullable().default(null),
  base: lineBase,
  cap,
  capAmount: capAmount.optional(),
  during: id.nullable().default(null),
  proration: z.enum(['calendarDays', 'none']).optional(),
  bonusIf: z.array(gateSchema).min(1).optional(),
  escalation: z.array(ratio).min(2).max(24).optional(),
  deduct: z.enum(['nextInvoice']).optional(),
};

const shaped = { ...clause, shapes: z.array(shape).min(1) };

const kpiBonusMalus = strict({ kind: z.literal('kpi').default('kpi'), ...shaped, kpi: id }).transform(
  ({ name, shapes: written, ...rest }, context) => {
    const { shapes, gives } = shapesOf(written, ['rate', 'amount'], context);
    return { ...rest, name: name ?? rest.id, shapes, ...(gives === 'amount' && { unit: gives }) };
  },
);

const scoredKpi = strict({ kpi: id, weight: ratio, shapes: z.array(shape).min(1) }).transform(
  ({ shapes, ...rest }, context) => ({ ...rest, shapes: shapesOf(shapes, ['points'], context).shapes }),
);

const scorecard = strict({
  kind: z.literal('scorecard'),
  ...shaped,
  of: z.array(scoredKpi).min(2),
}).transform(({ name, shapes: written, ...rest }, context) => {
  const { shapes, gives } = shapesOf(written, ['rate', 'amount'], context);
  return { ...rest, name: name ?? rest.id, shapes, ...(gives === 'amount' && { unit: gives }) };
});

const perEvent = strict({
  kind: z.literal('perEvent'),
  ...clause,
  measure: id,
  amount: signedAmount,
  free: z.int().min(0).default(0),
}).transform(({ name, ...rest }) => ({ ...rest, name: name ?? rest.id }));

const earnBack = strict({
  kind: z.literal('earnBack'),
  id,
  name: z.string().min(1).nullable().default(null),
  of: z.array(id).min(1),
  share: ratio,
  ifTargetsMetFor: z.int().min(1).max(24),
}).transform(({ name, ...rest }) => ({ ...rest, name: name ?? rest.id }));

export const bonusMalusSchema = z.discriminatedUnion('kind', [kpiBonusMalus, scorecard, perEvent, earnBack]);

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
  base: lineBase.optional(),
  vatTreatment: z.enum(['priceReduction', 'outOfScope']).default('priceReduction'),
});

export const bonusSchema = strict({ overallCap: ratio, base: lineBase.optional() });

export type WrittenClause = z.output<typeof bonusMalusSchema>;

/** A cap whose base may be all lines but some. */
export interface WrittenCap {
  readonly base?: z.output<typeof lineBase> | undefined;
}
