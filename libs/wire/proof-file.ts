import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { parseJson } from './parse-json.js';

/**
 * A proof is a text file, a part a line: the digest of the part, a space, the part as JSON. In this order:
 * the head; the event; the contract; the events of the revisions before; those of the adjustments that the
 * event carries; the leaves by item and pseudonym; the end, which binds all lines before it.
 */
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const object = z.record(z.string(), z.unknown());

const proofPart = z.discriminatedUnion('part', [
  z.strictObject({
    part: z.literal('head'),
    format: z.literal('tallyline-proof/1'),
    /** Of the bytes of the event. */
    event: digest,
    /**
     * Where the journal stood: how much of the facts was known, and the heads of their chains of postings.
     */
    cut: z.strictObject({
      catalogue: z.string(),
      facts: z.array(z.int()),
      heads: z.array(z.string()).nullable(),
      journal: z.array(z.int()),
    }),
  }),
  z.strictObject({ part: z.literal('event'), event: object }),
  z.strictObject({ part: z.literal('contract'), contract: object }),
  z.strictObject({ part: z.literal('before'), event: object }),
  z.strictObject({ part: z.literal('carried'), event: object }),
  z.strictObject({
    part: z.literal('leaf'),
    item: z.string(),
    pseudonym: digest,
    salt: digest,
    sums: z.record(z.string(), z.int()),
  }),
  z.strictObject({
    part: z.literal('end'),
    /** How many lines come before. */
    lines: z.int(),
    /**
     * Binds the digests of these lines: SHA-256 of the one so far and that of the line, from that of nothing
     * on.
     */
    digest,
    /** Of that digest, by the outsourcer; null: it is not signed. */
    signature: z.string().nullable(),
  }),
]);

export type ProofPart = z.output<typeof proofPart>;

export function encodeProofPart(part: ProofPart): { readonly line: string; readonly digest: string } {
  const text = canonicalJson(part);
  const own = hash('sha256', text);
  return { line: `${own} ${text}\n`, digest: own };
}

/** `line`: without its end. null: the digest is not that of the part, or the part is none. */
export function decodeProofPart(line: string): { readonly part: ProofPart; readonly digest: string } | null {
  const text = line.slice(65);
  const own = hash('sha256', text);
  if (line.slice(0, 65) !== `${own} `) return null;
  const part = proofPart.safeParse(parseJson(text));
  return part.success ? { part: part.data, digest: own } : null;
}
