import { z } from 'zod';

/**
 * Work that a close has seen and does not charge: the catalogue does not know where it belongs, no one has
 * approved it, or it is longer than is plausible and no one has confirmed it.
 */
export const omittedWorkKinds = ['unmappedQueue', 'unknownAgent', 'unapprovedWork', 'implausible'] as const;
export type OmittedWorkKind = (typeof omittedWorkKinds)[number];

const omittedWork = z.strictObject({
  kind: z
    .enum(omittedWorkKinds)
    .describe(
      'A queue of no programme, an agent whom the catalogue does not know, ad-hoc work without approval, or work longer than its connection allows.',
    ),
  id: z
    .string()
    .describe(
      'Of the platform, prefixed by the connection; of ad-hoc work its subject; of implausible work its own name.',
    ),
  contacts: z.int().describe('That waited there, or that the agent handled.'),
  durationMs: z.int().describe('Time of agents in it, within the period.'),
  adHoc: z
    .strictObject({
      units: z.int().nullable(),
      amount: z.string().nullable(),
      purpose: z.string().nullable(),
      purchaseOrder: z.string().nullable(),
      ticket: z.string().nullable(),
    })
    .optional()
    .describe('Of ad-hoc work: what is not approved beside its hours, and what it was for.'),
});

/** In the event: what follows from the journal, the catalogue and what its close has decided. */
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
      'What this contract would have charged more, had the queues been its own, the agents known, the work approved or confirmed.',
    ),
  parked: z
    .array(
      z.strictObject({
        stage: z.enum(['meter', 'tally']),
        refusal: z
          .string()
          .describe('Id of the refusal of its record; says what it is about to the outsourcer.'),
        reason: z.string().describe('Why an operator has left it out.'),
      }),
    )
    .optional()
    .describe(
      'Work that could not be counted and is left out by a decision; absent: none, or made by a version that did not write it down.',
    ),
  acceptedBecause: z.string().nullable().describe('Reason given at the close; null: nothing was left out.'),
});
export type Omissions = z.infer<typeof omissionsSchema>;
export type OmittedWork = z.infer<typeof omittedWork>;

/**
 * In the close: also what was refused when it was made, and has not been sent again since; and what a stage
 * has parked and an operator has decided to leave out.
 */
export const closeOmissionsSchema = z.object({
  ...omissionsSchema.shape,
  refused: z.array(z.object({ reason: z.string(), records: z.int() })),
  parked: z
    .array(
      z.object({
        stage: z.enum(['meter', 'tally']),
        entity: z.string(),
        refusal: z.string(),
        author: z.string(),
        reason: z.string(),
      }),
    )
    .default([]),
});
export type CloseOmissions = z.infer<typeof closeOmissionsSchema>;

export function isNothing({
  work,
  refused,
  parked,
}: Pick<CloseOmissions, 'work' | 'refused' | 'parked'>): boolean {
  return work.length + refused.length + parked.length === 0;
}
