import { z } from 'zod';
import type { Band, Indexation, Rate, UnitPricing, Vat } from '#domain/contract/line.js';
import { agentKinds } from '#domain/contract/agent-kind.js';
import { addFault, strict } from '../zod-faults.js';
import { dayName, id, names, price, ratio, times } from './words.js';

/** How prices are written, for lines of every charge model. */

export const vatSchema = strict({
  category: z.enum(['S', 'AE', 'O', 'E', 'Z', 'K', 'G']),
  rate: ratio,
  reason: z.string().min(1).nullable().default(null),
}) satisfies z.ZodType<Vat>;

const band = strict({
  id,
  days: z.array(dayName).default([]),
  times: times.default([]),
  price: price.nullable().default(null),
  surcharge: ratio.nullable().default(null),
}) satisfies z.ZodType<Band>;

export const bands = z.array(band).max(20).default([]);

/** null: not said, which is a fault where bands of weekdays overlap. */
export const stacking = z.enum(['highest', 'sum', 'multiply']).nullable().default(null);

const some = names.nullable().default(null);
const rate = strict({
  id,
  price,
  when: strict({
    kinds: z.array(z.enum(agentKinds)).min(1).optional(),
    grades: some,
    sites: some,
    countries: some,
    skills: some,
    languages: some,
    queues: some,
    dispositions: some,
  }),
}) satisfies z.ZodType<Rate>;

export const rates = z.array(rate).default([]);

export const indexation = strict({
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

const steps = z.array(strict({ upTo: z.int().min(1).nullable().default(null), price })).min(1);
export const tiers = strict({ mode: z.enum(['graduated', 'allUnits']), steps });
export const packages = strict({ size: z.int().min(1), price });

interface WrittenPricing {
  readonly price?: string | undefined;
  readonly tiers?: z.output<typeof tiers> | undefined;
  readonly package?: z.output<typeof packages> | undefined;
}

/** Exactly one of `price`, `tiers`, `package`, or of those that are `allowed`. */
export function pricingOf(
  written: WrittenPricing,
  context: z.RefinementCtx,
  allowed = 'price, tiers, package',
): UnitPricing {
  const given = [written.price, written.tiers, written.package].filter((each) => each !== undefined);
  if (given.length !== 1) {
    const message = `has ${given.length} prices; allowed is one of: ${allowed}`;
    addFault(context, 'not-one-of-several', message);
  }
  if (written.tiers !== undefined) return written.tiers;
  if (written.package !== undefined) return { mode: 'package', ...written.package };
  return { mode: 'flat', price: written.price ?? '0' };
}
