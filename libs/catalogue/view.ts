import { type ContractMeter, contractMeter } from '#domain/metering/contract-meter.js';
import { agreedResolutions } from '#domain/metering/resolving.js';
import type { Contract } from '#domain/contract/contract.js';
import type { KpiSettings } from '#domain/live/kpi-figure.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import type { Catalogue, Programme } from './catalogue.js';
import { durationMs } from './duration.js';
import type { CatalogueIndex } from './catalogue-index.js';

/** A catalogue as counting needs it: for the tally, live, and for the period book, at the close. */
export interface CatalogueView extends LiveScope {
  readonly catalogueVersion: string;
  /** What it was made of. */
  readonly catalogue?: Catalogue;
  readonly contracts: readonly { readonly id: string; readonly meter: ContractMeter }[];
}

export function catalogueView(index: CatalogueIndex): CatalogueView {
  const { catalogue } = index;
  return {
    ...index,
    catalogueVersion: catalogue.version,
    contracts: catalogue.contracts.map((contract) => ({
      id: contract.id,
      meter: contractMeter(contract, index),
    })),
  };
}

/**
 * What the live KPIs of a programme are reported for: its thresholds, short abandons and windows of
 * first-contact resolution, and the survey KPIs that its contracts have agreed on.
 */
export function kpiSettings(
  { thresholdsMs, serviceLevel, fcr }: Programme,
  contracts: readonly Contract[],
): KpiSettings {
  const windows = fcr.windows.map((iso) => ({ iso, minutes: (durationMs(iso) ?? 0) / 60_000 }));
  return {
    thresholdsMs,
    shortAbandonMs: serviceLevel.shortAbandonMs,
    windows,
    surveys: surveysOf(contracts),
    resolutions: [...agreedResolutions(contracts).values()].flat(),
  };
}

/** By the latest version of each contract; each definition once. */
function surveysOf(contracts: readonly Contract[]): KpiSettings['surveys'] {
  const kpis = contracts.flatMap(({ versions }) => Object.values(versions.at(-1)?.terms.kpis ?? {}));
  const surveys = kpis.flatMap((kpi) => {
    if (!('question' in kpi)) return [];
    const { minSample: _, onNoData: __, ...definition } = kpi;
    return [[JSON.stringify(definition), definition] as const];
  });
  return [...new Map(surveys).values()];
}
