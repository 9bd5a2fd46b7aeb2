import { z } from 'zod';
import type { Verification } from '#pipeline/close/verify-close.js';

const part = z.enum(['code', 'node', 'timeZones', 'holidays']);

export const verificationSchema = z.object({
  status: z.enum(['same', 'differs']),
  contract: z.string(),
  period: z.string(),
  revision: z.int(),
  digest: z.string().describe('SHA-256 of the event, hex.'),
  cut: z.object({
    catalogue: z.string().describe('Version of the catalogue.'),
    facts: z.array(z.int()).describe('Per partition of the facts: everything below this offset.'),
    heads: z
      .array(z.string())
      .nullable()
      .describe('Per partition of the facts: head of the hash chain; null: the close does not say.'),
    journal: z.array(z.int()).describe('Per partition of the journal: all of its postings lie below.'),
  }),
  first: z
    .object({ path: z.string(), closed: z.string().nullable(), here: z.string().nullable() })
    .nullable()
    .describe('The first member with another value, as JSON; null: there is none.'),
  software: z
    .array(z.object({ part, closed: z.string(), here: z.string() }))
    .describe('What this process has in another version than the one that closed.'),
});

export type VerificationAnswer = z.infer<typeof verificationSchema>;

export function verificationAnswer(
  verified: Exclude<Verification, { status: 'unknownRevision' }>,
): VerificationAnswer {
  const { contract, period, revision, digest, cut } = verified.close;
  return {
    status: verified.status,
    contract,
    period,
    revision,
    digest,
    cut: {
      catalogue: cut.catalogue,
      facts: [...cut.facts],
      heads: cut.heads === null ? null : [...cut.heads],
      journal: [...cut.journal],
    },
    first: verified.status === 'differs' ? verified.first : null,
    software: [...verified.software],
  };
}
