import type { Band, Rate } from '#domain/contract/line.js';
import { encodeQuantityKey } from './quantity-key.js';
import { evaluatedKpis } from '#domain/contract/evaluated-kpis.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { ContactCounter } from '#domain/kpi/kpi-module.js';
import { kpiModule } from '#domain/kpi/kpis.js';
import type { Kpi } from '#domain/contract/kpi.js';
import { contactStates, type Measure, workedBy, type WorkedBy } from '#domain/contract/measure.js';
import {
  unslotted,
  ratingIntervals,
  type RatingInterval,
  type RatingIntervals,
  type TermsInForce,
} from '#domain/contract/terms-in-force.js';
import { meetsConditions, type Worker } from '#domain/scope/scoped-contact.js';
import { takesUnitsInOrder } from '#domain/contract/volume-order.js';
import { timePlan, type TimePlan } from '#domain/scope/contact-time.js';

/** A quantity that the meter adds to: a line, a measure that some clause refers to, or a KPI. */
export type MeteredItem = MeasuredItem | KpiItem;

export interface MeasuredItem {
  readonly kind: 'line' | 'measure';
  readonly id: string;
  readonly intervals: RatingIntervals;
  readonly kinds: ContentKinds;
  /** Names of its sums by slot of the interval, where no rate applies. */
  readonly keys: (string | undefined)[];
  /** By index of the terms in force; a line may be in one version only. */
  readonly definitions: readonly (Definition | undefined)[];
  /** Its sums are kept apart by rating interval, so that pricing can take units in order of time. */
  readonly isOrdered: boolean;
}

/** Kinds of content that can add to it at all, so that most are skipped at once. */
export interface ContentKinds {
  readonly contacts: boolean;
  readonly activities: boolean;
  readonly outcomes: boolean;
  /** It is time of work. */
  readonly time: boolean;
}

export interface Definition {
  readonly terms: Terms;
  readonly measure: Measure;
  /** The KPI of a measure of resolved contacts. */
  readonly kpi: Kpi | null;
  readonly rates: readonly Rate[];
  readonly workedBy: WorkedBy;
  /** Of a measure of time. */
  readonly plan: TimePlan | null;
}

export interface KpiDefinition {
  readonly kpi: Kpi;
  readonly counts: ContactCounter | null;
  /** A person's second counts once. */
  readonly isOnClock: boolean;
}

export interface KpiItem {
  readonly kind: 'kpi';
  readonly id: string;
  readonly intervals: RatingIntervals;
  readonly kinds: Omit<ContentKinds, 'time'> & { readonly schedules: boolean };
  /** Names of numerator and denominator by slot of the interval. */
  readonly keys: { readonly n: (string | undefined)[]; readonly d: (string | undefined)[] };
  readonly definitions: readonly (KpiDefinition | undefined)[];
  /** `[from, to)` of outages that are left out of it, by waiver. */
  readonly outages: readonly { readonly from: number; readonly to: number }[];
}

/** Everything a contract measures, compiled once. Items without bands have the same intervals. */
export function meteredItems(contract: Contract, termsList: readonly TermsInForce[]): MeteredItem[] {
  const plain = ratingIntervals(contract, termsList, () => []);
  const items: MeteredItem[] = [];
  for (const id of idsOf(termsList, lineIds)) {
    const bandsOf = (inForce: TermsInForce): readonly Band[] => lineOf(inForce.terms, id)?.bands ?? [];
    const definitions = definitionsOf(termsList, ({ terms }) => {
      const line = lineOf(terms, id);
      return line === null ? null : definitionOf(terms, line.measure, line.rates);
    });
    const banded = termsList.some((inForce) => bandsOf(inForce).length > 0);
    const intervals = banded ? ratingIntervals(contract, termsList, bandsOf) : plain;
    items.push({
      kind: 'line',
      id,
      intervals,
      kinds: readsMeasures(definitions),
      keys: [],
      definitions,
      isOrdered: termsList.some(({ terms }) => takesUnitsInOrder(terms, id)),
    });
  }
  for (const id of idsOf(termsList, measureIds)) {
    const definitions = definitionsOf(termsList, ({ terms }) => definitionOf(terms, id, []));
    const kinds = readsMeasures(definitions);
    items.push({ kind: 'measure', id, intervals: plain, kinds, keys: [], definitions, isOrdered: false });
  }
  for (const id of idsOf(termsList, ({ kpis }) => Object.keys(kpis))) {
    const definitions = definitionsOf(termsList, ({ terms }) => {
      const kpi = terms.kpis[id];
      if (kpi === undefined) return null;
      const isOnClock = 'overlaps' in kpi && kpi.overlaps === 'once';
      return { kpi, counts: kpiModule(kpi).contacts?.(kpi) ?? null, isOnClock };
    });
    const outages = outagesOf(termsList, id);
    items.push({
      kind: 'kpi',
      id,
      intervals: plain,
      kinds: readsKpis(definitions),
      keys: { n: [], d: [] },
      definitions,
      outages,
    });
  }
  return items;
}

/** The name of the sum that an interval's quantity goes to. */
export function lineKey(item: MeasuredItem, interval: RatingInterval, rate: string | null): string {
  const known = rate === null ? item.keys[interval.slot] : undefined;
  if (known !== undefined) return known;
  const { version, window } = interval.inForce;
  const { bands, from } = interval;
  const since = item.isOrdered ? from : null;
  const key =
    item.kind === 'line'
      ? encodeQuantityKey({ kind: 'line', id: item.id, version, window, bands, rate, since })
      : encodeQuantityKey({ kind: 'measure', id: item.id, version, window });
  if (rate === null && interval.slot !== unslotted) item.keys[interval.slot] = key;
  return key;
}

export function kpiKey({ id, keys }: KpiItem, interval: RatingInterval, part: 'n' | 'd'): string {
  const known = keys[part][interval.slot];
  if (known !== undefined) return known;
  const { version, window } = interval.inForce;
  const key = encodeQuantityKey({ kind: 'kpi', id, version, window, part });
  keys[part][interval.slot] = key;
  return key;
}

/** Whether an instant is left out of a KPI. */
export function inOutage({ outages }: KpiItem, at: number): boolean {
  return outages.some(({ from, to }) => at >= from && at < to);
}

/** Id of the first rate that fits, null where none does and the line's own price is charged. */
export function rateOf(definition: Definition, work: Worker | null, queue: string | null): string | null {
  for (const rate of definition.rates) if (meetsConditions(rate.when, work, queue)) return rate.id;
  return null;
}

interface MeasuredLine {
  readonly measure: string;
  readonly bands: readonly Band[];
  readonly rates: readonly Rate[];
}

/** A line is metered if it names a measure, whatever its charge model. */
function lineOf(terms: Terms, id: string): MeasuredLine | null {
  const line = terms.lines.find((candidate) => candidate.id === id);
  if (line === undefined || !('measure' in line)) return null;
  return 'bands' in line ? line : { measure: line.measure, bands: [], rates: [] };
}

function lineIds(terms: Terms): string[] {
  return terms.lines.flatMap(({ id }) => (lineOf(terms, id) === null ? [] : [id]));
}

/** Measures that clauses refer to, beside those of lines. */
function measureIds(terms: Terms): string[] {
  const caps = Object.values(terms.measures).flatMap((measure) =>
    measure.kind === 'time' && measure.averageCap !== null ? [measure.averageCap.measure] : [],
  );
  const included = terms.lines.flatMap((line) =>
    line.model === 'fixed' && line.includes !== null ? [line.includes.measure] : [],
  );
  const waived = terms.waivers.flatMap((waiver) => (waiver.kind === 'volumeAbove' ? [waiver.measure] : []));
  const events = terms.bonusMalus.flatMap((each) => (each.kind === 'perEvent' ? [each.measure] : []));
  return [...caps, ...included, ...waived, ...events];
}

function definitionOf(terms: Terms, id: string, rates: readonly Rate[]): Definition | null {
  const measure = terms.measures[id];
  if (measure === undefined) return null;
  const kpi = measure.kind === 'resolved' ? (terms.kpis[measure.kpi] ?? null) : null;
  const plan = measure.kind === 'time' ? timePlan(measure) : null;
  return { terms, measure, kpi, rates, workedBy: workedBy(measure), plan };
}

function definitionsOf<T>(
  termsList: readonly TermsInForce[],
  define: (inForce: TermsInForce) => T | null,
): (T | undefined)[] {
  return termsList.map((inForce) => define(inForce) ?? undefined);
}

function idsOf(termsList: readonly TermsInForce[], ids: (terms: Terms) => readonly string[]): Set<string> {
  return new Set(termsList.flatMap(({ terms }) => ids(terms)));
}

function outagesOf(termsList: readonly TermsInForce[], kpi: string): { from: number; to: number }[] {
  return termsList.flatMap(({ terms }) =>
    terms.waivers.flatMap((waiver) => {
      if (waiver.kind !== 'outage') return [];
      const concerned = terms.bonusMalus.some(
        (clause) => evaluatedKpis(clause).includes(kpi) && waiver.of.includes(clause.id),
      );
      return concerned ? [{ from: waiver.from, to: waiver.to }] : [];
    }),
  );
}

function readsMeasures(definitions: readonly (Definition | undefined)[]): ContentKinds {
  const reads = { contacts: false, activities: false, outcomes: false, time: false };
  for (const { measure } of definitions.filter((each) => each !== undefined)) {
    switch (measure.kind) {
      case 'time':
        reads.time = true;
        reads.contacts ||= measure.states.some(isContactState);
        reads.activities ||= !measure.states.every(isContactState);
        break;
      case 'contacts':
      case 'resolved':
        reads.contacts = true;
        break;
      case 'events':
      case 'eventSum':
      case 'adHoc':
      case 'elapsed':
        reads.outcomes = true;
        break;
      case 'seats':
        break;
    }
  }
  return reads;
}

function isContactState(state: string): boolean {
  return (contactStates as readonly string[]).includes(state);
}

function readsKpis(definitions: readonly (KpiDefinition | undefined)[]): KpiItem['kinds'] {
  const modules = definitions.flatMap((each) => (each === undefined ? [] : kpiModule(each.kpi)));
  return {
    contacts: modules.some((module) => 'contacts' in module),
    activities: modules.some((module) => 'activities' in module),
    outcomes: modules.some((module) => 'events' in module || 'answers' in module),
    schedules: modules.some((module) => 'days' in module),
  };
}
