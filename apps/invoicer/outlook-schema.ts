import { z } from 'zod';
import { dayNames } from '#domain/calendar/wall-clock.js';
import { runRateMethod } from '#domain/outlook/run-rate.js';
import { allowanceOrChargeKinds } from '#domain/pricing/invoice.js';
import type { OutlookAnswer, PricedAnswer, TargetAnswer } from '#pipeline/close/outlook-answer.js';

const decimal = z.string().describe('Decimal number; a string, so that nothing is lost in a float.');
const instant = z.string().describe("ISO 8601, by the clock of the contract's zone, with offset.");

const pricedSchema: z.ZodType<PricedAnswer> = z
  .object({
    net: decimal.describe('Without VAT, and without what an invoice would carry.'),
    lines: z.array(
      z.object({
        id: z.string(),
        line: z.string().describe('Line of the contract.'),
        name: z.string(),
        quantity: decimal,
        unit: z.enum(['SEC', 'DAY', 'MON', 'C62']).describe('UN/ECE Recommendation 20.'),
        amount: decimal,
      }),
    ),
    allowancesAndCharges: z.array(
      z.object({
        id: z.string(),
        clause: z.string(),
        kind: z.enum(allowanceOrChargeKinds),
        name: z.string(),
        amount: decimal,
      }),
    ),
  })
  .meta({ id: 'PricedPeriod', description: 'What a period costs by some sums.' });

const targetSchema: z.ZodType<TargetAnswer> = z
  .object({
    kind: z.enum(['tier', 'package', 'corridor', 'minimum', 'maximum', 'commitment', 'bonusStep']),
    clause: z.string().describe('Line whose units are counted, or clause of bonus and malus.'),
    name: z.string(),
    reaches: z.string().nullable().describe('The clause that is reached, where it is another one.'),
    kpi: z
      .object({ id: z.string(), counted: z.boolean().describe('Whether they are in the numerator too.') })
      .nullable(),
    units: z.int().describe('So many more reach it, and one less does not.'),
    unit: z.enum(['ms', 'units']),
    quantityKeys: z.array(z.string()).describe('Each of these sums has so many more then.'),
    worth: decimal.describe('What the period costs then, less what it costs now; without VAT.'),
    net: decimal.describe('What the period costs then.'),
    expected: z.int().nullable().describe('How many more the forecast counts; null: there is none.'),
    text: z.string().describe('As a sentence.'),
  })
  .meta({ id: 'Target', description: 'How much more reaches a threshold, all else as it is.' });

export const outlookSchema: z.ZodType<OutlookAnswer> = z
  .object({
    contract: z.string(),
    brand: z.string().nullable(),
    currency: z.string().describe('ISO 4217.'),
    period: z.string(),
    at: instant,
    endsAt: instant,
    method: z.object({
      name: z.literal(runRateMethod).describe('With its version; docs/forecast.md says what it does.'),
      elapsedDays: decimal.describe('Open days of the period under the terms in force, up to then.'),
      remainingDays: decimal,
      weekdays: z
        .array(z.enum(dayNames))
        .describe('That are open: on which there were contacts in four weeks.'),
      holidays: z.enum(['open', 'closed']),
      otherTermsFrom: instant.nullable().describe('Other terms hold from then on, which are not forecast.'),
    }),
    soFar: pricedSchema,
    forecast: pricedSchema.nullable().describe('null: less than one open day has elapsed.'),
    targets: z.array(targetSchema),
    cut: z.object({
      catalogue: z.string(),
      facts: z.array(z.int()).nullable(),
      journal: z.array(z.int()),
    }),
  })
  .meta({ id: 'Forecast', description: 'A period that lasts, as it is expected to end; no invoice.' });
