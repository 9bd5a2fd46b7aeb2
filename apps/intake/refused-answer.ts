import { z } from 'zod';
import type { RefusedRecord } from '#wire/refused.js';

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
  refused: z.array(refusalSchema).describe('Empty: nothing of it is refused, or it has not been read yet.'),
});

export type RefusedAnswer = z.infer<typeof refusedAnswerSchema>;

export function refusedAnswer(delivery: string, refusals: readonly RefusedRecord[]): RefusedAnswer {
  const refused = refusals.map(({ id, row, reason, path, message }) => ({ id, row, reason, path, message }));
  return { delivery, refused };
}
