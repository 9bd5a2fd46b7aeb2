import { z } from 'zod';
import { compileSchema } from '../compile-schema.js';
import { cleanText, count, optionalCount, optionalSeconds, seconds } from '../field-schemas.js';

/**
 * One row of Avaya CMS external call history: one segment of a call, i.e. one agent's part or one abandoned
 * wait. Times in whole seconds, flags 0 or 1. Numbers may be text with digits. Ids are text: as a number a
 * UCID of 20 digits has already lost some, and a login or a caller may have lost a leading 0.
 */
const textId = z
  .string({ error: 'must be text (as a number it may have lost digits)' })
  .max(64)
  .regex(cleanText, { error: 'must be text without control characters and half surrogate pairs' })
  .nullish();

const contactUcid = z
  .string({ error: 'must be text (as a number it may have lost digits)' })
  .max(64)
  .regex(/^[^\p{Cc}\p{Cs}/]*$/u, {
    error: 'must be text without /, control characters and half surrogate pairs',
  })
  .nullish();

export const echRow = compileSchema(
  z.object({
    acd: count,
    callid: optionalCount,
    ucid: contactUcid,
    segment: count,
    /** Begin of the segment, seconds since 1970 UTC. */
    segstart_utc: count,
    /** From arrival to disposition: vector, then queue, then ring. */
    disptime: seconds,
    queuetime: seconds,
    ringtime: seconds,
    /** Without hold. */
    talktime: optionalSeconds,
    /** Hold by the answering agent. */
    ansholdtime: optionalSeconds,
    /** After-call work; the row is written once it is over. */
    acwtime: optionalSeconds,
    calldisp: count,
    dispsplit: optionalCount,
    anslogin: textId,
    origlogin: textId,
    calling_pty: textId,
    transferred: optionalCount,
    /** First call work code: the disposition. */
    cwc1: textId,
    observingcall: optionalCount,
  }),
);

export type EchRow = z.output<typeof echRow>;
