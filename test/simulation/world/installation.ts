import { type CatalogueView, catalogueView } from '#catalogue/view.js';
import { catalogueIndex, type CatalogueIndex } from '#catalogue/catalogue-index.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import {
  type CloseDeps,
  type CloseMode,
  closePeriod,
  type CloseResult,
} from '#pipeline/close/close-period.js';
import { Periods } from '#pipeline/close/periods.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import { meteredFacts } from '#pipeline/close/cut.js';
import { parkedWork } from '#pipeline/close/parked-work.js';
import { thisSoftware } from '#pipeline/close/software.js';
import { meter } from '#pipeline/meter/meter.js';
import { tally, tallyPosition } from '#pipeline/tally/tally.js';
import type { TallyCatalogues } from '#pipeline/tally/tally-state.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import type { Log } from '#log/log.js';
import type { Store } from '#store/store.js';
import { storedPosition } from '#pipeline/stored-position.js';
import { normalizer } from '#pipeline/normalize/normalizer.js';
import type { RefusedRecord } from '#wire/refused.js';
import { meterStage, normalizerStage, tallyStage } from '#wire/stages.js';
import {
  amendedCentre,
  catalogueOf,
  type Centre,
  connection,
  firstCentre,
  hiredCentre,
  retunedCentre,
} from '../centre.js';
import type { Options } from '../plan.js';
import { simPlatform } from './sim-platform.js';
import { interpretations, type Software } from './software.js';
import type { StageInProcess } from './stage-process.js';

/** The catalogues, compiled once for all runs. */
export const lookups: Readonly<Record<Centre['name'], CatalogueIndex>> = {
  first: catalogueIndex(catalogueOf(firstCentre)),
  amended: catalogueIndex(catalogueOf(amendedCentre)),
  hired: catalogueIndex(catalogueOf(hiredCentre)),
  retuned: catalogueIndex(catalogueOf(retunedCentre)),
};
const views = new Map(
  Object.values(lookups).map((lookup) => [lookup.catalogue.version, catalogueView(lookup)]),
);

function viewOf(version: string | undefined): CatalogueView {
  const view = version === undefined ? undefined : views.get(version);
  if (view === undefined) throw new Error(`there is no catalogue ${version}`);
  return view;
}

/** What a process with this log finds in force. */
function cataloguesIn(log: Log): TallyCatalogues {
  const catalogues = new CatalogueLog(log);
  return {
    inForce: async () => viewOf((await catalogues.inForce())?.version),
    find: async (version) => viewOf(version),
  };
}

export const centres: Readonly<Record<Centre['name'], Centre>> = {
  first: firstCentre,
  amended: amendedCentre,
  hired: hiredCentre,
  retuned: retunedCentre,
};

export const centreNames = Object.keys(centres) as Centre['name'][];

/** The centre of a catalogue. */
export function centreOf(version: string): Centre['name'] {
  const found = centreNames.find((name) => lookups[name].catalogue.version === version);
  if (found === undefined) throw new Error(`there is no catalogue ${version}`);
  return found;
}

/** Long after every period of the workload: nothing waits for its end. */
const closingTime = Date.UTC(2026, 6, 1);

type OnRefused = (refused: RefusedRecord) => void;

/** `connections`: that the catalogue of the process has. */
export function normalizerIn(log: Log, connections: readonly string[], onRefused: OnRefused): StageInProcess {
  const { name, topic, group } = normalizerStage;
  const own = lookups.first.connection(connection);
  const handler = normalizer({
    log,
    catalogue: async () => ({
      catalogue: lookups.first.catalogue,
      connection: (id) => (own !== null && connections.includes(id) ? { ...own, id } : null),
    }),
    platform: () => simPlatform,
    pseudonym: (customer) => customer,
    onWarning: () => undefined,
    onRefused,
  });
  return { name, topic, group, handler };
}

export function meterIn(
  log: Log,
  store: Store,
  options: Options,
  onRefused: OnRefused,
  software: Software = 'new',
): StageInProcess {
  const { cachedEntities, archiveAfterMs } = options;
  const { name, topic, group, keyspace } = meterStage;
  const handler = meter({
    log,
    store,
    cachedEntities,
    archiveAfterMs,
    interpretation: interpretations[software],
    onRefused,
  });
  return { name, topic, group, handler, storedPosition: storedPosition(store, keyspace) };
}

export function tallyIn(
  log: Log,
  store: Store,
  { cachedChains, takeoverRecords }: Options,
  onRefused: OnRefused,
): StageInProcess {
  const handler = tally({
    log,
    store,
    catalogues: cataloguesIn(log),
    cachedChains,
    takeoverRecords,
    takeoverChains: takeoverRecords,
    checkpointRecords: takeoverRecords,
    onRefused,
  });
  const { name, topic, group } = tallyStage;
  const takeOver = async (): Promise<boolean> => handler.takeOver();
  return { name, topic, group, handler, takeOver, storedPosition: tallyPosition(store, handler) };
}

export type StageKind = StageInProcess['name'];

/** The group in which a stage reads. */
export function groupOf(kind: StageKind): string {
  return { normalizer: normalizerStage, meter: meterStage, tally: tallyStage }[kind].group;
}

/** What an invoicer with this catalogue does when it is asked to close. */
export async function closeWith(
  log: Log,
  store: Store,
  catalogue: Centre['name'],
  partitions: number,
  asked: { readonly contract: string; readonly period: string; readonly mode: CloseMode },
  /** What the invoicer has read of the closes before; a new process has read nothing. */
  closeLog = new CloseLog(log),
): Promise<CloseResult> {
  const lookup = lookups[catalogue];
  const contract = lookup.contract(asked.contract);
  if (contract === null) throw new Error(`there is no contract ${asked.contract}`);
  const catalogues = new CatalogueLog(log);
  const periods = new Periods({ log, store, lookup, partitions, catalogues });
  const known = Object.values(lookups);
  const deps: CloseDeps = {
    log,
    lookup,
    closeLog,
    metered: async () => meteredFacts(log, store, partitions),
    tallied: async (id: string, period: string) => periods.tallied(id, period),
    parked: async (of: Contract, period: Period) =>
      parkedWork(of, period, { log, store, lookup, partitions }),
    lookupOf: async (version: string) => {
      const found = known.find((other) => other.catalogue.version === version);
      if (found === undefined) throw new Error(`there is no catalogue ${version}`);
      return found;
    },
    inForce: async (announced) => catalogues.decided(announced, closingTime),
    now: () => closingTime,
    software: thisSoftware(),
  };
  return closePeriod(contract, asked.period, deps, asked.mode, 'the workload has unknown work');
}
