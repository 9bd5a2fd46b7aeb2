import { z } from 'zod';
import type { Band, Indexation, Line, Rate, UnitPricing, Vat } from '#domain/contract/line.js';
import { gateSchema } from './kpis.js';
import { day, dayName, id, names, price, ratio, times } from './words.js';

export const vatSchema = z.strictObject({
  category: z.enum(['S', 'AE', 'O', 'E', 'Z']),
  rate: ratio,
  reason: z.string().min(1).nullable().default(null),
}) satisfies z.ZodType<Vat>;

const band = z.strictObject({
  id,
  days: z.array(dayName).default([]),
  times: times.default([]),
  price: price.nullable().default(null),
  surcharge: ratio.nullable().default(null),
}) satisfies z.ZodType<Band>;

const bands = z.array(band).max(20).default([]);

/** null: not said, which is a fault where bands of weekdays overlap. */
const stacking = z.enum(['highest', 'sum', 'multiply']).nullable().default(null);

const some = names.nullable().default(null);
const rate = z.strictObject({
  id,
  price,
  when: z.strictObject({
    grades: some,
    sites: some,
    countries: some,
    skills: some,
    languages: some,
    queues: some,
    dispositions: some,
  }),
}) satisfies z.ZodType<Rate>;

const rates = z.array(rate).default([]);

const indexation = z
  .strictObject({
    index: z.string().min(1).default('syntec'),
    base: price,
    current: price,
    splice: price.nullable().default(null),
    fixedShare: ratio.default('0'),
    ratioDecimals: z.int().min(0).max(12).nullable().default(null),
    priceDecimals: z.int().min(0).max(8).nullable().default(null),
    floor: ratio.nullable().default(null),
    ceiling: ratio.nullable().default(null),
  })
  .nullable()
  .default(null) satisfies z.ZodType<Indexation | null>;

const base = {
  id,
  name: z.string().min(1).nullable().default(null),
  vat: vatSchema.nullable().default(null),
  payIf: gateSchema.nullable().default(null),
};

const steps = z.array(z.strictObject({ upTo: z.int().min(1).nullable().default(null), price })).min(1);
const tiers = z.strictObject({ mode: z.enum(['graduated', 'allUnits']), steps });
const packages = z.strictObject({ size: z.int().min(1), price });

const unitTerms = {
  ...base,
  measure: id,
  price: price.optional(),
  tiers: tiers.optional(),
  package: packages.optional(),
  above: z.int().min(0).default(0),
  bands,
  stacking,
  rates,
  indexation,
};

interface WrittenPricing {
  readonly price?: string | undefined;
  readonly tiers?: z.output<typeof tiers> | undefined;
  readonly package?: z.output<typeof packages> | undefined;
}

/** Exactly one of `price`, `tiers`, `package`. */
function pricingOf(written: WrittenPricing, context: z.RefinementCtx): UnitPricing {
  const given = [written.price, written.tiers, written.package].filter((each) => each !== undefined);
  if (given.length !== 1) {
    const message = `has ${given.length} prices; allowed is one of: price, tiers, package`;
    context.addIssue({ code: 'custom', message });
  }
  if (written.tiers !== undefined) return written.tiers;
  if (written.package !== undefined) return { mode: 'package', ...written.package };
  return { mode: 'flat', price: written.price ?? '0' };
}

const unitLine = z
  .strictObject({ model: z.literal('perUnit'), ...unitTerms })
  .transform(({ price: flat, tiers: tiered, package: packed, name, ...line }, context) => ({
    ...line,
    name: name ?? line.id,
    pricing: pricingOf({ price: flat, tiers: tiered, package: packed }, context),
    settleAfter: 'close' as const,
  }));

const outcomeLine = z
  .strictObject({
    model: z.literal('outcome'),
    ...unitTerms,
    settleAfter: z.enum(['close', 'maturity']).default('close'),
  })
  .transform(({ price: flat, tiers: tiered, package: packed, name, ...line }, context) => ({
    ...line,
    name: name ?? line.id,
    pricing: pricingOf({ price: flat, tiers: tiered, package: packed }, context),
  }));

const timeLine = z.strictObject({
  model: z.literal('time'),
  ...base,
  measure: id,
  unit: z.enum(['hour', 'minute', 'second']).default('hour'),
  price,
  bands,
  stacking,
  rates,
  indexation,
});

const fixedLine = z.strictObject({
  model: z.literal('fixed'),
  ...base,
  amount: price,
  proration: z.enum(['calendarDays', 'none']).default('calendarDays'),
  includes: z
    .strictObject({ measure: id, upTo: z.int().min(0) })
    .nullable()
    .default(null),
  indexation,
});

const gainShareLine = z.strictObject({
  model: z.literal('gainShare'),
  ...base,
  kpi: id,
  baseline: price,
  better: z.enum(['lower', 'higher']),
  unitValue: price,
  per: z.enum(['hour', 'unit']),
  share: ratio,
  guards: z.array(gateSchema).default([]),
});

const oneOffLine = z.strictObject({ model: z.literal('oneOff'), ...base, amount: price, day });

const passThroughLine = z.strictObject({
  model: z.literal('passThrough'),
  ...base,
  measure: id,
  markup: ratio.default('0'),
});

/**
 * `gate` is no line of its own: it is the condition of another one, which may also be written there as
 * `payIf`.
 */
const gateLine = z.strictObject({ model: z.literal('gate'), id, line: id, payIf: gateSchema });

export const lineSchema = z.discriminatedUnion('model', [
  timeLine,
  unitLine,
  outcomeLine,
  fixedLine,
  gainShareLine,
  oneOffLine,
  passThroughLine,
  gateLine,
]);

export type WrittenLine = z.output<typeof lineSchema>;

/** Puts gates where they belong, and ids where no name is written. */
export function linesOf(written: readonly WrittenLine[]): Line[] {
  const gates = written.flatMap((line) => (line.model === 'gate' ? [line] : []));
  return written.flatMap((line): Line[] => {
    if (line.model === 'gate') return [];
    const payIf = line.payIf ?? gates.find((gate) => gate.line === line.id)?.payIf ?? null;
    const name = line.name ?? line.id;
    if ('stacking' in line) return [{ ...line, name, payIf, stacking: line.stacking ?? 'highest' }];
    return [{ ...line, name, payIf }];
  });
}
