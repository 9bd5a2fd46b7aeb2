import { z } from 'zod';
import { cleanText, mustBe } from '../field-schemas.js';
import { compileSchema } from '../compile-schema.js';
import { dateForms } from './local-times.js';

const word = (what: string) =>
  z.string(mustBe(what)).min(1, mustBe(what)).max(128, mustBe(what)).regex(cleanText, mustBe(what));
const dayText = 'a day such as 2026-03-02';
const day = z
  .string(mustBe(dayText))
  .regex(/^\d{4}-\d\d-\d\d$/, mustBe(dayText))
  .refine(isDay, mustBe(dayText));
const placeText = 'a heading of the file, or a place from 1';
const column = z.union([word(placeText), z.int().min(1).max(1_000)], mustBe(placeText));

const common = {
  source: z.literal('schedules'),
  /** With its offset. */
  publishedAt: z.string(mustBe('an instant with its offset')),
  /** Of two files with one `publishedAt` the higher one counts. */
  revision: z.int(mustBe('a whole number')).min(0, mustBe('a whole number')).default(0),
  /** Connection whose ids of agents the file has; left out: this one. */
  agentsOf: word('the id of a connection').optional(),
  /** Local days of which the file says all about the agents that it names. */
  covers: z.object({ from: day, to: day }, mustBe('an object with from and to')).optional(),
  file: z.string(mustBe('the text of the file')),
};

const formats = 'aspect or iex';

/** A delivery of a planner's file. */
export const delivered = compileSchema(
  z.discriminatedUnion(
    'format',
    [
      z.object({
        ...common,
        format: z.literal('aspect'),
        agentColumn: word('the name of a column').default('acd_login_id'),
        containers: z.array(word('a code'), mustBe('a list of codes')).max(100).default(['SHIFT']),
      }),
      z.object({
        ...common,
        format: z.literal('iex'),
        columns: z.object(
          { agent: column, date: column, start: column, stop: column, code: column, rank: column.optional() },
          mustBe('an object with agent, date, start, stop and code'),
        ),
        dateForm: z.enum(dateForms, mustBe(`one of ${dateForms.join(', ')}`)),
      }),
    ],
    mustBe(formats),
  ),
);

export type ScheduleDelivery = z.output<typeof delivered>;

function isDay(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
