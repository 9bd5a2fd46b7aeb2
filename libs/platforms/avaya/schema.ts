import { z } from 'zod';
import { compileSchema } from '../compile-schema.js';
import { cleanText, longestSeconds, mustBe } from '../field-schemas.js';

/**
 * One row of Avaya CMS external call history: one segment of a call, i.e. one agent's part or one abandoned
 * wait. Times in whole seconds, flags 0 or 1. Numbers may be text with digits; -1 says "none" in any field.
 * Ids are text: as a number a UCID of 20 digits has already lost some, and a login or a caller may have lost
 * a leading 0.
 *
 * Fields have the names of recent releases; those that earlier ones call otherwise stand beside them.
 */
const idText = z.string({ error: 'must be text (as a number it may have lost digits)' }).max(64);
const textId = z.preprocess(
  minusOneToNull,
  idText
    .regex(cleanText, { error: 'must be text without control characters and half surrogate pairs' })
    .nullish(),
);
const contactUcid = z.preprocess(
  minusOneToNull,
  idText
    .regex(/^[^\p{Cc}\p{Cs}/]*$/u, {
      error: 'must be text without /, control characters and half surrogate pairs',
    })
    .nullish(),
);

const number = z.preprocess(digitsToNumber, whole(Number.MAX_SAFE_INTEGER, '').nullish());
const seconds = z.preprocess(digitsToNumber, whole(longestSeconds, ' of seconds').nullish());
/** In every row; what is empty is missing, while -1 is an answer. */
const ownNumber = z.preprocess(presentNumber, whole(Number.MAX_SAFE_INTEGER, '').nullable());
const ownSeconds = z.preprocess(presentNumber, whole(longestSeconds, ' of seconds').nullable());

/** A text is read as a date and time afterwards. */
const beginForm = mustBe('a whole number of seconds since 1970-01-01 UTC, or a date and time as text');
const begin = z.preprocess(
  digitsToNumber,
  z.union([z.int().min(0), z.string().max(40)], beginForm).nullish(),
);

export const echRow = compileSchema(
  z.object({
    acd: number,
    acdnum: number,
    callid: number,
    ucid: contactUcid,
    segment: ownNumber,
    /** Begin of the segment: seconds since 1970, or a time in UTC. */
    segstart_utc: begin,
    /** The same: seconds since 1970, or a time by the clock of the switch. */
    segstart: begin,
    /** From arrival to disposition: vector, then queue, then ring. */
    disptime: ownSeconds,
    queuetime: ownSeconds,
    ringtime: ownSeconds,
    /** The whole segment without after-call work. */
    duration: seconds,
    /** Without hold. */
    talktime: seconds,
    /** On a call that an agent made: talk of that agent. */
    consulttime: seconds,
    /** Hold by the answering agent. */
    ansholdtime: seconds,
    onholdtime: seconds,
    /** Hold by the agent who made the call. */
    origholdtime: seconds,
    /** After-call work; the row is written once it is over. */
    acwtime: seconds,
    calldisp: ownNumber,
    dispsplit: number,
    /** The splits that the call was queued to. */
    split1: number,
    split2: number,
    split3: number,
    anslogin: textId,
    anslogid: textId,
    origlogin: textId,
    origlogid: textId,
    calling_pty: textId,
    callingparty: textId,
    dialed_num: textId,
    dialednumber: textId,
    transferred: number,
    /** First call work code: the disposition. */
    cwc1: textId,
    cwcs0: textId,
    observingcall: number,
  }),
);

export type EchRow = z.output<typeof echRow>;

function minusOneToNull(value: unknown): unknown {
  return value === '-1' || value === -1 ? null : value;
}

function whole(max: number, unit: string): z.ZodInt {
  const what = mustBe(`a whole number${unit} from 0 to ${max}, or -1 for none`);
  return z.int(what).min(0, what).max(max, what);
}

/** Files give numbers as text. Anything but plain digits stays what it is. */
function digitsToNumber(value: unknown): unknown {
  if (value === -1) return null;
  if (typeof value !== 'string') return value;
  const trimmed = value.trim();
  if (trimmed === '' || trimmed === '-1') return null;
  return /^\d{1,15}$/.test(trimmed) ? Number(trimmed) : value;
}

function presentNumber(value: unknown): unknown {
  const isEmpty = value === null || (typeof value === 'string' && value.trim() === '');
  return isEmpty ? undefined : digitsToNumber(value);
}
