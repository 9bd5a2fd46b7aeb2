import { z } from 'zod';
import { activityStates } from '#domain/activity/activity.js';
import {
  type OutcomeDefinition,
  type OutcomeField,
  type OutcomeFields,
  type OutcomeFieldType,
  outcomeFields,
} from '#domain/outcome/fields.js';
import { anyPeriodForm } from '#domain/period/rhythm.js';
import { compileSchema } from '../compile-schema.js';
import { cleanText, count, id, optionalCount, mustBe, signed, text } from '../field-schemas.js';

/** The members of a CloudEvents 1.0 event that are checked; extensions that nothing reads are ignored. */
export const envelope = compileSchema(
  z.object({
    id,
    /** A URI reference; with `id` it says which event this is. */
    source: z
      .string(mustBe(sourceForm()))
      .min(1, mustBe(sourceForm()))
      .max(2048, mustBe(sourceForm()))
      .regex(cleanText, mustBe(sourceForm())),
    subject: text,
    time: text,
    /** Extension: of two events with one source and id the higher one counts. */
    revision: optionalCount,
    datacontenttype: text,
    data: z.record(z.string(), z.unknown(), mustBe('an object, the data of the event')),
  }),
);

/** The fields that any outcome may have: whose it is, and who is meant. */
export const assignmentFields = compileSchema(
  z.object({ programme: text, queue: text, agent: text, contact: text, customer: text }),
);

const instant = z.string(mustBe(instantForm())).max(64, mustBe(instantForm()));

export const activity = compileSchema(
  z.object({
    agent: id,
    state: z.enum(activityStates, mustBe(`one of ${activityStates.join(', ')}`)),
    startedAt: instant,
    endedAt: instant,
    queue: text,
    programme: text,
  }),
);

export interface OutcomeFormat {
  readonly fields: OutcomeFields;
  readonly schema: z.ZodType<Readonly<Record<string, unknown>>>;
}

/**
 * The fields of an event by its name, made at first use; undefined: the name is neither known nor defined.
 */
export function formatOf(name: string, definitions: readonly OutcomeDefinition[]): OutcomeFormat | undefined {
  let formats = formatsOf.get(definitions);
  if (formats === undefined) formatsOf.set(definitions, (formats = new Map<string, OutcomeFormat>()));
  const known = formats.get(name);
  if (known !== undefined) return known;
  const fields = outcomeFields(definitions).get(name);
  if (fields === undefined) return undefined;
  const shape = Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, schemaOf(field)]));
  const format = { fields, schema: compileSchema(z.object(shape)) };
  formats.set(name, format);
  return format;
}

/** The key is the list of a catalogue, which never changes. */
const formatsOf = new WeakMap<readonly OutcomeDefinition[], Map<string, OutcomeFormat>>();

function schemaOf({ type, required }: OutcomeField): z.ZodType {
  return required ? types[type] : types[type].nullish();
}

/** Enough digits for any amount, and so few that hundredths of it are an exact integer. */
const decimalForm = /^[+-]?\d{1,12}(\.\d{1,8})?$/;
const decimalSays = mustBe('a decimal number as text in quotes, such as "49.90", so that nothing is rounded');
const quantitySays = mustBe(
  'a number of at least 0 with at most 5 decimals, as text in quotes such as "7.5"',
);
const numberSays = mustBe('a number such as 4 or 87.5');

/** A number that prints as plain digits (no exponent); text with such digits is one too. */
const number = z.preprocess(
  (value) => (typeof value === 'string' && decimalForm.test(value) ? Number(value) : value),
  z.number(numberSays).refine((value) => decimalForm.test(String(value)), numberSays),
);

const types: Readonly<Record<OutcomeFieldType, z.ZodType>> = {
  decimal: z.string(decimalSays).regex(decimalForm, decimalSays),
  quantity: z.string(quantitySays).regex(/^\d{1,9}(\.\d{1,5})?$/, quantitySays),
  integer: signed,
  count,
  number,
  score: z.union([z.boolean(), number], mustBe('a number, or true or false')),
  period: z
    .string(mustBe('a period such as 2026-11 or 2026-W45'))
    .regex(anyPeriodForm, mustBe('a period such as 2026-11 or 2026-W45')),
  text: id,
  boolean: z.boolean(mustBe('true or false')),
};

function sourceForm(): string {
  return 'where the event comes from, as text of 1 to 2048 characters, none of them a control character or half a surrogate pair';
}

function instantForm(): string {
  return 'an instant with its offset, such as 2026-11-20T10:05:04Z';
}
