import { z } from 'zod';
import { activityStates } from '#domain/activity/activity.js';
import type { Example, ExampleAgent, Given, GivenContact } from '#domain/metering/example.js';
import { breakingOutcomes } from '#domain/fact/breaking-outcomes.js';
import { agentKinds } from '#domain/contract/agent-kind.js';
import { type PeriodFrame, periodsOf } from '#domain/period/contract-periods.js';
import { periodNouns } from '#domain/period/rhythm.js';
import { fault, type Fault, type Path } from '../fault.js';
import { addFault, refusal, strict } from '../zod-faults.js';
import { direction, duration, media, period } from './words.js';
import { foreignPeriodFaults } from './checks/period-border.js';
import { durationMs } from '../duration.js';
import { INSTANT_FORMS, instantMs } from '../instant.js';

const word = z.string().min(1);
const words = z.array(word).default([]);

const agent = strict({
  code: word.optional(),
  kind: z.enum(agentKinds).optional(),
  grade: word.nullable().default(null),
  site: word.nullable().default(null),
  country: word.nullable().default(null),
  skills: words,
  languages: words,
}).transform(({ code, kind, ...rest }): ExampleAgent => ({
  ...rest,
  ...(code !== undefined && { code }),
  ...(kind === 'machine' && { kind }),
}));

/** A duration, also as spoken: `3min10s`, `1h 30min`. */
const spoken = z.string().transform((text, context) => {
  const ms = durationMs(text) ?? sumOfParts(text);
  if (ms !== null) return ms;
  addFault(context, 'malformed-duration', `'${text}' must be a duration such as 3min10s, 90s or PT3M10S`);
  return z.NEVER;
});

const none = spoken.default(0);

/** One contact. Handled unless it was abandoned; its customer is known, and did not call again. */
const contact = strict({
  queue: word.nullable().default(null),
  at: word,
  media: media.default('voice'),
  direction: direction.default('inbound'),
  result: z.enum(['answered', 'abandoned', 'flowOut']).default('answered'),
  wait: none,
  dial: none,
  talk: none,
  hold: none,
  acw: none,
  agent: agent.prefault({}),
  disposition: word.nullable().default(null),
  transferred: z.boolean().default(false),
  customer: z.enum(['known', 'unknown']).default('known'),
  nextAfter: duration.nullable().default(null),
  previousBefore: duration.nullable().default(null),
  /** Outcomes of the customer, and how long after the end of the contact they come. */
  outcomesAfter: z.partialRecord(z.enum(breakingOutcomes), duration).default({}),
  /** By a machine, to a person. */
  handedOver: z.boolean().default(false),
});

const event = strict({
  name: word,
  at: word,
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

const work = strict({
  state: z.enum(activityStates),
  at: word,
  for: spoken,
  queue: word.nullable().default(null),
  agent: agent.prefault({}),
});

const given = strict({
  contact: contact.optional(),
  events: z.array(event).min(1).optional(),
  work: work.optional(),
  /** Of events: the queue their subject belongs to and the agent who caused them. */
  queue: word.nullable().default(null),
  agent: agent.nullable().default(null),
  times: z.int().min(1).default(1),
}).refine(
  (one) => [one.contact, one.events, one.work].filter((part) => part !== undefined).length === 1,
  refusal('not-one-of-several', 'must have one of: contact, events, work'),
);

const amount = z
  .string()
  .regex(/^-?\d+(\.\d{1,8})?$/, 'must be an amount such as "1.87"; write it as text in quotes');

export const exampleSchema = strict({
  says: word,
  period: period('must be a period such as 2026-03').nullable().default(null),
  /** Empty: the month has only what follows from the calendar (fixed amounts, seats). */
  given: z.array(given).default([]),
  price: amount.nullable().default(null),
  lines: z.record(z.string(), amount).default({}),
}).refine(
  ({ price, lines }) => price !== null || Object.keys(lines).length > 0,
  refusal(
    'example-expects-nothing',
    'expects nothing: write price (the net total) or lines (amounts by line)',
  ),
);

export type WrittenExample = z.output<typeof exampleSchema>;

/** Examples with their instants, by the clock of the contract. `queue`: of those that name none. */
export function examplesOf(
  written: readonly WrittenExample[],
  frame: PeriodFrame,
  queue: string,
  faults: Fault[],
): Example[] {
  const { timeZone } = frame;
  const periods = periodsOf(frame);
  const noun = periodNouns[frame.period.unit];
  return written.map((example, index): Example => {
    const path = ['examples', index];
    const before = faults.length;
    const rows = example.given.map((one, place) =>
      givenOf(one, timeZone, queue, [...path, 'given', place], faults),
    );
    const touched = new Set(rows.flatMap(instantsOf).map((instant) => periods.at(instant)));
    const [only = ''] = touched;
    if (example.period !== null)
      faults.push(...foreignPeriodFaults(example.period, frame, [...path, 'period']));
    if (example.period === null && touched.size !== 1 && faults.length === before) {
      const lies = touched.size === 0 ? 'nothing is given' : `it lies in ${[...touched].sort().join(', ')}`;
      faults.push(
        fault('missing', [...path, 'period'], `is missing: write the ${noun} that is priced, since ${lies}`),
      );
    }
    return { ...example, given: rows, period: example.period ?? only };
  });
}

/** The names of queues that an example is about, each with its place below the contract. */
export function exampleQueues(examples: unknown): { readonly queue: string; readonly path: Path }[] {
  const parsed = z.array(exampleSchema).safeParse(examples);
  return (parsed.success ? parsed.data : []).flatMap((example, index) =>
    example.given.flatMap((one, place) => {
      const path = ['examples', index, 'given', place];
      const named: [string | null | undefined, Path][] = [
        [one.contact?.queue, [...path, 'contact', 'queue']],
        [one.work?.queue, [...path, 'work', 'queue']],
        [one.queue, [...path, 'queue']],
      ];
      return named.flatMap(([queue, at]) => (queue == null ? [] : [{ queue, path: at }]));
    }),
  );
}

function givenOf(
  { contact: call, events, work: time, times, ...subject }: WrittenExample['given'][number],
  timeZone: string,
  queue: string,
  path: Path,
  faults: Fault[],
): Given {
  const at = (text: string, place: Path): number => {
    const ms = instantMs(text, timeZone);
    if (ms === null)
      faults.push(fault('malformed-instant', [...path, ...place], `'${text}' must be ${INSTANT_FORMS}`));
    return ms ?? Number.NaN;
  };
  if (call !== undefined) {
    const { at: entered, ...terms } = call;
    return { kind: 'contact', times, ...contactOf(terms, queue, at(entered, ['contact', 'at'])) };
  }
  if (time !== undefined) {
    const { for: ms, at: since, ...rest } = time;
    const startedAt = at(since, ['work', 'at']);
    return { kind: 'work', times, ...rest, startedAt, endedAt: startedAt + ms };
  }
  const dated = (events ?? []).map((each, index) => ({ ...each, at: at(each.at, ['events', index, 'at']) }));
  return { kind: 'events', times, ...subject, events: dated.toSorted((a, b) => a.at - b.at) };
}

function contactOf(
  {
    wait,
    dial,
    talk,
    hold,
    acw,
    customer,
    nextAfter,
    previousBefore,
    outcomesAfter,
    ...rest
  }: Omit<z.output<typeof contact>, 'at'>,
  queue: string,
  enteredAt: number,
): Omit<GivenContact, 'kind'> {
  return {
    ...rest,
    queue: rest.queue ?? queue,
    enteredAt,
    waitMs: wait,
    dialMs: dial,
    talkMs: talk,
    holdMs: hold,
    acwMs: acw,
    customer:
      customer === 'unknown'
        ? null
        : { nextAfterMs: nextAfter, previousBeforeMs: previousBefore, outcomesAfterMs: outcomesAfter },
  };
}

function instantsOf(one: Given): number[] {
  const instants =
    one.kind === 'events'
      ? one.events.map(({ at }) => at)
      : [one.kind === 'contact' ? one.enteredAt : one.startedAt];
  return instants.filter((instant) => !Number.isNaN(instant));
}

function sumOfParts(text: string): number | null {
  const match = /^(?:(\d+) ?h)? ?(?:(\d+) ?min)? ?(?:(\d+) ?s)?$/.exec(text);
  if (match === null || text.trim() === '') return null;
  const [hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0));
  return ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
}
