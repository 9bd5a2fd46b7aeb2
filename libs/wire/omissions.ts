import { z } from 'zod';

/** Work that a close has seen and does not charge, because the catalogue does not know where it belongs. */
export const omittedWorkKinds = ['unmappedQueue', 'unknownAgent'] as const;
export type OmittedWorkKind = (typeof omittedWorkKinds)[number];

const omittedWork = z.strictObject({
  kind: z
    .enum(omittedWorkKinds)
    .describe('A queue of no programme, or an agent whom the catalogue does not know.'),
  id: z.string().describe('Of the platform, prefixed by the connection.'),
  contacts: z.int().describe('That waited there, or that the agent handled.'),
  durationMs: z.int().describe('Time of agents in it, within the period.'),
});

/** In the event: what follows from the journal and the catalogue alone. */
export const omissionsSchema = z.strictObject({
  work: z.array(omittedWork),
  estimatedValues: z
    .array(
      z.strictObject({
        kind: z.enum(omittedWorkKinds),
        totalWithoutVat: z.strictObject({ amount: z.string(), currency: z.string() }),
      }),
    )
    .describe(
      'What this contract would have charged more, had the queues been its own and the agents known.',
    ),
  acceptedBecause: z.string().nullable().describe('Reason given at the close; null: nothing was left out.'),
});
export type Omissions = z.infer<typeof omissionsSchema>;
export type OmittedWork = z.infer<typeof omittedWork>;

/** In the close: also what was refused when it was made, and has not been sent again since. */
export const closeOmissionsSchema = z.object({
  ...omissionsSchema.shape,
  refused: z.array(z.object({ reason: z.string(), records: z.int() })),
});
export type CloseOmissions = z.infer<typeof closeOmissionsSchema>;

export function isNothing({ work, refused }: Pick<CloseOmissions, 'work' | 'refused'>): boolean {
  return work.length === 0 && refused.length === 0;
}
