import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Line } from '#domain/contract/line.js';
import type { Measure, WorkTime } from '#domain/contract/measure.js';
import type { Quantities } from './books.js';

/**
 * A clause of a contract and the contract without it: what the clause moves is the difference of their
 * prices. Tiers are replaced by their first price, since a line without a price charges nothing.
 */
export interface Clause {
  readonly kind: ClauseKind;
  /** Of the line, measure, bonus or malus, ... that it is part of. */
  readonly id: string;
  readonly without: Contract;
  /**
   * null: without it work is counted differently, so its sums must be read again; else what of the draft's
   * sums is left.
   */
  readonly sums: ((quantities: Quantities) => Quantities) | null;
}

export type ClauseKind =
  | 'line'
  | 'bands'
  | 'rates'
  | 'tiers'
  | 'indexation'
  | 'gate'
  | 'guards'
  | 'increment'
  | 'caps'
  | 'averageCap'
  | 'lineMinimum'
  | 'corridor'
  | 'commitment'
  | 'discount'
  | 'credits'
  | 'bonusMalus'
  | 'waiver'
  | 'bonusCap'
  | 'malusCap'
  | 'minimum'
  | 'maximum'
  | 'calendarRule'
  | 'amendment';

/** Every clause that can be taken out for itself, in the order of the contract. */
export function clausesOf(contract: Contract): Clause[] {
  const all = contract.versions.flatMap(({ terms, windows }) => [
    terms,
    ...windows.map((window) => window.terms),
  ]);
  return [
    ...lineClauses(contract, all),
    ...measureClauses(contract, all),
    ...sectionClauses(contract, all),
    ...limitClauses(contract, all),
    ...timeClauses(contract),
  ];
}

const same = (quantities: Quantities): Quantities => quantities;

function lineClauses(contract: Contract, all: readonly Terms[]): Clause[] {
  const lines = all.flatMap((terms) => terms.lines);
  const ids = [...new Set(lines.map(({ id }) => id))];
  const removed = (id: string): Clause => ({
    kind: 'line',
    id,
    without: mapTerms(contract, (terms) => ({
      ...terms,
      lines: terms.lines.filter((line) => line.id !== id),
    })),
    sums: (quantities) => new Map([...quantities].filter(([key]) => !key.startsWith(`line/${id}/`))),
  });
  return ids.flatMap((id) => [
    ...(ids.length > 1 ? [removed(id)] : []),
    ...lineParts.flatMap(({ kind, without, counts }) => {
      if (!lines.some((line) => line.id === id && without(line) !== line)) return [];
      const changed = mapTerms(contract, (terms) => ({
        ...terms,
        lines: terms.lines.map((line) => (line.id === id ? without(line) : line)),
      }));
      return [{ kind, id, without: changed, sums: counts ? null : same }];
    }),
  ]);
}

interface LinePart {
  readonly kind: ClauseKind;
  /** The line without it; the very same line where it has none. */
  readonly without: (line: Line) => Line;
  /** Whether work is counted by it. */
  readonly counts: boolean;
}

const lineParts: readonly LinePart[] = [
  {
    kind: 'bands',
    without: (line) => ('bands' in line && line.bands.length > 0 ? { ...line, bands: [] } : line),
    counts: true,
  },
  {
    kind: 'rates',
    without: (line) => ('rates' in line && line.rates.length > 0 ? { ...line, rates: [] } : line),
    counts: true,
  },
  { kind: 'tiers', without: withoutTiers, counts: false },
  {
    kind: 'indexation',
    without: (line) =>
      'indexation' in line && line.indexation !== null ? { ...line, indexation: null } : line,
    counts: false,
  },
  { kind: 'gate', without: (line) => (line.payIf === null ? line : { ...line, payIf: null }), counts: false },
  {
    kind: 'lineMinimum',
    without(line) {
      if (line.minimum === undefined) return line;
      const { minimum: _, ...rest } = line;
      return rest;
    },
    counts: false,
  },
  {
    kind: 'guards',
    without: (line) =>
      line.model === 'gainShare' && line.guards.length > 0 ? { ...line, guards: [] } : line,
    counts: false,
  },
];

/** Units priced by steps: all of them at the price of the first. */
function withoutTiers(line: Line): Line {
  if (line.model === 'time' && line.tiers !== undefined) {
    const { tiers: _, ...rest } = line;
    return rest;
  }
  if (!('pricing' in line) || !('steps' in line.pricing)) return line;
  const [first, ...others] = line.pricing.steps;
  if (first === undefined || others.length === 0) return line;
  return { ...line, pricing: { mode: 'flat', price: first.price } };
}

function measureClauses(contract: Contract, all: readonly Terms[]): Clause[] {
  const ids = [...new Set(all.flatMap(({ measures }) => Object.keys(measures)))];
  return ids.flatMap((id) =>
    measureParts.flatMap(({ kind, without }) => {
      const has = all.some(({ measures }) => {
        const measure = measures[id];
        return measure?.kind === 'time' && without(measure) !== measure;
      });
      if (!has) return [];
      const changed = mapTerms(contract, (terms) => {
        const measures = Object.entries(terms.measures).map(([name, measure]): [string, Measure] => [
          name,
          name === id && measure.kind === 'time' ? without(measure) : measure,
        ]);
        return { ...terms, measures: Object.fromEntries(measures) };
      });
      return [{ kind, id, without: changed, sums: null }];
    }),
  );
}

const measureParts: readonly { kind: ClauseKind; without: (measure: WorkTime) => WorkTime }[] = [
  {
    kind: 'increment',
    without: (measure) => (measure.increment === null ? measure : { ...measure, increment: null }),
  },
  {
    kind: 'caps',
    without: (measure) =>
      measure.capMs === null && Object.keys(measure.capsMs).length === 0
        ? measure
        : { ...measure, capMs: null, capsMs: {} },
  },
  {
    kind: 'averageCap',
    without: (measure) => (measure.averageCap === null ? measure : { ...measure, averageCap: null }),
  },
];

function sectionClauses(contract: Contract, all: readonly Terms[]): Clause[] {
  const sections = [
    ['corridors', 'corridor'],
    ['commitments', 'commitment'],
    ['discounts', 'discount'],
    ['bonusMalus', 'bonusMalus'],
    ['waivers', 'waiver'],
  ] as const;
  return sections.flatMap(([section, kind]) => {
    const ids = [...new Set(all.flatMap((terms) => (terms[section] ?? []).map(({ id }) => id)))];
    return ids.map((id): Clause => {
      const without = mapTerms(contract, (terms) => ({
        ...terms,
        [section]: (terms[section] ?? []).filter((each) => each.id !== id),
      }));
      // an outage is left out when counting
      return { kind, id, without, sums: kind === 'waiver' ? null : same };
    });
  });
}

function limitClauses(contract: Contract, all: readonly Terms[]): Clause[] {
  const clause = (kind: ClauseKind, id: string, change: (terms: Terms) => Terms): Clause => {
    return { kind, id, without: mapTerms(contract, change), sums: same };
  };
  const found: Clause[] = [];
  if (all.some(({ bonus }) => bonus !== undefined)) {
    const withoutCap = (all: Terms): Terms => {
      const { bonus: _, ...terms } = all;
      return terms;
    };
    found.push(clause('bonusCap', 'bonus', withoutCap));
  }
  if (all.some(({ malus }) => malus.overallCap !== null)) {
    found.push(
      clause('malusCap', 'malus', (terms) => ({ ...terms, malus: { ...terms.malus, overallCap: null } })),
    );
  }
  for (const [kind, bound] of [
    ['minimum', 'monthlyMin'],
    ['maximum', 'monthlyMax'],
  ] as const) {
    if (!all.some(({ limits }) => limits !== null && limits[bound] !== null)) continue;
    found.push(
      clause(kind, 'limits', (terms) => ({
        ...terms,
        limits: terms.limits === null ? null : { ...terms.limits, [bound]: null },
      })),
    );
  }
  if (all.some(({ credits }) => credits !== undefined)) {
    found.push(clause('credits', 'credits', (terms) => ({ ...terms, credits: undefined })));
  }
  return found;
}

/** Peak seasons and amendments: without one, what held before goes on. */
function timeClauses(contract: Contract): Clause[] {
  const windows = new Set(contract.versions.flatMap((version) => version.windows.map(({ id }) => id)));
  const [, ...amendments] = contract.versions;
  return [
    ...[...windows].map((id): Clause => {
      const versions = contract.versions.map((version) => ({
        ...version,
        windows: version.windows.filter((window) => window.id !== id),
      }));
      return { kind: 'calendarRule', id, without: { ...contract, versions }, sums: null };
    }),
    ...amendments.map(({ version }): Clause => {
      const versions = contract.versions.filter((each) => each.version !== version);
      return { kind: 'amendment', id: `${version}`, without: { ...contract, versions }, sums: null };
    }),
  ];
}

function mapTerms(contract: Contract, change: (terms: Terms) => Terms): Contract {
  const versions = contract.versions.map((version) => ({
    ...version,
    terms: change(version.terms),
    windows: version.windows.map((window) => ({ ...window, terms: change(window.terms) })),
  }));
  return { ...contract, versions };
}
