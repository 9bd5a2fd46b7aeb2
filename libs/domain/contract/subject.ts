import type { Band, Rate } from './line.js';
import { cellKey } from './key.js';
import type { Contract, Terms } from './contract.js';
import type { Kpi } from './kpi.js';
import { contactStates, type Measure } from './measure.js';
import { piecesOf, type Piece, type Pieces, type Regime } from './timeline.js';
import { fits, type WorkLeg } from './share.js';

/** A quantity that the meter adds to: a line, a measure that some clause refers to, or a KPI. */
export type Subject = MeasuredSubject | KpiSubject;

export interface MeasuredSubject {
  readonly subject: 'line' | 'measure';
  readonly id: string;
  readonly pieces: Pieces;
  readonly reads: Reads;
  /** By regime; a line may be in one version only. */
  readonly definitions: ReadonlyMap<Regime, Definition>;
}

/** Kinds of content that can add to it at all, so that most are passed over at once. */
export interface Reads {
  readonly contacts: boolean;
  readonly activities: boolean;
  readonly outcomes: boolean;
  /** It is time of work. */
  readonly time: boolean;
}

export interface Definition {
  readonly measure: Measure;
  /** The KPI of a measure of resolved contacts. */
  readonly kpi: Kpi | null;
  readonly rates: readonly Rate[];
}

export interface KpiSubject {
  readonly subject: 'kpi';
  readonly id: string;
  readonly pieces: Pieces;
  readonly reads: Reads;
  readonly definitions: ReadonlyMap<Regime, Kpi>;
  /** `[from, to)` of outages that are left out of it, by waiver. */
  readonly outages: readonly { readonly from: number; readonly to: number }[];
}

/** Everything a contract measures, compiled once. */
export function subjectsOf(contract: Contract, regimes: readonly Regime[]): Subject[] {
  const subjects: Subject[] = [];
  for (const id of idsOf(regimes, lineIds)) {
    const bandsOf = (regime: Regime): readonly Band[] => lineOf(regime.terms, id)?.bands ?? [];
    const definitions = definitionsOf(regimes, ({ terms }) => {
      const line = lineOf(terms, id);
      return line === null ? null : definitionOf(terms, line.measure, line.rates);
    });
    const reads = readsMeasures(definitions.values());
    subjects.push({ subject: 'line', id, pieces: piecesOf(contract, regimes, bandsOf), reads, definitions });
  }
  for (const id of idsOf(regimes, measureIds)) {
    const definitions = definitionsOf(regimes, ({ terms }) => definitionOf(terms, id, []));
    const reads = readsMeasures(definitions.values());
    subjects.push({
      subject: 'measure',
      id,
      pieces: piecesOf(contract, regimes, () => []),
      reads,
      definitions,
    });
  }
  for (const id of idsOf(regimes, ({ kpis }) => Object.keys(kpis))) {
    const definitions = definitionsOf(regimes, ({ terms }) => terms.kpis[id] ?? null);
    const outages = outagesOf(regimes, id);
    const reads = readsKpis(definitions.values());
    const pieces = piecesOf(contract, regimes, () => []);
    subjects.push({ subject: 'kpi', id, pieces, reads, definitions, outages });
  }
  return subjects;
}

/** The sum that a piece's quantity goes to; made once per piece and rate. */
export function lineKey(subject: MeasuredSubject, piece: Piece, rate: string | null): string {
  let key = piece.made.get(rate ?? '');
  if (key !== undefined) return key;
  const { version, window } = piece.regime;
  key =
    subject.subject === 'line'
      ? cellKey({ subject: 'line', id: subject.id, version, window, bands: piece.bands, rate })
      : cellKey({ subject: 'measure', id: subject.id, version, window });
  piece.made.set(rate ?? '', key);
  return key;
}

export function kpiKey(subject: KpiSubject, piece: Piece, part: 'n' | 'd'): string {
  let key = piece.made.get(part);
  if (key !== undefined) return key;
  const { version, window } = piece.regime;
  key = cellKey({ subject: 'kpi', id: subject.id, version, window, part });
  piece.made.set(part, key);
  return key;
}

/** Whether an instant is left out of a KPI. */
export function inOutage({ outages }: KpiSubject, at: number): boolean {
  return outages.some(({ from, to }) => at >= from && at < to);
}

/** Id of the first rate that fits, null where none does and the line's own price holds. */
export function rateOf(definition: Definition, work: WorkLeg | null, queue: string | null): string | null {
  for (const rate of definition.rates) if (fits(rate.when, work, queue)) return rate.id;
  return null;
}

interface MeasuredLine {
  readonly measure: string;
  readonly bands: readonly Band[];
  readonly rates: readonly Rate[];
}

function lineOf(terms: Terms, id: string): MeasuredLine | null {
  const line = terms.lines.find((candidate) => candidate.id === id);
  if (line === undefined) return null;
  switch (line.model) {
    case 'time':
    case 'perUnit':
    case 'outcome':
      return line;
    case 'passThrough':
      return { measure: line.measure, bands: [], rates: [] };
    case 'fixed':
    case 'gainShare':
    case 'oneOff':
      return null;
  }
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
  return [...caps, ...included, ...waived];
}

function definitionOf(terms: Terms, id: string, rates: readonly Rate[]): Definition | null {
  const measure = terms.measures[id];
  if (measure === undefined) return null;
  return { measure, kpi: measure.kind === 'resolved' ? (terms.kpis[measure.kpi] ?? null) : null, rates };
}

function definitionsOf<T>(
  regimes: readonly Regime[],
  define: (regime: Regime) => T | null,
): ReadonlyMap<Regime, T> {
  return new Map(
    regimes.flatMap((regime) => {
      const definition = define(regime);
      return definition === null ? [] : [[regime, definition] as const];
    }),
  );
}

function idsOf(regimes: readonly Regime[], ids: (terms: Terms) => readonly string[]): Set<string> {
  return new Set(regimes.flatMap(({ terms }) => ids(terms)));
}

function outagesOf(regimes: readonly Regime[], kpi: string): { from: number; to: number }[] {
  return regimes.flatMap(({ terms }) =>
    terms.waivers.flatMap((waiver) => {
      if (waiver.kind !== 'outage') return [];
      const concerned = terms.adjustments.some(
        (adjustment) =>
          adjustment.kind === 'kpi' && adjustment.kpi === kpi && waiver.of.includes(adjustment.id),
      );
      return concerned ? [{ from: waiver.from, to: waiver.to }] : [];
    }),
  );
}

function readsMeasures(definitions: Iterable<Definition>): Reads {
  const reads = { contacts: false, activities: false, outcomes: false, time: false };
  for (const { measure } of definitions) {
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

function readsKpis(kpis: Iterable<Kpi>): Reads {
  const reads = { contacts: false, activities: false, outcomes: false, time: false };
  for (const { type } of kpis) {
    switch (type) {
      case 'aht':
      case 'att':
      case 'acw':
      case 'asa':
      case 'serviceLevel':
      case 'abandonment':
      case 'answerRate':
      case 'transfer':
      case 'hold':
      case 'fcrPerContact':
      case 'fcrPerIssue':
      case 'fcrDeclared':
        reads.contacts = true;
        break;
      case 'occupancy':
      case 'utilisation':
      case 'contactsPerHour':
        reads.contacts = true;
        reads.activities = true;
        break;
      case 'topBox':
      case 'meanScore':
      case 'nps':
      case 'fcrSurvey':
      case 'ratio':
      case 'share':
      case 'quality':
      case 'delay':
      case 'within':
        reads.outcomes = true;
        break;
    }
  }
  return reads;
}
