import { z } from 'zod';

/**
 * The kinds of fields that platforms send, each with a message that says what is allowed and never what was
 * there: a value may be a customer's number. Objects are read leniently: unknown fields are ignored (the
 * exact bytes stay in `telephony.raw`), words of an enumeration are plain text here and looked up afterwards.
 */

/** Longest plausible duration: a message conversation of a year. Longer is a fault of the sender. */
const longestMs = 366 * 86_400_000;
export const longestSeconds = longestMs / 1000;

/**
 * Text without control characters (a NUL ends a text for other programs) and without half a surrogate pair,
 * which has no UTF-8: two ids that differ in nothing else would become one in log and store.
 */
export const cleanText = /^[^\p{Cc}\p{Cs}]*$/u;

/** An id as text; never a number, which loses leading zeros and, from 2^53 on, digits. */
export const id = z
  .string(mustBe(idForm()))
  .min(1, mustBe(idForm()))
  .max(256, mustBe(idForm()))
  .regex(cleanText, mustBe(idForm()));

/**
 * An id of a contact: entities of other kinds (outcomes, activities, timelines, ...) have a slash in theirs.
 */
export const contactId = id.regex(/^[^/]*$/, mustBe(contactForm()));

/** A word of an enumeration, an id that may be missing or another short text; empty is missing too. */
export const text = z
  .string(mustBe(shortForm()))
  .max(256, mustBe(shortForm()))
  .regex(cleanText, mustBe(shortForm()))
  .nullish();

/** A number, URI or name of a party: of any length, and never repeated anywhere. */
export const address = z.string(mustBe('text')).nullish();

export const milliseconds = whole('milliseconds', longestMs).nullish();

/** UTC epoch ms. Whole: a platform's clock has no finer step, so a fraction is a fault and not rounded. */
export const epochMs = z.int(mustBe('whole milliseconds since 1970-01-01 UTC, as a number'));

/** Whole seconds, also as digits in text; empty text is missing. */
export const seconds = z.preprocess(digitsToNumber, whole('seconds', longestSeconds));
export const optionalSeconds = z.preprocess(digitsToNumber, whole('seconds', longestSeconds).nullish());

/** A whole number that counts or names something small, also as digits in text; empty text is missing. */
export const count = z.preprocess(digitsToNumber, whole('', Number.MAX_SAFE_INTEGER));
export const optionalCount = z.preprocess(digitsToNumber, whole('', Number.MAX_SAFE_INTEGER).nullish());

/** A whole number of either sign, also as digits in text. */
export const signed = z.preprocess(digitsToNumber, z.int(mustBe('a whole number')));
export const optionalSigned = z.preprocess(digitsToNumber, z.int(mustBe('a whole number')).nullish());

function whole(unit: string, max: number): z.ZodInt {
  const what = mustBe(`a whole number${unit === '' ? '' : ` of ${unit}`} from 0 to ${max}`);
  return z.int(what).min(0, what).max(max, what);
}

function idForm(): string {
  return 'an id as text of 1 to 256 characters, none of them a control character or half a surrogate pair';
}

function contactForm(): string {
  return 'an id without /';
}

function shortForm(): string {
  return 'text of at most 256 characters, none of them a control character or half a surrogate pair';
}

/** The message of a field: that it is missing, or what it must be; never what was there. */
export function mustBe(what: string): { error: (issue: { readonly input?: unknown }) => string } {
  return {
    error: (issue) => (issue.input === undefined ? `is missing; it must be ${what}` : `must be ${what}`),
  };
}

/** Shippers that read CSV send numbers as text. Anything but plain digits stays what it is and is refused. */
function digitsToNumber(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const trimmed = value.trim();
  if (trimmed === '') return null;
  return /^-?\d{1,15}$/.test(trimmed) ? Number(trimmed) : value;
}
