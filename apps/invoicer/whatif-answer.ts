import { z } from 'zod';

const amount = z.string().describe('A decimal, in the currency of the draft.');
const maybe = amount.nullable();
const comparison = { present: maybe, draft: maybe, difference: maybe };
const point = z.strictObject({
  below: z.string(),
  above: z.string(),
  differenceBelow: maybe,
  differenceAbove: maybe,
});

/** As `whatIfJson` writes it. */
export const whatIfAnswerSchema = z
  .strictObject({
    draft: z.string(),
    present: z.string().nullable().describe('The contract that it is compared with; null: there is none.'),
    currency: z.string(),
    from: z.string(),
    to: z.string(),
    total: z.strictObject(comparison),
    months: z.array(
      z.strictObject({
        period: z.string(),
        presentIs: z.string().nullable().describe('Whether `present` was invoiced or is computed.'),
        ...comparison,
        lines: z.array(z.strictObject({ line: z.string(), ...comparison })),
        notes: z.array(z.unknown()),
      }),
    ),
    observed: z
      .array(z.looseObject({ period: z.string(), kpis: z.array(z.looseObject({ id: z.string() })) }))
      .describe('What the work of each period was, by the KPIs of the programme.'),
    breakEvens: z
      .array(
        z.strictObject({
          driver: z.string(),
          unit: z.string(),
          now: z.string(),
          range: z.strictObject({ low: z.string(), high: z.string() }),
          differenceLow: maybe,
          differenceHigh: maybe,
          points: z.array(point),
        }),
      )
      .describe(
        'By driver: between which of its values the draft comes to cost the same as the present contract.',
      ),
    clauses: z
      .array(
        z.strictObject({
          kind: z.string(),
          id: z.string(),
          total: maybe,
          months: z.array(z.strictObject({ period: z.string(), effect: maybe })),
        }),
      )
      .describe('What each clause of the draft adds.'),
  })
  .describe('What past periods would have cost under a draft.');
