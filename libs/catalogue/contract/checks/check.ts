import type { Limits } from '#domain/contract/bonus-malus.js';
import type { Contract, Version } from '#domain/contract/contract.js';
import type { Line, Vat } from '#domain/contract/line.js';
import type { PeriodFrame } from '#domain/period/contract-periods.js';
import { periodNouns } from '#domain/period/rhythm.js';
import { takesUnitsInOrder } from '#domain/contract/volume-order.js';
import { fault, pathText, type Fault, type Path } from '../../fault.js';
import { kpiFaults } from '../kpis.js';
import { lineFaults } from '../lines.js';
import { decimalFaults, type WrittenMoney } from './decimals.js';
import { adHocFaults } from './ad-hoc.js';
import { belowZeroFaults } from './below-zero.js';
import { provisionalFaults } from './settled.js';
import { bonusMalusFaults, corridorFaults, waiverFaults } from './clauses.js';
import { commitmentFaults } from './commitments.js';
import { contradictionFaults } from './contradictions.js';
import { deadClauseFaults } from './dead-clauses.js';
import { creditFaults } from './credits.js';
import { discountFaults } from './discounts.js';
import { holidayUseFaults, type WrittenCalendars } from './holiday-use.js';
import { includedFaults } from './included.js';
import { isBorder } from './period-border.js';
import { periodUnitFaults } from './period-units.js';
import { plausibilityFaults } from './plausible.js';
import { bandFaults, tierFaults } from './prices.js';
import { lineReferenceFaults, measureReferenceFaults, namesOf } from './references.js';
import type { WrittenTerms } from './written-terms.js';

/** What the head of a contract says, as far as its terms depend on it. */
interface TermsHead extends WrittenParties, WrittenCalendars, WrittenMoney, PeriodFrame {
  readonly term: Contract['term'];
  readonly period: Contract['period'];
}

interface WrittenParties {
  readonly seller: { readonly vatId: string | null };
  readonly buyer: { readonly vatId: string | null };
}

/** What cannot be seen in one place: names of nothing, clauses that contradict each other. */
export function termsFaults(terms: WrittenTerms, windows: readonly string[], head: TermsHead): Fault[] {
  const names = namesOf(terms, windows);
  const { measures, kpis, lines, bonusMalus, corridors, waivers } = terms;
  return [
    ...duplicateIds(terms),
    ...lineReferenceFaults(terms, names),
    ...lines.flatMap((line, index) => {
      const measure = 'measure' in line ? (measures[line.measure] ?? null) : null;
      return below(lineFaults(line, measure), ['lines', index]);
    }),
    ...measureReferenceFaults(terms, names),
    ...Object.entries(kpis).flatMap(([id, kpi]) => below(kpiFaults(kpi), ['kpis', id])),
    ...bonusMalus.flatMap((each, index) => bonusMalusFaults(each, ['bonusMalus', index], names)),
    ...corridors.flatMap((corridor, index) => corridorFaults(corridor, ['corridors', index], terms, names)),
    ...commitmentFaults(terms, names, head.term),
    ...discountFaults(terms, names, head),
    ...creditFaults(terms, head.term),
    ...periodUnitFaults(terms, head),
    ...waivers.flatMap((waiver, index) => waiverFaults(waiver, ['waivers', index], names)),
    ...lines.flatMap((line, index) => bandFaults(line, ['lines', index])),
    ...holidayUseFaults(terms, head),
    ...lines.flatMap((line, index) => tierFaults(line, ['lines', index])),
    ...contradictionFaults(terms),
    ...adHocFaults(terms),
    ...provisionalFaults(terms, head.period),
    ...includedFaults(terms),
    ...plausibilityFaults(terms),
    ...deadClauseFaults(terms),
    ...belowZeroFaults(terms),
    ...limitFaults(terms.limits),
    ...decimalFaults(terms, head),
    ...vatFaults(terms.vat, ['vat']),
    ...vatIdFaults(terms, head),
    ...lines.flatMap((line, index) =>
      line.model === 'gate' || line.vat === null ? [] : vatFaults(line.vat, ['lines', index, 'vat']),
    ),
  ];
}

/** Faults with paths below a part as faults of the contract. */
function below(faults: readonly Fault[], path: Path): Fault[] {
  return faults.map((each) => {
    const under = each.path === '' || each.path.startsWith('[') ? each.path : `.${each.path}`;
    return { ...each, path: `${pathText(path)}${under}` };
  });
}

/** A change of the charge model, which only two versions together show: at the border of a period only. */
export function switchFaults(before: Version, after: Version, frame: PeriodFrame, path: Path): Fault[] {
  const models = new Map(before.terms.lines.map((line) => [line.id, line]));
  const { lines } = after.terms;
  const switched = lines.find((line) => {
    const was = models.get(line.id);
    return was !== undefined && (was.model !== line.model || changesUnit(was, line, before, after));
  });
  const removed = [...models.keys()].find((id) => !lines.some((line) => line.id === id));
  const added = lines.find(({ id }) => !models.has(id));
  const what = switched?.id ?? (removed !== undefined && added !== undefined ? added.id : undefined);
  if (what === undefined || after.from === null) return [];
  if (isBorder(after.from, frame)) return [];
  const noun = periodNouns[frame.period.unit];
  const message = `${what} changes the charge model: possible at the first moment of a ${noun} only`;
  return [fault('model-changes-mid-month', path, message)];
}

/** Where the volume of the period counts, hours and minutes cannot be counted on. */
function changesUnit(was: Line, is: Line, before: Version, after: Version): boolean {
  if (was.model !== 'time' || is.model !== 'time') return false;
  const isSame = was.unit === is.unit && was.hoursPerFte === is.hoursPerFte;
  return !isSame && [before, after].some(({ terms }) => takesUnitsInOrder(terms, is.id));
}

function duplicateIds(terms: WrittenTerms): Fault[] {
  const places: [string, Path][] = [
    // what is carried on has the name of its section on invoices
    ...(terms.credits === undefined ? [] : [['credits', ['credits']] as [string, Path]]),
    ...Object.keys(terms.measures).map((id): [string, Path] => [id, ['measures', id]]),
    ...Object.keys(terms.kpis).map((id): [string, Path] => [id, ['kpis', id]]),
    ...(['lines', 'bonusMalus', 'corridors', 'commitments', 'discounts', 'waivers'] as const).flatMap(
      (section) =>
        (terms[section] ?? []).map(({ id }, index): [string, Path] => [id, [section, index, 'id']]),
    ),
  ];
  const first = new Map<string, Path>();
  return places.flatMap(([id, path]) => {
    const other = first.get(id);
    if (other === undefined) {
      first.set(id, path);
      return [];
    }
    const message = `'${id}' is the id of ${other.join('.')} as well: ids are unique in a contract`;
    return [fault('duplicate-id', path, message)];
  });
}

function limitFaults(limits: Limits | null): Fault[] {
  if (limits === null || limits.monthlyMin === null || limits.monthlyMax === null) return [];
  if (Number(limits.monthlyMin) <= Number(limits.monthlyMax)) return [];
  const message = `${limits.monthlyMax} must not be below monthlyMin ${limits.monthlyMin}`;
  return [fault('limits-crossed', ['limits', 'monthlyMax'], message)];
}

/** EN 16931 BR-AE, BR-O, BR-E, BR-Z, BR-IC, BR-G: no tax, and a reason unless the rate is plainly zero. */
function vatFaults({ category, rate, reason }: Vat, path: Path): Fault[] {
  const rateIs = [...path, 'rate'];
  if (category === 'S') {
    if (Number(rate) > 100) return [fault('out-of-range', rateIs, `${rate} must be at most 100, in percent`)];
    if (Number(rate) > 0) return [];
    return [fault('vat-rate-missing', rateIs, `${rate} must be above 0 in category S`)];
  }
  const notZero = fault('vat-rate-not-zero', rateIs, `${rate} must be "0" in category ${category}`);
  const noReason = fault('missing', [...path, 'reason'], `is missing: category ${category} needs one`);
  return [
    ...(Number(rate) === 0 ? [] : [notZero]),
    ...(category === 'Z' || reason !== null ? [] : [noReason]),
  ];
}

/** Who must have a VAT id: BR-AE-02, BR-IC-02 (both), BR-G-02 (the seller). */
const vatIdsOf: Readonly<Partial<Record<Vat['category'], readonly ('seller' | 'buyer')[]>>> = {
  AE: ['seller', 'buyer'],
  K: ['seller', 'buyer'],
  G: ['seller'],
};

/** VAT ids that the categories of the terms ask for; of each party once. */
function vatIdFaults({ vat, lines }: WrittenTerms, parties: WrittenParties): Fault[] {
  const all = [
    vat,
    ...lines.flatMap((line) => (line.model === 'gate' || line.vat === null ? [] : [line.vat])),
  ];
  return (['seller', 'buyer'] as const).flatMap((party) => {
    if (parties[party].vatId !== null) return [];
    const needing = all.find(({ category }) => vatIdsOf[category]?.includes(party));
    if (needing === undefined) return [];
    const message = `is missing: VAT category ${needing.category} needs the VAT id of ${party}`;
    return [fault('vat-id-missing', [party, 'vatId'], message)];
  });
}
