import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Line } from '#domain/contract/line.js';
import type { Measure } from '#domain/contract/measure.js';
import type { Draw } from './draw.js';
import { furtherKinds } from './further-draw.js';

/** Kinds of terms that are counted. */
const coveredKinds = [...furtherKinds, 'resolutions'] as const;
type CoveredKind = (typeof coveredKinds)[number];

/** How often a kind of terms was drawn, and in how many of those that were tried a planted fault was seen. */
export interface KindCount {
  drawn: number;
  tried: number;
  seen: number;
}

/** A count that is not to be trusted where it is 0: a kind that is never drawn, or that decides nothing. */
export class Coverage {
  readonly counts: ReadonlyMap<CoveredKind, KindCount> = new Map(
    coveredKinds.map((kind) => [kind, { drawn: 0, tried: 0, seen: 0 }]),
  );
  readonly #maxTried: number;

  constructor(maxTried: number) {
    this.#maxTried = maxTried;
  }

  /** `differs`: whether the product comes to something else than the reference for a draw. */
  note(drawn: Draw, differs: (changed: Draw) => boolean): void {
    for (const [kind, count] of this.counts) {
      if (drawn.kinds?.includes(kind) !== true) continue;
      count.drawn += 1;
      if (count.tried >= this.#maxTried) continue;
      count.tried += 1;
      if (differs({ ...drawn, contract: withFault(drawn.contract, kind) })) count.seen += 1;
    }
  }
}

/** Of each kind a contract that means something else, as a fault in the product would. */
function withFault(contract: Contract, kind: CoveredKind): Contract {
  const change = faults[kind];
  const versions = contract.versions.map((version) => ({
    ...version,
    terms: change(version.terms),
    windows: version.windows.map((window) => ({ ...window, terms: change(window.terms) })),
  }));
  return { ...contract, versions };
}

const faults: Readonly<Record<CoveredKind, (terms: Terms) => Terms>> = {
  machines: (terms) =>
    withMeasures(terms, (measure) => {
      const where = 'where' in measure ? measure.where : null;
      return where?.kinds === undefined
        ? measure
        : ({ ...measure, where: { ...where, kinds: ['person'] } } as Measure);
    }),
  gainShare: (terms) =>
    withLines(terms, (line) => (line.model === 'gainShare' ? { ...line, guards: [], share: '0.8' } : line)),
  indexation: (terms) =>
    withLines(terms, (line) => ('indexation' in line ? { ...line, indexation: null } : line)),
  seats: (terms) =>
    withMeasures(terms, (measure) =>
      measure.kind === 'seats' ? { ...measure, seats: measure.seats + 1 } : measure,
    ),
  outages: (terms) =>
    withMeasures(terms, (measure) =>
      measure.kind === 'elapsed' ? { ...measure, freeMs: measure.freeMs + measure.stepMs } : measure,
    ),
  outageWaivers: (terms) => ({ ...terms, waivers: terms.waivers.filter(({ kind }) => kind !== 'outage') }),
  adHoc: (terms) =>
    withMeasures(terms, (measure) =>
      measure.kind === 'adHoc'
        ? { ...measure, countAt: measure.countAt === 'work' ? 'approval' : 'work' }
        : measure,
    ),
  forecastEvents: (terms) => ({
    ...terms,
    corridors: terms.corridors.map((each) => ({ ...each, forecast: { kind: 'event', id: 'another plan' } })),
  }),
  during: (terms) => ({
    ...terms,
    bonusMalus: terms.bonusMalus.map((each) => (each.kind === 'earnBack' ? each : { ...each, during: null })),
  }),
  resolutions: (terms) => {
    const { held, ...kpis } = terms.kpis;
    return held?.type !== 'settled' ? terms : { ...terms, kpis: { ...kpis, held: { ...held, windowMs: 1 } } };
  },
  previousPeriod: (terms) => ({
    ...terms,
    kpis: Object.fromEntries(
      Object.entries(terms.kpis).map(([id, kpi]) => [id, { ...kpi, onNoData: 'neutral' as const }]),
    ),
  }),
};

function withLines(terms: Terms, change: (line: Line) => Line): Terms {
  return { ...terms, lines: terms.lines.map(change) };
}

function withMeasures(terms: Terms, change: (measure: Measure) => Measure): Terms {
  const measures = Object.entries(terms.measures).map(([id, measure]) => [id, change(measure)]);
  return { ...terms, measures: Object.fromEntries(measures) as Terms['measures'] };
}
