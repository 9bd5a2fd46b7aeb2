import { z } from 'zod';
import type { Line, LineMinimum } from '#domain/contract/line.js';
import type { Measure } from '#domain/contract/measure.js';
import { fault, type Fault, type Path } from '../fault.js';
import { addFault, refusal, strict } from '../zod-faults.js';
import { over } from './commitments.js';
import { gateSchema } from './kpis.js';
import { bands, indexation, packages, pricingOf, rates, stacking, tiers, vatSchema } from './prices.js';
import { amountOfLine, day, id, price, proration, ratio } from './words.js';

const base = {
  id,
  name: z.string().min(1).nullable().default(null),
  vat: vatSchema.nullable().default(null),
  payIf: gateSchema.nullable().default(null),
};

/** One of `volume`, `amount`. */
const lineMinimum = strict({
  volume: z.int().min(1).optional(),
  amount: price.optional(),
  shortfallPrice: price.optional(),
  proration,
}).transform(({ volume = null, amount = null, shortfallPrice = null, ...rest }, context): LineMinimum => {
  if ((volume === null) === (amount === null)) {
    const count = volume === null ? 'neither' : 'both';
    addFault(context, 'not-one-of-several', `has ${count} of volume and amount; allowed is one of them`);
  }
  if (amount !== null && Number(amount) === 0)
    addFault(context, 'never-applies', 'is no minimum: write an amount above 0', ['amount']);
  if (shortfallPrice !== null && volume === null)
    addFault(context, 'never-applies', 'is of a minimum volume: leave it out', ['shortfallPrice']);
  return { volume, amount, shortfallPrice, ...rest };
});

const timeUnit = z.enum(['hour', 'minute', 'second', 'fte']);

/** Few decimals, so that an FTE is a whole number of milliseconds. */
const hours = z
  .string()
  .regex(/^\d{1,4}(\.\d{1,4})?$/, 'must be hours of a month such as "151.67"; write it as text in quotes')
  .refine((text) => Number(text) > 0, refusal('size-not-positive', 'must be above 0'));

const unitTerms = {
  ...base,
  minimum: lineMinimum.optional(),
  measure: id,
  price: price.optional(),
  tiers: tiers.optional(),
  package: packages.optional(),
  above: z.int().min(0).default(0),
  proration,
  over: over.optional(),
  bands,
  stacking,
  rates,
  indexation,
};

/** Something else in the contract that a line names; the path is below the line. */
export type LineReference =
  | {
      readonly to: 'measure';
      readonly id: string;
      readonly path: Path;
      readonly kinds: readonly Measure['kind'][];
    }
  | { readonly to: 'volume' | 'kpi' | 'line'; readonly id: string; readonly path: Path };

/** How a line of one charge model is written. */
interface LineForm<Schema> {
  readonly schema: Schema;
  /** What it names beside the KPI of `payIf`. */
  readonly references: (line: z.output<Schema & z.ZodType>) => readonly LineReference[];
  /** Faults that show only together with its measure; paths are below the line. */
  readonly faults?: (line: z.output<Schema & z.ZodType>, measure: Measure | null) => readonly Fault[];
}

function form<Schema extends z.ZodType>(
  schema: Schema,
  references: LineForm<Schema>['references'],
  faults: LineForm<Schema>['faults'] = () => [],
): LineForm<Schema> {
  return { schema, references, faults };
}

function measured(measure: string, ...kinds: readonly Measure['kind'][]): LineReference {
  return { to: 'measure', id: measure, path: ['measure'], kinds };
}

/**
 * Each charge model as it is written in a contract. A new one is one entry here. `gate` is no line of its
 * own: it is the condition of another one, which may also be written there as `payIf`.
 */
const lineForms = {
  time: form(
    strict({
      model: z.literal('time'),
      ...base,
      minimum: lineMinimum.optional(),
      measure: id,
      unit: timeUnit.default('hour'),
      hoursPerFte: hours.optional(),
      price: price.optional(),
      tiers: tiers.optional(),
      above: z.int().min(0).optional(),
      proration: z.enum(['calendarDays', 'none']).optional(),
      over: over.optional(),
      bands,
      stacking,
      rates,
      indexation,
    }).transform(({ price: flat, tiers: stepped, ...line }, context) => {
      const pricing = pricingOf({ price: flat, tiers: stepped }, context, 'price, tiers');
      if ((line.unit === 'fte') !== (line.hoursPerFte !== undefined)) {
        const message =
          line.unit === 'fte'
            ? 'needs hoursPerFte: the hours of a month that one FTE stands for, such as "151.67"'
            : 'hoursPerFte has no effect: write `unit: fte`, or leave it out';
        addFault(context, line.unit === 'fte' ? 'missing' : 'never-applies', message, ['hoursPerFte']);
      }
      const first = 'steps' in pricing ? pricing.steps[0]?.price : pricing.price;
      return { ...line, price: first ?? '0', ...('steps' in pricing && { tiers: pricing }) };
    }),
    ({ measure }) => [measured(measure, 'time', 'seats', 'adHoc')],
  ),
  perUnit: form(
    strict({ model: z.literal('perUnit'), ...unitTerms }).transform(
      ({ price: flat, tiers: tiered, package: packed, name, ...line }, context) => ({
        ...line,
        name: name ?? line.id,
        pricing: pricingOf({ price: flat, tiers: tiered, package: packed }, context),
        settleAfter: 'close' as const,
      }),
    ),
    ({ measure }) => [measured(measure, 'contacts', 'events', 'elapsed', 'resolved', 'adHoc')],
  ),
  outcome: form(
    strict({
      model: z.literal('outcome'),
      ...unitTerms,
      settleAfter: z.enum(['close', 'maturity']).default('close'),
    }).transform(({ price: flat, tiers: tiered, package: packed, name, ...line }, context) => ({
      ...line,
      name: name ?? line.id,
      pricing: pricingOf({ price: flat, tiers: tiered, package: packed }, context),
    })),
    ({ measure }) => [measured(measure, 'contacts', 'events', 'elapsed', 'resolved')],
    ({ settleAfter, measure: named }, measure) => {
      if (settleAfter !== 'maturity' || measure?.kind === 'resolved') return [];
      const message = `maturity is for measures of kind resolved; ${named} is final at the close`;
      return [fault('maturity-without-verdict', ['settleAfter'], message)];
    },
  ),
  fixed: form(
    strict({
      model: z.literal('fixed'),
      ...base,
      amount: amountOfLine,
      /** Left out: of a calendar month. */
      per: z.literal('period').optional(),
      proration,
      includes: strict({ measure: id, upTo: z.int().min(0), unit: timeUnit.optional() })
        .nullable()
        .default(null),
      indexation,
    }),
    ({ includes }) =>
      includes === null ? [] : [{ to: 'volume', id: includes.measure, path: ['includes', 'measure'] }],
  ),
  gainShare: form(
    strict({
      model: z.literal('gainShare'),
      ...base,
      kpi: id,
      baseline: price,
      better: z.enum(['lower', 'higher']),
      unitValue: price,
      per: z.enum(['hour', 'unit']),
      share: ratio,
      guards: z.array(gateSchema).default([]),
    }),
    ({ kpi, guards }) => [
      { to: 'kpi', id: kpi, path: ['kpi'] },
      ...guards.map((guard, index) => ({
        to: 'kpi' as const,
        id: guard.kpi,
        path: ['guards', index, 'kpi'],
      })),
    ],
  ),
  oneOff: form(strict({ model: z.literal('oneOff'), ...base, amount: amountOfLine, day }), () => []),
  passThrough: form(
    strict({ model: z.literal('passThrough'), ...base, measure: id, markup: ratio.default('0') }),
    ({ measure }) => [measured(measure, 'eventSum', 'adHoc')],
  ),
  gate: form(strict({ model: z.literal('gate'), id, line: id, payIf: gateSchema }), ({ line }) => [
    { to: 'line', id: line, path: ['line'] },
  ]),
} satisfies { readonly [Model in Line['model'] | 'gate']: { readonly schema: z.ZodType<{ model: Model }> } };

type Schemas = (typeof lineForms)[keyof typeof lineForms]['schema'];

export const lineSchema = z.discriminatedUnion(
  'model',
  Object.values(lineForms).map(({ schema }) => schema) as unknown as [Schemas, ...Schemas[]],
);

export type WrittenLine = z.output<typeof lineSchema>;

/** What a line names, with paths below it. */
export function lineReferences(line: WrittenLine): readonly LineReference[] {
  const gate: LineReference[] =
    line.payIf === null ? [] : [{ to: 'kpi', id: line.payIf.kpi, path: ['payIf', 'kpi'] }];
  const own = formOf(line).references(line);
  return line.model === 'gate' ? [...own, ...gate] : [...gate, ...own];
}

/** Faults of a line beside its measure (null: none, or unknown), with paths below the line. */
export function lineFaults(line: WrittenLine, measure: Measure | null): readonly Fault[] {
  return formOf(line).faults?.(line, measure) ?? [];
}

function formOf(line: WrittenLine): LineForm<z.ZodType<WrittenLine>> {
  return lineForms[line.model];
}

/** The lines of the domain: gates become conditions of the lines they guard, a missing name is the id. */
export function linesOf(written: readonly WrittenLine[]): Line[] {
  const gates = written.flatMap((line) => (line.model === 'gate' ? [line] : []));
  return written.flatMap((line): Line[] => {
    if (line.model === 'gate') return [];
    const payIf = line.payIf ?? gates.find((gate) => gate.line === line.id)?.payIf ?? null;
    const name = line.name ?? line.id;
    if ('stacking' in line) return [{ ...line, name, payIf, stacking: line.stacking ?? 'highest' }];
    return [{ ...line, name, payIf }];
  });
}
