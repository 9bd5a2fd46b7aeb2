import { z } from 'zod';
import type { Waiver } from '#domain/contract/bonus-malus.js';
import type { Json } from '#domain/contract/amend.js';
import type { Contract, Terms, Version, Window } from '#domain/contract/contract.js';
import type { PeriodFrame } from '#domain/period/contract-periods.js';
import { fault, type Fault, type Path } from '../fault.js';
import { repaired, restsOn } from '../repair.js';
import { strict, zodFaults } from '../zod-faults.js';
import {
  bonusMalusSchema,
  bonusSchema,
  corridorSchema,
  limitsSchema,
  malusSchema,
  waiverSchema,
} from './bonus-malus.js';
import { withLineBases } from './line-bases.js';
import { switchFaults, termsFaults } from './checks/check.js';
import { commitmentChangeFaults } from './checks/commitments.js';
import { discountChangeFaults } from './checks/discounts.js';
import type { WrittenMoney } from './checks/decimals.js';
import type { WrittenCalendars } from './checks/holiday-use.js';
import { windowFaults } from './checks/contradictions.js';
import { amendmentFaults, intervalFaults, outsideTermFaults, spanOf } from './checks/outside-term.js';
import { commitmentSchema } from './commitments.js';
import { creditsSchema, discountSchema } from './discounts.js';
import { kpiSchema } from './kpis.js';
import { lineSchema, linesOf } from './lines.js';
import { measureSchema } from './measures.js';
import { vatSchema } from './prices.js';
import {
  amended,
  instantOf,
  versionDrafts,
  type Sets,
  type VersionDraft,
  type WrittenAmendment,
} from './timeline.js';
import { direction, id, media, names } from './words.js';

const scope = strict({
  programme: id,
  queues: names.nullable().default(null),
  channels: z.array(media).min(1).nullable().default(null),
  directions: z.array(direction).min(1).nullable().default(null),
});

/** Everything that an amendment or calendar rule can change. */
export const terms = {
  scope,
  measures: z.record(id, measureSchema).default({}),
  kpis: z.record(id, kpiSchema).default({}),
  lines: z.array(lineSchema).min(1),
  bonusMalus: z.array(bonusMalusSchema).default([]),
  corridors: z.array(corridorSchema).default([]),
  commitments: z.array(commitmentSchema).optional(),
  discounts: z.array(discountSchema).optional(),
  credits: creditsSchema.optional(),
  waivers: z.array(waiverSchema).default([]),
  limits: limitsSchema.nullable().default(null),
  bonus: bonusSchema.optional(),
  malus: malusSchema.default({ overallCap: null, vatTreatment: 'priceReduction' }),
  vat: vatSchema.default({ category: 'S', rate: '20', reason: null }),
};

const termsSchema = strict(terms);

const json: z.ZodType<Json> = z.json();
export const sets = z.record(z.string(), json);

/** The head of a written contract, as far as its versions follow from it. */
export interface WrittenHead extends WrittenCalendars, WrittenMoney, PeriodFrame {
  readonly version: number;
  readonly scope: { readonly programme: string };
  readonly seller: { readonly vatId: string | null };
  readonly buyer: { readonly vatId: string | null };
  readonly term: Contract['term'];
  readonly period: Contract['period'];
  readonly calendarRules: readonly WrittenRule[];
  readonly amendments: readonly WrittenAmendment[];
}

interface WrittenRule {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly overrides: Sets;
}

/** The versions by effective instant, each with the windows that reach into it. */
export function versionsOf(written: WrittenHead, value: Json, faults: Fault[]): Version[] {
  const drafts = versionDrafts(written, pickTerms(value), faults);
  const rules = datedRules(written, faults);
  const versions = drafts.flatMap((each, index): Version[] => {
    const own = readTerms(each.raw, written, each.path, faults);
    const until = drafts[index + 1]?.from ?? Infinity;
    const touching = rules.filter(({ from, to }) => from < until && to > (each.from ?? -Infinity));
    const windows = touching.flatMap((rule): Window[] => {
      const path = ['calendarRules', rule.index, 'overrides'];
      const changed = readTerms(amended(each.raw, rule.overrides, path, faults), written, path, faults);
      if (changed === null) return [];
      if (own !== null) faults.push(...windowFaults(own, changed, path));
      return [{ id: rule.id, from: rule.from, to: rule.to, terms: changed }];
    });
    if (own === null) return [];
    return [{ version: each.version, from: each.from, reason: each.reason, terms: own, windows }];
  });
  faults.push(...ruleFaults(written, rules), ...datedFaults(written, drafts, versions));
  return versions;
}

function ruleFaults(
  { term, timeZone }: WrittenHead,
  rules: readonly { readonly index: number; readonly from: number; readonly to: number }[],
): Fault[] {
  const span = spanOf(term, timeZone);
  return rules.flatMap(({ index, from, to }) => intervalFaults({ from, to }, span, ['calendarRules', index]));
}

/** What shows only where the versions are put beside each other, and beside the term. */
function datedFaults(
  head: WrittenHead,
  drafts: readonly VersionDraft[],
  versions: readonly Version[],
): Fault[] {
  const { term, timeZone, amendments } = head;
  const span = spanOf(term, timeZone);
  const effective = ({ path: [section, index] }: VersionDraft): Path => [
    section ?? '',
    index ?? 0,
    'effective',
  ];
  const outside = drafts.flatMap((draft) => {
    if (draft.from === null || Number.isNaN(draft.from)) return [];
    const { effective: text } = amendments[Number(draft.path[1])] ?? { effective: '' };
    return amendmentFaults(draft.from, text, span, effective(draft));
  });
  // a version that cannot be read leaves nothing to compare
  if (versions.length !== drafts.length) return outside;
  const switched = drafts.flatMap((draft, index) => {
    const [before, after] = [versions[index - 1], versions[index]];
    return before === undefined || after === undefined
      ? []
      : [
          ...switchFaults(before, after, head, effective(draft)),
          ...commitmentChangeFaults(before, after, head, effective(draft)),
          ...discountChangeFaults(before, after, head, effective(draft)),
        ];
  });
  const paths = drafts.map(({ path }) => path);
  return [...outside, ...switched, ...outsideTermFaults(versions, span, head, paths)];
}

function pickTerms(value: Json): Json {
  const contract = value as Readonly<Record<string, Json>>;
  return Object.fromEntries(
    Object.keys(terms).flatMap((key) => (key in contract ? [[key, contract[key] as Json]] : [])),
  );
}

/**
 * Faults of the terms themselves have their own path, those that an amendment brought the amendment's; a
 * fault of one version is not repeated for the next.
 */
function readTerms(raw: Json, written: WrittenHead, path: Path, faults: Fault[]): Terms | null {
  const parsed = termsSchema.safeParse(raw);
  const report = (found: readonly Fault[]): void => {
    for (const each of found) {
      const own = path.length === 0;
      const lifted = own ? each : fault(each.code, path, `${each.path}: ${each.message}`);
      const known = faults.some(
        ({ path: at, message }) =>
          message === lifted.message || (at === each.path && message === each.message),
      );
      if (own || !known) faults.push(lifted);
    }
  };
  if (!parsed.success) report(zodFaults(parsed.error.issues, raw, { quotes: true }));
  const read = parsed.success ? { data: parsed.data, invented: [] } : repaired(termsSchema, raw);
  if (read === null) return null;
  const { invented } = read;
  const found: Fault[] = [];
  const data = withLineBases(read.data, found);
  if (data.scope.programme !== written.scope.programme) {
    const message = 'cannot change: a contract is for one programme';
    found.push(fault('programme-changed', ['scope', 'programme'], message));
  }
  const windows = written.calendarRules.map((rule) => rule.id);
  found.push(...termsFaults(data, windows, written));
  report(found.filter((each) => !restsOn(invented, each)));
  const dated: Fault[] = [];
  const terms = domainTerms(data, written.timeZone, path, dated);
  faults.push(...dated.filter((each) => !restsOn(invented, each)));
  return invented.length === 0 ? terms : null;
}

function domainTerms(
  parsed: ReturnType<typeof withLineBases<z.output<typeof termsSchema>>>,
  zone: string,
  path: Path,
  faults: Fault[],
): Terms {
  const { programme: _, ...scoped } = parsed.scope;
  const waivers = parsed.waivers.map((waiver, index): Waiver => {
    if (waiver.kind === 'volumeAbove') return waiver;
    const at = [...path, 'waivers', index];
    const from = instantOf(waiver.from, zone, [...at, 'from'], faults);
    const to = instantOf(waiver.to, zone, [...at, 'to'], faults);
    if (from >= to) faults.push(notAscending(waiver, at));
    return { ...waiver, from, to };
  });
  return { ...parsed, scope: scoped, lines: linesOf(parsed.lines), waivers };
}

function datedRules(
  written: WrittenHead,
  faults: Fault[],
): { index: number; id: string; from: number; to: number; overrides: Readonly<Record<string, Json>> }[] {
  const dated = written.calendarRules.map((rule, index) => {
    const at = ['calendarRules', index];
    const from = instantOf(rule.from, written.timeZone, [...at, 'from'], faults);
    const to = instantOf(rule.to, written.timeZone, [...at, 'to'], faults);
    if (from >= to) faults.push(notAscending(rule, at));
    return { index, id: rule.id, from, to, overrides: rule.overrides };
  });
  const sorted = dated.toSorted((a, b) => a.from - b.from);
  sorted.forEach((rule, place) => {
    const before = sorted[place - 1];
    if (before === undefined || before.to <= rule.from) return;
    const message = `${rule.id} overlaps ${before.id}: one rule holds at a time`;
    faults.push(fault('overlapping-calendar-rules', ['calendarRules', rule.index], message));
  });
  return dated;
}

function notAscending({ from, to }: { readonly from: string; readonly to: string }, at: Path): Fault {
  return fault('interval-not-ascending', [...at, 'to'], `${to} must be after ${from}`);
}
