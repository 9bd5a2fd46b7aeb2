import { type ContractMeter, contractMeter } from '#domain/metering/contract-meter.js';
import type { KpiSettings } from '#domain/live/report.js';
import type { ProgrammeView } from '#domain/live/tally.js';
import type { Programme } from './catalogue.js';
import { durationMs } from './duration.js';
import type { Lookup } from './lookup.js';

/** A catalogue as those read it who count: the tally, live, and the book, at the close. */
export interface CatalogueView extends ProgrammeView {
  readonly catalogueVersion: string;
  readonly contracts: readonly { readonly id: string; readonly meter: ContractMeter }[];
}

export function catalogueView({ catalogue, view, scope }: Lookup): CatalogueView {
  return {
    ...view,
    catalogueVersion: catalogue.version,
    contracts: catalogue.contracts.map((contract) => ({
      id: contract.id,
      meter: contractMeter(contract, scope),
    })),
  };
}

/**
 * What the KPIs of a programme are told for: its thresholds, short abandons and windows of first-contact
 * resolution.
 */
export function kpiSettings({ thresholdsMs, serviceLevel, fcr }: Programme): KpiSettings {
  const windows = fcr.windows.map((iso) => ({ iso, minutes: (durationMs(iso) ?? 0) / 60_000 }));
  return { thresholdsMs, shortAbandonMs: serviceLevel.shortAbandonMs, windows };
}
