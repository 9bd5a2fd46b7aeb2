import { z } from 'zod';
import type { RefusedRecord } from '#wire/refused.js';

const openRefusalSchema = z
  .object({
    id: z.string().describe('For `POST /v1/refusals/redrive` and `tallyline refused show`.'),
    stage: z.enum(['normalizer', 'meter', 'tally']).describe('Which stage refused it.'),
    connection: z.string().nullable(),
    delivery: z.string().nullable().describe('Id of the delivery, as the answer 202 gave it.'),
    row: z.int().nullable().describe('Index of the row in the delivery; null: all of it.'),
    rows: z.int().min(1).describe('How many rows it stands for.'),
    reason: z.string().describe('A stable code, e.g. `unknown-kind`.'),
    path: z.string().describe('The field that is at fault; empty: none in particular.'),
    message: z.string().describe('What is wrong and what to do; never the content.'),
  })
  .meta({ id: 'OpenRefusal', description: 'A record, or rows of a delivery, that could not be used.' });

export const refusalsAnswerSchema = z.object({
  total: z.int().min(0).describe('Number of rows that are refused.'),
  byReason: z.array(z.object({ reason: z.string(), rows: z.int().min(1) })).describe('Most rows first.'),
  refusals: z.array(openRefusalSchema).describe('The newest of them, newest last.'),
});

export type RefusalsAnswer = z.infer<typeof refusalsAnswerSchema>;

/** `refusals`: oldest first. */
export function refusalsAnswer(refusals: readonly RefusedRecord[], limit: number): RefusalsAnswer {
  const rowsOf = (all: readonly RefusedRecord[]): number => all.reduce((sum, { rows = 1 }) => sum + rows, 0);
  const byReason = [...Map.groupBy(refusals, ({ reason }) => reason)]
    .map(([reason, all]) => ({ reason, rows: rowsOf(all) }))
    .toSorted((a, b) => b.rows - a.rows);
  const shown = refusals
    .slice(-limit)
    .map(({ id, stage, connection, delivery, row, rows = 1, reason, path, message }) => {
      return { id, stage, connection, delivery, row, rows, reason, path, message };
    });
  return { total: rowsOf(refusals), byReason, refusals: shown };
}
