import { z } from 'zod';
import type { StandingAnswer } from '#pipeline/close/standing-answer.js';

const instant = z.string().describe("ISO 8601, by the clock of the contract's zone, with offset.");

const standingSchema: z.ZodType<StandingAnswer> = z
  .object({
    contract: z.string(),
    period: z.string(),
    state: z
      .enum(['open', 'grace', 'due', 'closed', 'adjusted'])
      .describe('`grace`: it is over, late events are waited for; `due`: to be closed now.'),
    revision: z.int().describe('The latest; 0: not closed.'),
    endsAt: instant,
    closesFrom: instant.describe('From when on a person can close it.'),
    dueAt: instant.nullable().describe('When it is closed by itself; null: a person closes it.'),
    held: z
      .object({ by: z.string(), reason: z.string(), at: z.iso.datetime() })
      .nullable()
      .describe('null: it is not held.'),
    requested: z
      .object({
        request: z.string(),
        revision: z.int(),
        by: z.string(),
        reason: z.string().nullable(),
        at: z.iso.datetime(),
      })
      .nullable()
      .describe('The close or adjustment that waits for a second person; null: none is asked for.'),
    waitsFor: z
      .object({ code: z.string(), detail: z.string(), since: z.iso.datetime() })
      .nullable()
      .describe(
        'Why it could not be closed by itself when it was due; null: nothing is known to be in the way.',
      ),
  })
  .meta({ id: 'PeriodStanding', description: 'Where a period of a contract stands.' });

export const standingsAnswerSchema = z.object({
  periods: z.array(standingSchema).describe('By contract, oldest first.'),
});
