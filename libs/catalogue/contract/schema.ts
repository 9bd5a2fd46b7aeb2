import { z } from 'zod';
import { frenchHolidays, frenchRegions } from '#domain/calendar/french-holidays.js';
import type { Json } from '#domain/contract/amend.js';
import type { Contract, Version } from '#domain/contract/contract.js';
import type { Example } from '#domain/metering/example.js';
import { currencyCodes, minorUnitOf } from '#domain/money/currencies.js';
import { formatDay, isZone } from '#domain/period/zone.js';
import { fault, type Fault } from '../fault.js';
import { holidayCountries, holidayRegions, publicHolidays } from '../holidays.js';
import { suggestion } from '../nearest.js';
import { repaired, restsOn } from '../repair.js';
import { addFault, refusal, strict, zodFaults } from '../zod-faults.js';
import { sets, terms, versionsOf } from './amendments.js';
import { exampleSchema, examplesOf } from './examples.js';
import { day, id } from './words.js';

const party = strict({
  name: z.string().min(1),
  siren: z
    .string()
    .regex(/^\d{9}$/, 'must be 9 digits')
    .nullable()
    .default(null),
  vatId: z.string().min(4).nullable().default(null),
  countryCode: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters such as FR'),
  purchaseOrder: z.string().nullable().default(null),
  accountingRef: z.string().nullable().default(null),
});

const currency = z.string().superRefine((code, context) => {
  if (currencyCodes.includes(code)) return;
  const near = suggestion(code.toUpperCase(), currencyCodes);
  addFault(context, 'unknown-currency', `'${code}' must be a code of ISO 4217 such as EUR${near}`);
});

const contractSchema = strict({
  $schema: z.string().optional(),
  id,
  /** Number of the first version; every amendment is one more. */
  version: z.int().min(1).default(1),
  seller: party,
  buyer: party,
  currency,
  timeZone: z
    .string()
    .refine(isZone, refusal('unknown-time-zone', 'must be an IANA time zone such as Europe/Paris')),
  holidays: strict({
    country: z.string().nullable().default(null),
    region: z.string().nullable().default(null),
    extra: z.array(day).default([]),
    /** Days of the country that do not count. */
    except: z.array(day).optional(),
    /** The days that count, and no others. */
    only: z.array(day).min(1).optional(),
  }).default({ country: null, region: null, extra: [] }),
  term: strict({ firstDay: day.nullable().default(null), lastDay: day.nullable().default(null) }).default({
    firstDay: null,
    lastDay: null,
  }),
  period: strict({
    unit: z.literal('month').default('month'),
    graceHours: z.int().min(0).default(72),
    disputeDays: z.int().min(0).default(15),
    lateEvents: z.enum(['nextPeriod', 'creditNote']).default('nextPeriod'),
  }).default({ unit: 'month', graceHours: 72, disputeDays: 15, lateEvents: 'nextPeriod' }),
  attribution: strict({
    contacts: z.enum(['queueEntry', 'connected', 'ended']).default('queueEntry'),
    time: z.enum(['split', 'start', 'end', 'contact']).default('split'),
  }).default({ contacts: 'queueEntry', time: 'split' }),
  rounding: strict({
    money: strict({
      /** Left out: that of the currency. */
      scale: z.int().min(0).max(4).optional(),
      mode: z.enum(['halfAwayFromZero', 'halfEven', 'down', 'up']).default('halfAwayFromZero'),
      at: z.enum(['line', 'total']).default('line'),
    }).default({ mode: 'halfAwayFromZero', at: 'line' }),
    displayRatio: z.int().min(0).max(8).default(4),
  }).default({ money: { mode: 'halfAwayFromZero', at: 'line' }, displayRatio: 4 }),
  ...terms,
  calendarRules: z.array(strict({ id, from: z.string(), to: z.string(), overrides: sets })).default([]),
  amendments: z
    .array(
      strict({
        effective: z.string(),
        reason: z.string().nullable().default(null),
        from: z.enum(['effective', 'nextPeriod']).default('effective'),
        set: sets,
      }),
    )
    .default([]),
  /** Worked examples, run by `tallyline contracts check`. They are no part of what is priced. */
  examples: z.array(exampleSchema).default([]),
});

type WrittenContract = z.output<typeof contractSchema>;

type ParsedContract =
  | { readonly contract: Contract; readonly examples: readonly Example[] }
  | { readonly faults: readonly Fault[] };

/**
 * Reads a contract as it is written in YAML. All faults at once: of form, and contradictions (bands that
 * overlap, tiers that do not rise, names of nothing), in the contract itself and in every version and window
 * that follows from it.
 */
export function parseContract(value: unknown): ParsedContract {
  const parsed = contractSchema.safeParse(value);
  if (parsed.success) return contractOf(parsed.data, value as Json);
  const faults = zodFaults(parsed.error.issues, value, { quotes: true });
  // what is wrong in form must not hide what contradicts: the rest is read as if the form were right
  const read = repaired(contractSchema, value);
  const rest = read === null ? null : contractOf(read.data, read.value as Json);
  if (read === null || rest === null || !('faults' in rest)) return { faults };
  return { faults: unique([...faults, ...rest.faults.filter((each) => !restsOn(read.invented, each))]) };
}

function contractOf(written: WrittenContract, value: Json): ParsedContract {
  const faults = [...headFaults(written)];
  const hasZone = isZone(written.timeZone);
  const versions = hasZone ? versionsOf(written, value, faults) : [];
  const anyQueue = written.scope.queues?.[0] ?? 'any';
  const examples = hasZone ? examplesOf(written.examples, written.timeZone, anyQueue, faults) : [];
  if (faults.length > 0) return { faults: unique(faults) };
  return { contract: build(written, versions), examples };
}

/** JSON Schema of a written contract, for editors (`$schema`) and for programs that write contracts. */
export function contractJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(contractSchema, {
    io: 'input',
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Record<string, unknown>;
}

/**
 * The same for a file of the catalogue that holds contracts, published as `docs/contract.schema.json`. Other
 * parts of a catalogue may be in the same file and are not described here.
 */
export function contractFileJsonSchema(): Record<string, unknown> {
  const { $schema, $defs, ...contract } = contractJsonSchema();
  const one = { $ref: '#/$defs/contract' };
  const others = ['tenant', 'connections', 'programmes', 'agents', 'outcomes'].map(
    (key) => [key, {}] as const,
  );
  return {
    $schema,
    title: 'Contracts of a Tallyline catalogue',
    type: 'object',
    properties: {
      $schema: { type: 'string' },
      contract: one,
      contracts: { type: 'array', items: one },
      ...Object.fromEntries(others),
    },
    additionalProperties: false,
    $defs: { ...($defs as object), contract },
  };
}

function build(written: WrittenContract, versions: readonly Version[]): Contract {
  const { holidays, rounding } = written;
  return {
    id: written.id,
    seller: written.seller,
    buyer: written.buyer,
    currency: written.currency,
    timeZone: written.timeZone,
    holidays: holidaysOf(holidays, written),
    term: written.term,
    period: written.period,
    attribution: written.attribution,
    rounding: {
      ...rounding.money,
      scale: rounding.money.scale ?? minorUnitOf(written.currency),
      displayRatio: rounding.displayRatio,
    },
    programme: written.scope.programme,
    versions,
  };
}

/** A contract without end lists this many years of a foreign country's holidays. */
const yearsListed = 15;

function listedDays({ holidays, term }: WrittenContract): string[] {
  const { country, region } = holidays;
  if (country === null || country === 'FR' || term.firstDay === null) return [];
  const first = Number(term.firstDay.slice(0, 4));
  const last = term.lastDay === null ? first + yearsListed : Number(term.lastDay.slice(0, 4));
  // neighbours: a local day at a border may fall into the year before or after
  return publicHolidays(country, region, first - 1, last + 1);
}

/** `only`: days of the contract's own, of no country. */
function holidaysOf(
  { only, except, ...holidays }: WrittenContract['holidays'],
  written: WrittenContract,
): Contract['holidays'] {
  if (only !== undefined) return { country: null, region: null, extra: sorted(only), days: [] };
  const listed = { ...holidays, days: listedDays(written) };
  return except === undefined || except.length === 0 ? listed : { ...listed, except: sorted(except) };
}

function sorted(days: readonly string[]): string[] {
  return [...new Set(days)].sort();
}

/** Days that count whatever else is said, and days that cannot be left out. */
function holidayFaults({ country, region, only, except = [], extra }: WrittenContract['holidays']): Fault[] {
  const others = [...(extra.length > 0 ? ['extra'] : []), ...(except.length > 0 ? ['except'] : [])];
  if (only !== undefined && others.length > 0) {
    const message = `is the whole list, so ${others.join(' and ')} beside it would have no effect: write one of them`;
    return [fault('not-one-of-several', ['holidays', 'only'], message)];
  }
  if (country === null && except.length > 0) {
    const message = 'leaves nothing out: there is no country whose holidays count';
    return [fault('holidays-undefined', ['holidays', 'except'], message)];
  }
  const isHoliday = (date: string): boolean => {
    const year = Number(date.slice(0, 4));
    if (country === 'FR') return frenchHolidays(year, region).map(formatDay).includes(date);
    return publicHolidays(country ?? '', region, year, year).includes(date);
  };
  return except.flatMap((date, index) => {
    if (isHoliday(date)) return [];
    return [
      fault(
        'no-holiday',
        ['holidays', 'except', index],
        `${date} is no holiday of ${country ?? ''} anyway: leave it out`,
      ),
    ];
  });
}

function headFaults({ holidays, term }: WrittenContract): Fault[] {
  const { country, region } = holidays;
  const faults: Fault[] = [];
  if (term.firstDay !== null && term.lastDay !== null && term.firstDay > term.lastDay) {
    const message = `${term.lastDay} must not be before firstDay ${term.firstDay}`;
    faults.push(fault('interval-not-ascending', ['term', 'lastDay'], message));
  }
  if (country === null) return [...faults, ...holidayFaults(holidays)];
  if (!holidayCountries().includes(country)) {
    const near = suggestion(country, holidayCountries());
    const message = `'${country}' is no country code such as FR${near}`;
    return [...faults, fault('unknown-country', ['holidays', 'country'], message)];
  }
  const regions = country === 'FR' ? frenchRegions : holidayRegions(country);
  if (region !== null && !regions.includes(region)) {
    const allowed = `(allowed: ${regions.join(', ')})`;
    const message = `'${region}' has no holidays of its own in ${country} ${allowed}`;
    faults.push(fault('unknown-region', ['holidays', 'region'], message));
  }
  if (faults.length === 0) faults.push(...holidayFaults(holidays));
  if (country !== 'FR' && holidays.only === undefined && term.firstDay === null) {
    const message = `is missing: holidays of ${country} are listed from a first day on`;
    faults.push(fault('missing', ['term', 'firstDay'], message));
  }
  return faults;
}

function unique(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((each) => [`${each.path}\n${each.message}`, each])).values()];
}
