import { z } from 'zod';
import { causes } from '#domain/unbilled/cause.js';
import type { UnbilledRow } from '#domain/unbilled/unbilled-sums.js';
import type { UnbilledReport } from '#pipeline/close/read-unbilled.js';

const amounts = {
  programme: z.string().nullable().describe('null: it belongs to none.'),
  agentMs: z.int().describe('Time of agents.'),
  contacts: z.int(),
  outcomes: z.int().describe('Subjects of business events.'),
};

export const unbilledAnswerSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    timeZone: z.string(),
    programme: z.string().nullable(),
    counted: z.array(z.object(amounts)).describe('What lines count, by programme.'),
    unbilled: z.array(
      z.object({
        cause: z.enum(causes),
        at: z.string().describe('The queue, agent, code, state or result that it stopped at; empty: none.'),
        ...amounts,
        estimates: z
          .array(z.object({ amount: z.string(), currency: z.string() }))
          .describe(
            'What an hour and a contact of the programme, or of those on the connection, earned on average over these periods.',
          ),
      }),
    ),
    refused: z
      .array(z.object({ reason: z.string(), records: z.int() }))
      .describe('Open refusals of any time.'),
    parked: z.array(z.object({ stage: z.enum(['meter', 'tally']), entities: z.int() })),
  })
  .meta({ id: 'Unbilled', description: 'All work of a span, counted or by the cause why not.' });

export type UnbilledAnswer = z.infer<typeof unbilledAnswerSchema>;

export function unbilledAnswer({
  counted,
  unbilled,
  refused,
  parked,
  ...span
}: UnbilledReport): UnbilledAnswer {
  return {
    ...span,
    counted: counted.map(amountsOf),
    unbilled: unbilled.flatMap(({ cause, at, estimates, ...row }) =>
      cause === null ? [] : [{ cause, at, ...amountsOf(row), estimates: [...estimates] }],
    ),
    refused: [...refused],
    parked: [...parked],
  };
}

function amountsOf({ programme, ms, contacts, outcomes }: Omit<UnbilledRow, 'cause' | 'at'>) {
  return { programme, agentMs: ms, contacts, outcomes };
}
