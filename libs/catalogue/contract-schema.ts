import { z } from 'zod';
import type { Contract, Terms, Version, Window } from '#domain/contract/contract.js';
import { applySet, type Json } from '#domain/contract/amend.js';
import type { KpiAdjustment, EarnBack, Waiver } from '#domain/contract/adjustment.js';
import type { Example } from '#domain/contract/example.js';
import { frenchRegions } from '#domain/calendar/french-holidays.js';
import { isZone } from '#domain/period/zone.js';
import {
  adjustmentSchema,
  corridorSchema,
  limitsSchema,
  malusSchema,
  waiverSchema,
} from './contract-adjustments.js';
import { contractFaults, termsFaults } from './contract-check.js';
import { exampleSchema, examplesOf } from './contract-examples.js';
import { fault, zodFaults, type Fault } from './contract-faults.js';
import { kpiSchema } from './contract-kpis.js';
import { lineSchema, linesOf, vatSchema } from './contract-lines.js';
import { measureSchema } from './contract-measures.js';
import { day, direction, id, media, names } from './contract-words.js';
import type { Path } from './fault.js';
import { holidayCountries, holidayRegions, publicHolidays } from './holidays.js';
import { INSTANT_FORMS, instantMs } from './instant.js';
import { suggestion } from './nearest.js';

export type { Fault } from './contract-faults.js';

const scope = z.strictObject({
  programme: id,
  queues: names.nullable().default(null),
  channels: z.array(media).min(1).nullable().default(null),
  directions: z.array(direction).min(1).nullable().default(null),
});

/** Everything that an amendment or calendar rule can change. */
const terms = {
  scope,
  measures: z.record(id, measureSchema).default({}),
  kpis: z.record(id, kpiSchema).default({}),
  lines: z.array(lineSchema).min(1),
  adjustments: z.array(adjustmentSchema).default([]),
  corridors: z.array(corridorSchema).default([]),
  waivers: z.array(waiverSchema).default([]),
  limits: limitsSchema.nullable().default(null),
  malus: malusSchema.default({ overallCap: null, vatTreatment: 'priceReduction' }),
  vat: vatSchema.default({ category: 'S', rate: '20', reason: null }),
};

const termsSchema = z.strictObject(terms);

const party = z.strictObject({
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

const json: z.ZodType<Json> = z.json();
const sets = z.record(z.string(), json);

const contractSchema = z.strictObject({
  $schema: z.string().optional(),
  id,
  /** Number of the first version; every amendment is one more. */
  version: z.int().min(1).default(1),
  seller: party,
  buyer: party,
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR'),
  timeZone: z.string().refine(isZone, 'must be an IANA time zone such as Europe/Paris'),
  holidays: z
    .strictObject({
      country: z.string().nullable().default(null),
      region: z.string().nullable().default(null),
      extra: z.array(day).default([]),
    })
    .default({ country: null, region: null, extra: [] }),
  term: z
    .strictObject({ firstDay: day.nullable().default(null), lastDay: day.nullable().default(null) })
    .default({ firstDay: null, lastDay: null }),
  period: z
    .strictObject({
      unit: z.literal('month').default('month'),
      graceHours: z.int().min(0).default(72),
      disputeDays: z.int().min(0).default(15),
      lateEvents: z.enum(['nextPeriod', 'creditNote']).default('nextPeriod'),
    })
    .default({ unit: 'month', graceHours: 72, disputeDays: 15, lateEvents: 'nextPeriod' }),
  attribution: z
    .strictObject({
      contacts: z.enum(['queueEntry', 'connected', 'ended']).default('queueEntry'),
      time: z.enum(['split', 'start', 'end']).default('split'),
    })
    .default({ contacts: 'queueEntry', time: 'split' }),
  rounding: z
    .strictObject({
      money: z
        .strictObject({
          scale: z.int().min(0).max(4).default(2),
          mode: z.enum(['halfAwayFromZero', 'halfEven', 'down', 'up']).default('halfAwayFromZero'),
          at: z.enum(['line', 'total']).default('line'),
        })
        .default({ scale: 2, mode: 'halfAwayFromZero', at: 'line' }),
      displayRatio: z.int().min(0).max(8).default(4),
    })
    .default({ money: { scale: 2, mode: 'halfAwayFromZero', at: 'line' }, displayRatio: 4 }),
  ...terms,
  calendarRules: z
    .array(z.strictObject({ id, from: z.string(), to: z.string(), overrides: sets }))
    .default([]),
  amendments: z
    .array(z.strictObject({ effective: z.string(), reason: z.string().nullable().default(null), set: sets }))
    .default([]),
  /** Worked examples; run by whoever checks contracts. They are no part of what is priced. */
  examples: z.array(exampleSchema).default([]),
});

type Written = z.output<typeof contractSchema>;

/**
 * Reads a contract as it is written in YAML. All faults at once: of form, and contradictions (bands that overlap, tiers
 * that do not rise, names of nothing), in the contract itself and in every version and window that follows from it.
 */
export function parseContract(
  value: unknown,
):
  | { readonly contract: Contract; readonly examples: readonly Example[] }
  | { readonly faults: readonly Fault[] } {
  const parsed = contractSchema.safeParse(value);
  if (!parsed.success) return { faults: zodFaults(parsed.error.issues, value) };
  const written = parsed.data;
  const faults = [...headFaults(written)];
  const hasZone = isZone(written.timeZone);
  const versions = hasZone ? versionsOf(written, value as Json, faults) : [];
  const anyQueue = written.scope.queues?.[0] ?? 'any';
  const examples = hasZone ? examplesOf(written.examples, written.timeZone, anyQueue, faults) : [];
  if (faults.length > 0) return { faults: unique(faults) };
  const contract = build(written, versions);
  const contradictions = contractFaults(contract);
  return contradictions.length > 0 ? { faults: contradictions } : { contract, examples };
}

/** JSON Schema of a written contract, for editors (`$schema`) and for whoever writes them by program. */
export function contractJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(contractSchema, {
    io: 'input',
    unrepresentable: 'any',
    target: 'draft-2020-12',
  }) as Record<string, unknown>;
}

function build(written: Written, versions: readonly Version[]): Contract {
  const { holidays, rounding } = written;
  return {
    id: written.id,
    seller: written.seller,
    buyer: written.buyer,
    currency: written.currency,
    timeZone: written.timeZone,
    holidays: { ...holidays, days: listedDays(written) },
    term: written.term,
    period: written.period,
    attribution: written.attribution,
    rounding: { ...rounding.money, displayRatio: rounding.displayRatio },
    programme: written.scope.programme,
    versions,
  };
}

/** A contract without end lists this many years of a foreign country's holidays. */
const yearsListed = 15;

function listedDays({ holidays, term }: Written): string[] {
  const { country, region } = holidays;
  if (country === null || country === 'FR' || term.firstDay === null) return [];
  const first = Number(term.firstDay.slice(0, 4));
  const last = term.lastDay === null ? first + yearsListed : Number(term.lastDay.slice(0, 4));
  // neighbours: a local day at a border may fall into the year before or after
  return publicHolidays(country, region, first - 1, last + 1);
}

function headFaults({ holidays, term }: Written): Fault[] {
  const { country, region } = holidays;
  const faults: Fault[] = [];
  if (term.firstDay !== null && term.lastDay !== null && term.firstDay > term.lastDay) {
    faults.push(fault(['term', 'lastDay'], `${term.lastDay} must not be before firstDay ${term.firstDay}`));
  }
  if (country === null) return faults;
  if (!holidayCountries().includes(country)) {
    const near = suggestion(country, holidayCountries());
    return [...faults, fault(['holidays', 'country'], `'${country}' is no country code such as FR${near}`)];
  }
  const regions = country === 'FR' ? frenchRegions : holidayRegions(country);
  if (region !== null && !regions.includes(region)) {
    const allowed = `(allowed: ${regions.join(', ')})`;
    faults.push(
      fault(['holidays', 'region'], `'${region}' has no holidays of its own in ${country} ${allowed}`),
    );
  }
  if (country !== 'FR' && term.firstDay === null) {
    faults.push(
      fault(['term', 'firstDay'], `is missing: holidays of ${country} are listed from a first day on`),
    );
  }
  return faults;
}

interface Draft {
  readonly version: number;
  readonly from: number | null;
  readonly reason: string | null;
  /** The written terms with all amendments so far. */
  readonly raw: Json;
  readonly path: Path;
}

/** The versions by effective instant, each with the windows that reach into it. */
function versionsOf(written: Written, value: Json, faults: Fault[]): Version[] {
  const raw = pickTerms(value);
  let draft: Draft = { version: written.version, from: null, reason: null, raw, path: [] };
  const drafts = [draft];
  for (const amendment of datedAmendments(written, faults)) {
    const path = ['amendments', amendment.index, 'set'];
    const next = amended(draft.raw, amendment.set, path, faults);
    draft = { version: draft.version + 1, from: amendment.from, reason: amendment.reason, raw: next, path };
    drafts.push(draft);
  }
  const rules = datedRules(written, faults);
  return drafts.flatMap((each, index) => {
    const own = readTerms(each.raw, written, each.path, faults);
    const until = drafts[index + 1]?.from ?? Infinity;
    const touching = rules.filter(({ from, to }) => from < until && to > (each.from ?? -Infinity));
    const windows = touching.flatMap((rule): Window[] => {
      const path = ['calendarRules', rule.index, 'overrides'];
      const changed = readTerms(amended(each.raw, rule.overrides, path, faults), written, path, faults);
      return changed === null ? [] : [{ id: rule.id, from: rule.from, to: rule.to, terms: changed }];
    });
    if (own === null) return [];
    return [{ version: each.version, from: each.from, reason: each.reason, terms: own, windows }];
  });
}

function pickTerms(value: Json): Json {
  const contract = value as Readonly<Record<string, Json>>;
  return Object.fromEntries(
    Object.keys(terms).flatMap((key) => (key in contract ? [[key, contract[key] as Json]] : [])),
  );
}

function amended(raw: Json, set: Readonly<Record<string, Json>>, path: Path, faults: Fault[]): Json {
  return Object.entries(set).reduce((inner, [written, value]) => {
    const applied = applySet(inner, written, value);
    if (!('fault' in applied)) return applied.value;
    faults.push(fault([...path, written], applied.fault));
    return inner;
  }, raw);
}

/**
 * Faults of the terms themselves stand at their own path, those that an amendment brought at the amendment's; what one
 * version has wrong is not told again for the next.
 */
function readTerms(raw: Json, written: Written, path: Path, faults: Fault[]): Terms | null {
  const parsed = termsSchema.safeParse(raw);
  const report = (found: readonly Fault[]): void => {
    for (const each of found) {
      const told = path.length === 0 ? each : fault(path, `${each.path}: ${each.message}`);
      const known = faults.some(
        ({ path: at, message }) => message === told.message || (at === each.path && message === each.message),
      );
      if (path.length === 0 || !known) faults.push(told);
    }
  };
  if (!parsed.success) {
    report(zodFaults(parsed.error.issues, raw));
    return null;
  }
  if (parsed.data.scope.programme !== written.scope.programme) {
    report([fault(['scope', 'programme'], 'cannot change: a contract is for one programme')]);
  }
  const windows = written.calendarRules.map((rule) => rule.id);
  report(termsFaults(parsed.data, windows, written.holidays));
  return domainTerms(parsed.data, written.timeZone, path, faults);
}

function domainTerms(parsed: z.output<typeof termsSchema>, zone: string, path: Path, faults: Fault[]): Terms {
  const { programme: _, ...scoped } = parsed.scope;
  const waivers = parsed.waivers.map((waiver, index): Waiver => {
    if (waiver.kind === 'volumeAbove') return waiver;
    const at = [...path, 'waivers', index];
    const from = instantOf(waiver.from, zone, [...at, 'from'], faults);
    const to = instantOf(waiver.to, zone, [...at, 'to'], faults);
    if (from >= to) faults.push(fault([...at, 'to'], `${waiver.to} must be after ${waiver.from}`));
    return { ...waiver, from, to };
  });
  const adjustments = parsed.adjustments as (KpiAdjustment | EarnBack)[];
  return { ...parsed, scope: scoped, lines: linesOf(parsed.lines), adjustments, waivers };
}

interface Dated<T> {
  readonly index: number;
  readonly from: number;
  readonly item: T;
}

function datedAmendments(
  written: Written,
  faults: Fault[],
): { index: number; from: number; reason: string | null; set: Readonly<Record<string, Json>> }[] {
  const dated = written.amendments.map((item, index): Dated<typeof item> => {
    const path = ['amendments', index, 'effective'];
    return { index, item, from: instantOf(item.effective, written.timeZone, path, faults) };
  });
  const sorted = dated.toSorted((a, b) => a.from - b.from);
  sorted.forEach(({ index, from, item }, place) => {
    if (sorted[place - 1]?.from !== from) return;
    faults.push(
      fault(
        ['amendments', index, 'effective'],
        `${item.effective} is the instant of another amendment as well`,
      ),
    );
  });
  return sorted.map(({ index, from, item }) => ({ index, from, reason: item.reason, set: item.set }));
}

function datedRules(
  written: Written,
  faults: Fault[],
): { index: number; id: string; from: number; to: number; overrides: Readonly<Record<string, Json>> }[] {
  const dated = written.calendarRules.map((rule, index) => {
    const at = ['calendarRules', index];
    const from = instantOf(rule.from, written.timeZone, [...at, 'from'], faults);
    const to = instantOf(rule.to, written.timeZone, [...at, 'to'], faults);
    if (from >= to) faults.push(fault([...at, 'to'], `${rule.to} must be after ${rule.from}`));
    return { index, id: rule.id, from, to, overrides: rule.overrides };
  });
  const sorted = dated.toSorted((a, b) => a.from - b.from);
  sorted.forEach((rule, place) => {
    const before = sorted[place - 1];
    if (before === undefined || before.to <= rule.from) return;
    faults.push(
      fault(['calendarRules', rule.index], `${rule.id} overlaps ${before.id}: one rule holds at a time`),
    );
  });
  return dated;
}

function instantOf(text: string, zone: string, path: Path, faults: Fault[]): number {
  const ms = instantMs(text, zone);
  if (ms !== null) return ms;
  faults.push(fault(path, `'${text}' must be ${INSTANT_FORMS}`));
  return Number.NaN;
}

function unique(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((each) => [`${each.path}\n${each.message}`, each])).values()];
}
