import { z } from 'zod';
import { parseJson } from './parse-json.js';
import { actorSchema, trailEntry } from './period-acts.js';

/** Who decided an act, and why. */
const authored = {
  author: z.string().min(1),
  reason: z.string().min(1),
  /** UTC epoch ms. */
  at: z.int(),
  /** By which way it came in; absent: made by a version that did not write it down. */
  actor: actorSchema.optional(),
  trailEntry,
};

const value = z.union([z.number(), z.string()]).nullable();

const operatorAct = z.discriminatedUnion('act', [
  /** Closes no longer wait for a parked entity: they leave it out, and say so. */
  z.object({
    act: z.literal('parked-left-out'),
    ...authored,
    stage: z.enum(['meter', 'tally']),
    entity: z.string(),
    /** Of the stage's topic: where it was parked. Parked elsewhere, it waits for another decision. */
    partition: z.int().nonnegative(),
    offset: z.int().nonnegative(),
  }),
  /** Sums of a tally that were not what the journal says are set to that. */
  z.object({
    act: z.literal('sums-repaired'),
    ...authored,
    keyspace: z.string(),
    partition: z.int().nonnegative(),
    differing: z.int().positive(),
    /** The first of them, with both values when the act was decided. */
    drifts: z.array(
      z.object({ key: z.string(), field: z.string().nullable(), journal: value, tally: value }),
    ),
  }),
  /** States of the meter that are not what kept states, journal and facts make are set to that. */
  z.object({
    act: z.literal('meter-repaired'),
    ...authored,
    partition: z.int().nonnegative(),
    differing: z.int().positive(),
    /** The first of them, when the act was decided. */
    differences: z.array(
      z.object({
        kind: z.enum(['entity', 'hours', 'head', 'parked']),
        name: z.string(),
        rebuilt: z.string().nullable(),
        stored: z.string().nullable(),
      }),
    ),
  }),
  /** What named a person was erased: deliveries, and what of them was refused. Never which person. */
  z.object({
    act: z.literal('person-erased'),
    ...authored,
    deliveries: z.int().nonnegative(),
    refused: z.array(z.object({ connection: z.string().nullable(), reason: z.string(), records: z.int() })),
  }),
]);

/**
 * What an operator has decided about the state of the installation, one record for each act, kept for ever.
 * What comes into force in another way has a topic of its own: catalogues, keys, closes.
 */
export type OperatorAct = z.infer<typeof operatorAct>;

export type Authored = Pick<OperatorAct, 'author' | 'reason' | 'at' | 'actor'>;

export function encodeOperatorAct(act: OperatorAct): string {
  return JSON.stringify(act);
}

/** null: the record is none of these. */
export function decodeOperatorAct(text: string): OperatorAct | null {
  const parsed = operatorAct.safeParse(parseJson(text));
  return parsed.success ? parsed.data : null;
}
