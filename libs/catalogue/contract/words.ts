import { z } from 'zod';
import { activityStates } from '#domain/activity/activity.js';
import { type Exclusion, nameOf } from '#domain/contract/exclusion.js';
import { hoursDefinitions, hoursLabel } from '#domain/scope/agent-hours.js';
import { contactStates } from '#domain/contract/measure.js';
import { anyPeriodForm } from '#domain/period/rhythm.js';
import { DURATION_FORMS, durationMs } from '../duration.js';
import { addFault, refusal, strict } from '../zod-faults.js';

/** The words that every section of a written contract uses, read into plain JSON of the domain. */

/** Begins with a letter, so that names of sums read back without doubt. */
export const id = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_.-]*$/, 'must be an id: a letter, then letters, digits, _ . or -')
  .max(60);

const quoted = 'write it as text in quotes';

const below10to12 = [
  (text: string): boolean => text.replace(/^-?0*|\..*$/g, '').length <= 12,
  refusal('out-of-range', 'must be below 1000000000000 (10^12)'),
] as const;

const tooFine = /^-?\d+\.\d{9,}$/;

/**
 * An amount or price that is never negative: below 10^12, with at most 8 decimals. So a price times a billion
 * units is exact in the 34 digits of our decimals.
 */
export const price = z
  .string()
  .regex(/^\d+(\.\d{1,8})?$/, {
    error: ({ input }) =>
      /^-[\d.]+$/.test(String(input))
        ? 'must not be below 0: write a discount, or an agreed credit as a fixed or one-off amount such as "-29.50"'
        : tooFine.test(String(input))
          ? 'must have at most 8 decimals'
          : `must be an amount of at least 0, such as "29.50"; ${quoted}`,
  })
  .refine(...below10to12);

/** The same, or an agreed credit below 0. */
export const amountOfLine = z
  .string()
  .regex(/^-?\d+(\.\d{1,8})?$/, {
    error: ({ input }) =>
      tooFine.test(String(input))
        ? 'must have at most 8 decimals'
        : `must be an amount such as "29.50" or "-29.50"; ${quoted}`,
  })
  .refine(...below10to12)
  .transform((text) => (/[1-9]/.test(text) ? text : text.replace(/^-/, '')));

/** A ratio that is never negative: "0.05" is 5 %. */
export const ratio = z.string().regex(/^\d+(\.\d{1,8})?$/, `must be a ratio such as "0.05" (5 %); ${quoted}`);

/** A ratio with a sign: "+0.02", "-0.03". */
export const signedRatio = z
  .string()
  .regex(/^[+-]?\d+(\.\d{1,8})?$/, `must be a ratio such as "+0.02" or "-0.03"; ${quoted}`)
  .transform((text) => text.replace(/^\+/, ''));

/** An amount with a sign: "+250.00", "-500.00". */
export const signedAmount = z
  .string()
  .regex(/^[+-]?\d{1,12}(\.\d{1,8})?$/, `must be an amount such as "+250.00" or "-500.00"; ${quoted}`)
  .transform((text) => text.replace(/^\+/, ''));

/** A value of a KPI: text, or a whole number. */
export const kpiValue = z
  .union([
    z.string().regex(/^[+-]?\d+(\.\d{1,8})?$/, 'must be a number such as 300 or "0.85"'),
    z.int().transform((value) => String(value)),
  ])
  .transform((text) => text.replace(/^\+/, ''));

export const duration = z.string().transform((text, context) => {
  const ms = durationMs(text);
  if (ms !== null) return ms;
  addFault(context, 'malformed-duration', `'${text}' must be ${DURATION_FORMS}`);
  return z.NEVER;
});

/** What becomes of what is agreed by month in a month that is covered in part. */
export const proration = z.enum(['calendarDays', 'none']).default('calendarDays');

/** A period of any rhythm, `2026-11`; a year is written as text, in quotes. */
export function period(message: string): z.ZodString {
  return z.string().regex(anyPeriodForm, message);
}

/** A local day, `2026-03-10`. */
export const day = z.string().transform((text, context) => {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && isDate(text)) return text;
  addFault(context, 'malformed-day', `'${text}' must be a day such as 2026-03-10`);
  return z.NEVER;
});

/** `07:00-20:00`; `24:00` is midnight at the end; a range over midnight (`21:00-06:00`) is two. */
export const times = z.array(z.string()).transform((texts, context) =>
  texts.flatMap((text) => {
    const match = /^([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)$/.exec(text);
    const [from, to] = match === null ? [0, 0] : [minutes(match[1], match[2]), minutes(match[3], match[4])];
    if (match === null || from === to || from >= fullDay || to > fullDay) {
      const message = `'${text}' must be a range of times such as 07:00-20:00 or 21:00-06:00`;
      addFault(context, 'malformed-times', message);
      return [];
    }
    if (from < to) return [range(from, to)];
    return to === 0 ? [range(from, fullDay)] : [range(0, to), range(from, fullDay)];
  }),
);

export const dayName = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun', 'holiday', 'siteHoliday']);

/** A state of an agent, on contacts or beside them. */
const state = z.enum([...contactStates, ...activityStates]);

const hours = new Map(hoursDefinitions.map((each) => [hoursLabel(each), each.states]));

const stateOrHours = z.array(z.enum([...state.options, ...hours.keys()]));

/** States, each once; `productive@1` stands for those of the named hours. */
export const states = stateOrHours.min(1).transform(expanded);
export const anyStates = stateOrHours.transform(expanded);

type State = z.infer<typeof state>;

function expanded(names: readonly string[]): State[] {
  return [...new Set(names.flatMap((name): readonly State[] => hours.get(name) ?? [name as State]))];
}

export const media = z.enum(['voice', 'callback', 'chat', 'email', 'message', 'other']);
export const direction = z.enum(['inbound', 'outbound', 'unknown']);

export const names = z.array(z.string().min(1)).min(1);

/** How often a subject counts that has an event more than once. */
export const perSubject = z.enum(['once', 'each']).default('once');

export const match = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({});

/**
 * Events that take another one of their subject out of what counts, whenever they happen or within a window.
 */
export const unless = z
  .array(
    z.union([
      z.string().min(1),
      strict({
        name: z.string().min(1),
        within: duration.refine((ms) => ms > 0, refusal('size-not-positive', 'must be above 0')),
      }).transform(({ name, within }) => ({ name, withinMs: within })),
    ]),
  )
  .superRefine((all, context) => {
    all.forEach((each, index) => {
      const isKnown = all.slice(0, index).some((other) => nameOf(other) === nameOf(each));
      if (isKnown)
        addFault(context, 'never-applies', `${nameOf(each)} is listed twice: write one of them`, [index]);
    });
  })
  .default([]) satisfies z.ZodType<readonly Exclusion[]>;

const fullDay = 24 * 60;

function minutes(hours: string | undefined, rest: string | undefined): number {
  return Number(hours) * 60 + Number(rest);
}

function range(from: number, to: number): { fromMs: number; toMs: number } {
  return { fromMs: from * 60_000, toMs: to * 60_000 };
}

export function isDate(text: string): boolean {
  try {
    Temporal.PlainDate.from(text, { overflow: 'reject' });
    return true;
  } catch (cause) {
    if (Error.isError(cause) && cause.name === 'RangeError') return false;
    throw cause;
  }
}
