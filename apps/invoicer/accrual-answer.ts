import { z } from 'zod';
import type { AccrualAnswer, AccruedTotal } from '#pipeline/close/accrual-answer.js';

const decimal = z.string().describe('Decimal number; a string, so that nothing is lost in a float.');
const reasons = ['judgedAtEnd', 'settledAtEnd', 'wholePeriod', 'windowOpen'] as const;

export const accrualSchema: z.ZodType<AccrualAnswer> = z
  .object({
    contract: z.string(),
    brand: z.string().nullable(),
    currency: z.string().describe('ISO 4217.'),
    at: z.string().describe("ISO 8601, by the clock of the contract's zone, with offset."),
    net: decimal.describe('Earned and not yet invoiced, without VAT: the sum of the parts.'),
    parts: z.array(
      z.object({
        kind: z
          .enum(['period', 'difference', 'waiting'])
          .describe(
            '`period`: not closed, as a close at the cut would price it, without what it carries; `difference`: of a ' +
              'closed period, what an adjustment would invoice; `waiting`: an adjustment whose lines no invoice has yet.',
          ),
        period: z.string(),
        state: z.enum(['open', 'grace', 'due']).nullable().describe('null: the period is closed.'),
        revision: z.int().nullable().describe('Of a difference the last one, of what waits its own.'),
        event: z.string().nullable().describe('Id of the event of the adjustment that waits.'),
        carriedBy: z.string().nullable().describe('Period whose invoice is to carry it.'),
        net: decimal,
      }),
    ),
    provisional: z.array(
      z.object({
        period: z.string(),
        clause: z.string().describe('Clause or line of the contract.'),
        name: z.string(),
        reason: z
          .enum(reasons)
          .describe(
            '`judgedAtEnd`: bonus, malus and the like of a period that lasts; `settledAtEnd`: discounts, limits and ' +
              'commitments of one; `wholePeriod`: an amount of the whole period, counted in full; `windowOpen`: ' +
              'resolutions that can still be taken back.',
          ),
        amount: decimal,
        accrued: z.boolean().describe('Whether it is in `net`; of open windows it is not.'),
      }),
    ),
    notes: z.array(
      z.object({
        code: z
          .literal('other-currency')
          .describe('It was invoiced in another one: what an adjustment would be is not in it.'),
        period: z.string(),
      }),
    ),
    cut: z
      .object({
        catalogue: z.string().describe('Version of the catalogue.'),
        facts: z.array(z.int()).nullable().describe('Of the facts, per partition; null: what was tallied.'),
        journal: z.array(z.int()).describe('Of the journal, per partition.'),
      })
      .describe('What it was made of: everything below these offsets.'),
  })
  .meta({ id: 'Accrual', description: 'What a contract has earned and not yet invoiced.' });

const totalSchema: z.ZodType<AccruedTotal> = z
  .object({
    brand: z.string().nullable(),
    currency: z.string(),
    net: decimal,
    provisional: decimal.describe('What of it is provisional.'),
  })
  .meta({ id: 'AccruedTotal', description: 'What is accrued in all of a brand and currency.' });

export const accrualsSchema = z.object({
  contracts: z.array(accrualSchema),
  totals: z.array(totalSchema).describe('By brand and currency.'),
});
