import { type ContractMeter, contractMeter } from '#domain/contract/meter.js';
import type { MeterScope } from '#domain/contract/share.js';
import type { KpiSettings } from '#domain/kpi/report.js';
import type { ProgrammeRules, ProgrammeView } from '#domain/kpi/tally.js';
import type { Programme } from './catalogue.js';
import { durationMs } from './duration.js';
import type { Lookup } from './lookup.js';

/** A catalogue as those read it who count: the tally, live, and the book, at the close. */
export interface CatalogueView extends ProgrammeView {
  readonly catalogueVersion: string;
  readonly contracts: readonly { readonly id: string; readonly meter: ContractMeter }[];
}

export function catalogueView(lookup: Lookup): CatalogueView {
  const rules = new Map<string, ProgrammeRules>(
    lookup.catalogue.programmes.map((programme) => [
      programme.id,
      { thresholdsMs: countedThresholds(programme), reason: programme.fcr.reason },
    ]),
  );
  const scope: MeterScope = {
    programmeOf: (queue, at) => {
      const home = lookup.programmeOf(queue, at);
      return home === null ? null : { programme: home.programme.id, queue: home.queue.name };
    },
    agent: (agent) => lookup.agentOf(agent),
  };
  return {
    catalogueVersion: lookup.catalogue.version,
    contracts: lookup.catalogue.contracts.map((contract) => ({
      id: contract.id,
      meter: contractMeter(contract, scope),
    })),
    queue: (queue, at) => {
      const home = lookup.programmeOf(queue, at);
      return home === null ? null : { programme: home.programme.id, name: home.queue.name };
    },
    rules: (programme) => rules.get(programme) ?? noRules,
    agent: (agent) => lookup.agentOf(agent)?.code ?? null,
  };
}

const noRules: ProgrammeRules = { thresholdsMs: [], reason: 'none' };

/** Every wait for which contacts must be counted: the thresholds, that of the service level, and the short abandon. */
export function countedThresholds(programme: Programme): number[] {
  const { thresholdMs, shortAbandonMs } = programme.serviceLevel;
  return [...new Set([...programme.thresholdsMs, thresholdMs, shortAbandonMs])].sort((a, b) => a - b);
}

export function kpiSettings(programme: Programme): KpiSettings {
  return {
    thresholdsMs: countedThresholds(programme),
    shortAbandonMs: programme.serviceLevel.shortAbandonMs,
    windows: programme.fcr.windows.map((iso) => ({ iso, minutes: (durationMs(iso) ?? 0) / 60_000 })),
  };
}
