import { z } from 'zod';
import { compileSchema } from '../compile-schema.js';
import { cleanText, optionalCount, optionalSeconds, optionalSigned, signed } from '../field-schemas.js';

/**
 * One call as Axialys Voice Management reports it. Durations in whole seconds; numbers may be text with
 * digits. Shape assumed from a live customer's connector, to be replaced by captured samples.
 */
const words = z
  .string({ error: 'must be text' })
  .max(256, { error: 'must be at most 256 characters' })
  .regex(cleanText, { error: 'must be text without control characters and half surrogate pairs' })
  .nullish();

export const callRow = compileSchema(
  z.object({
    /** Negative for outbound calls. */
    id_appel: signed,
    /** Arrival of the call, with an offset or in the connection's zone. */
    date: z.string({ error: 'must be a date such as 2026-11-20T10:09:48+01:00' }),
    caller_number: words,
    called_number: words,
    group_name: words,
    id_op: optionalCount,
    /** Labels of the call in any form, so never a reason to refuse it. */
    tags: z.unknown().optional(),
    status: words,
    /** Of the whole call; only compared with the sum of its parts. */
    duration: optionalSigned,
    /** In the IVR before the queue. It is negative where the platform's clock was set back. */
    duration_svi: optionalSigned,
    /** In the queue, ringing included. */
    duration_wait: optionalSeconds,
    duration_comm: optionalSeconds,
    duration_hold: optionalSeconds,
    post_appel: optionalSeconds,
  }),
);

export type CallRow = z.output<typeof callRow>;
