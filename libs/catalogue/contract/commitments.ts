import { z } from 'zod';
import { commitmentSpans } from '#domain/contract/commitment-span.js';
import type { Commitment } from '#domain/contract/commitment.js';
import { strict } from '../zod-faults.js';
import { id, price, proration } from './words.js';

/** Months that share what is agreed for all of them. */
export const over = z.enum(commitmentSpans);

const common = { id, name: z.string().min(1).optional(), over, proration };

const volume = strict({
  kind: z.literal('volume'),
  ...common,
  line: id,
  /** In the unit of the line: hours, minutes, contacts. */
  minimumVolume: price,
  shortfallPrice: price,
}).transform(({ name, ...rest }) => ({ ...rest, name: name ?? rest.id }));

const amount = strict({
  kind: z.literal('amount'),
  ...common,
  base: z.array(id).min(1).nullable().default(null),
  minimum: price.nullable().default(null),
  maximum: price.nullable().default(null),
}).transform(({ name, ...rest }) => ({ ...rest, name: name ?? rest.id }));

export const commitmentSchema = z.discriminatedUnion('kind', [
  volume,
  amount,
]) satisfies z.ZodType<Commitment>;
