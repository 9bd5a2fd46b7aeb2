import { catalogueView } from '#catalogue/view.js';
import { catalogueIndex, type CatalogueIndex } from '#catalogue/catalogue-index.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { type CloseMode, closePeriod, type CloseResult } from '#pipeline/close/close-period.js';
import { Periods } from '#pipeline/close/periods.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import { meteredFacts } from '#pipeline/close/cut.js';
import { parkedWork } from '#pipeline/close/parked-work.js';
import { thisSoftware } from '#pipeline/close/software.js';
import { meter } from '#pipeline/meter/meter.js';
import { tally } from '#pipeline/tally/tally.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import type { Log } from '#log/log.js';
import type { Store } from '#store/store.js';
import { storedPosition } from '#pipeline/stored-position.js';
import { normalizer } from '#pipeline/normalize/normalizer.js';
import type { RefusedRecord } from '#wire/refused.js';
import { meterStage, normalizerStage, tallyStage } from '#wire/stages.js';
import { amendedCentre, catalogueOf, type Centre, connection, firstCentre } from '../centre.js';
import type { Options } from '../plan.js';
import { simPlatform } from './sim-platform.js';
import { interpretations, type Software } from './software.js';
import type { StageInProcess } from './stage-process.js';

/** The catalogues, compiled once for all runs. */
export const lookups: Readonly<Record<Centre['name'], CatalogueIndex>> = {
  first: catalogueIndex(catalogueOf(firstCentre)),
  amended: catalogueIndex(catalogueOf(amendedCentre)),
};
const views = {
  first: catalogueView(lookups.first),
  amended: catalogueView(lookups.amended),
};

export const centres: Readonly<Record<Centre['name'], Centre>> = {
  first: firstCentre,
  amended: amendedCentre,
};

/** Long after every period of the workload: nothing waits for its end. */
const closingTime = Date.UTC(2026, 6, 1);

type OnRefused = (refused: RefusedRecord) => void;

/** `connections`: that the catalogue of the process has. */
export function normalizerIn(log: Log, connections: readonly string[], onRefused: OnRefused): StageInProcess {
  const { name, topic, group } = normalizerStage;
  const own = lookups.first.connection(connection);
  const handler = normalizer({
    log,
    connection: (id) => (own !== null && connections.includes(id) ? { ...own, id } : null),
    platform: () => simPlatform,
    outcomes: [],
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
  catalogue: Centre['name'],
  { cachedChains }: Options,
  onRefused: OnRefused,
): StageInProcess {
  const view = views[catalogue];
  const handler = tally({
    log,
    store,
    view,
    cachedChains,
    onRefused,
  });
  const { name, topic, group, keyspace } = tallyStage(view.catalogueVersion);
  return { name, topic, group, handler, storedPosition: storedPosition(store, keyspace) };
}

/** What processes run: a stage, and of the tally one for each catalogue. */
export type StageKind = 'normalizer' | 'meter' | Centre['name'];

/** The group in which a stage reads. */
export function groupOf(kind: StageKind): string {
  if (kind === 'normalizer') return normalizerStage.group;
  return kind === 'meter' ? meterStage.group : tallyStage(views[kind].catalogueVersion).group;
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
  const deps = {
    log,
    lookup,
    closeLog,
    metered: async () => meteredFacts(store, partitions),
    tallied: async (id: string, period: string) => periods.tallied(id, period),
    parked: async (of: Contract, period: Period) =>
      parkedWork(of, period, { log, store, lookup, partitions }),
    lookupOf: async (version: string) => {
      const found = known.find((other) => other.catalogue.version === version);
      if (found === undefined) throw new Error(`there is no catalogue ${version}`);
      return found;
    },
    inForce: async () => (await catalogues.inForce())?.version ?? null,
    now: () => closingTime,
    software: thisSoftware(),
  };
  return closePeriod(contract, asked.period, deps, asked.mode, 'the workload has unknown work');
}
