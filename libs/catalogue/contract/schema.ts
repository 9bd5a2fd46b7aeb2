import { z } from 'zod';
import type { Json } from '#domain/contract/amend.js';
import type { Contract, Version } from '#domain/contract/contract.js';
import type { Example } from '#domain/metering/example.js';
import { currencyCodes, minorUnitOf } from '#domain/money/currencies.js';
import { isZone } from '#domain/period/zone.js';
import { fault, type Fault } from '../fault.js';
import { suggestion } from '../nearest.js';
import { repaired, restsOn } from '../repair.js';
import { addFault, refusal, strict, zodFaults } from '../zod-faults.js';
import { sets, terms, versionsOf } from './amendments.js';
import { unusedSiteCalendar } from './checks/holiday-use.js';
import { exampleSchema, examplesOf } from './examples.js';
import { holidayFaults, holidaysOf, holidaysSchema } from './holidays.js';
import { closeSchema, periodFaults, periodSchema, periodTermsOf } from './period-terms.js';
import { invoicingTerms, party, partyFaults } from './parties.js';
import { paymentFaults, paymentOf, paymentTerms } from './payment.js';
import { day, id } from './words.js';

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
  holidays: holidaysSchema.default({ country: null, region: null, extra: [] }),
  /** Of the centre: who works when. */
  siteHolidays: holidaysSchema.optional(),
  term: strict({ firstDay: day.nullable().default(null), lastDay: day.nullable().default(null) }).default({
    firstDay: null,
    lastDay: null,
  }),
  period: periodSchema,
  close: closeSchema.optional(),
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
  ...paymentTerms,
  invoicing: invoicingTerms,
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

type WrittenContract = Omit<z.output<typeof contractSchema>, 'period'> & Pick<Contract, 'period'>;

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
  // how many decimals amounts may have is open where the currency is not known
  const isKnown = !read.invented.some(({ path }) => path[0] === 'currency' || path[0] === 'rounding');
  const others = rest.faults.filter(
    (each) => !restsOn(read.invented, each) && (isKnown || each.code !== 'too-many-decimals'),
  );
  return { faults: unique([...faults, ...others]) };
}

function contractOf(data: z.output<typeof contractSchema>, value: Json): ParsedContract {
  const written: WrittenContract = { ...data, period: periodTermsOf(data.period) };
  const hasZone = isZone(written.timeZone);
  const timeZone = hasZone ? written.timeZone : 'UTC';
  const faults = [
    ...headFaults(written),
    ...periodFaults(data.period),
    ...paymentFaults({ ...written, timeZone }),
    ...partyFaults(written),
  ];
  const versions = hasZone ? versionsOf(written, value, faults) : [];
  const anyQueue = written.scope.queues?.[0] ?? 'any';
  const examples = hasZone ? examplesOf(written.examples, written, anyQueue, faults) : [];
  if (written.siteHolidays !== undefined) faults.push(...unusedSiteCalendar(versions));
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
  const { holidays, siteHolidays, rounding, term } = written;
  return {
    id: written.id,
    seller: written.seller,
    buyer: written.buyer,
    currency: written.currency,
    timeZone: written.timeZone,
    holidays: holidaysOf(holidays, term),
    ...(siteHolidays !== undefined && { siteHolidays: holidaysOf(siteHolidays, term) }),
    term: written.term,
    period: written.period,
    ...(written.close !== undefined && { close: written.close }),
    attribution: written.attribution,
    rounding: {
      ...rounding.money,
      scale: rounding.money.scale ?? minorUnitOf(written.currency),
      displayRatio: rounding.displayRatio,
    },
    programme: written.scope.programme,
    ...paymentOf(written),
    ...(written.invoicing !== undefined && { invoicing: written.invoicing }),
    versions,
  };
}

function headFaults({ holidays, siteHolidays, term }: WrittenContract): Fault[] {
  const faults: Fault[] = [];
  if (term.firstDay !== null && term.lastDay !== null && term.firstDay > term.lastDay) {
    const message = `${term.lastDay} must not be before firstDay ${term.firstDay}`;
    faults.push(fault('interval-not-ascending', ['term', 'lastDay'], message));
  }
  faults.push(...holidayFaults(holidays, 'holidays', term));
  if (siteHolidays !== undefined) faults.push(...holidayFaults(siteHolidays, 'siteHolidays', term));
  return faults;
}

function unique(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((each) => [`${each.path}\n${each.message}`, each])).values()];
}
