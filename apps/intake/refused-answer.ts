import { z } from 'zod';
import type { DeliveryRefusals } from '#pipeline/refusal-index.js';

/** Of one answer; `tallyline refused list` has all. */
export const maxRefusals = 100;

const refusalSchema = z
  .object({
    id: z.string().describe('For `tallyline refused show` and `redrive`.'),
    row: z.int().nullable().describe('Index of the row in the delivery; null: all of it.'),
    reason: z.string().describe('A stable code, e.g. `unknown-kind`.'),
    path: z.string().describe('The field that is at fault; empty: none in particular.'),
    message: z.string().describe('What is wrong and what to do; never the content of the delivery.'),
  })
  .meta({ id: 'Refusal', description: 'Why a delivery, or one row of it, could not be used.' });

export const refusedAnswerSchema = z.object({
  delivery: z.string(),
  total: z
    .int()
    .min(0)
    .describe('Number of its refused rows; 0: nothing of it is refused, or it is not read yet.'),
  refused: z
    .array(refusalSchema)
    .describe(`The first ${maxRefusals} of them, in the order of its rows; the last may sum up the rest.`),
});

export type RefusedAnswer = z.infer<typeof refusedAnswerSchema>;

export function refusedAnswer(delivery: string, { total, refusals }: DeliveryRefusals): RefusedAnswer {
  const refused = refusals.map(({ id, row, reason, path, message }) => ({ id, row, reason, path, message }));
  return { delivery, total, refused };
}
