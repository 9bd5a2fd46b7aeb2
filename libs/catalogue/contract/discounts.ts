import { z } from 'zod';
import type { CreditTerms } from '#domain/contract/discount.js';
import { strict } from '../zod-faults.js';
import { lineBase } from './bonus-malus.js';
import { over } from './commitments.js';
import { id, period, price, proration, ratio } from './words.js';

const month = period('must be a month such as 2026-03').optional();

/** What is given, and from when on: checked where all of a discount is known. */
const step = {
  rate: ratio.optional(),
  amount: price.optional(),
  above: price.optional(),
  atLeast: price.optional(),
};

export const discountSchema = strict({
  id,
  name: z.string().min(1).optional(),
  /** Lines, bonus or malus and discounts before it; without it all that is invoiced. */
  base: lineBase.optional(),
  over: over.optional(),
  /** Line whose volume the steps are held against. */
  volumeOf: id.optional(),
  ...step,
  steps: z.array(strict(step)).min(1).optional(),
  appliesTo: z.enum(['all', 'excess']).optional(),
  settle: z.enum(['atEnd', 'asReached']).optional(),
  from: month,
  to: month,
  proration,
}).transform(({ name, base = null, ...rest }) => ({ ...rest, base, name: name ?? rest.id }));

export type WrittenDiscount = z.output<typeof discountSchema>;

export const creditsSchema = strict({
  belowZero: z.enum(['carry', 'creditNote']).default('carry'),
  atEnd: z.enum(['creditNote', 'lapse']).optional(),
}) satisfies z.ZodType<CreditTerms>;
