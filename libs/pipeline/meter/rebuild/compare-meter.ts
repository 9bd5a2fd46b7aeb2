import type { Log } from '#log/log.js';
import { type JournalState, readJournalState } from '#pipeline/journal-state.js';
import { readParked } from '#pipeline/parking.js';
import type { PartitionRef, Store } from '#store/store.js';
import type { KeptState } from '#wire/states.js';
import { meterStage } from '#wire/stages.js';
import { entityKeyOf } from '../archive/archive-pointer.js';
import { RebuiltMeter } from './rebuilt-meter.js';
import { digestOfState, type StoredEntity, StoredEntities } from './stored-entities.js';

/**
 * Everything that the store of the running meter has of a partition, compared with what kept states, journal
 * and facts make it: the state of every entity, the hours of timelines, head of the hash chain, parked
 * entities. The meter works on meanwhile: what it has folded since is folded here too before it is compared.
 */
export interface MeterComparison {
  readonly partition: number;
  /** Of facts: up to where both have folded. */
  readonly offset: number;
  /** Entities that were compared. */
  readonly compared: number;
  readonly differences: readonly StateDifference[];
}

/** null: it is not there, or cannot be read. */
export interface StateDifference {
  readonly kind: 'entity' | 'hours' | 'head' | 'parked';
  readonly name: string;
  readonly rebuilt: string | null;
  readonly stored: string | null;
}

export interface RebuildDeps {
  readonly log: Log;
  /** Of the running meter. */
  readonly store: Store;
  /** Empty, or left by a rebuild of the same partition that was cut short; best on a disk of the process. */
  readonly scratch: Store;
  /** Awaited after each batch of facts. */
  readonly pause?: () => Promise<void>;
}

export function meterRef(partition: number): PartitionRef {
  return { keyspace: meterStage.keyspace, partition };
}

export async function compareMeter(partition: number, deps: RebuildDeps): Promise<MeterComparison> {
  return new Comparing(partition, deps).compare();
}

/** The running meter has committed around each reading: nothing could be compared. */
const maxTries = 100;

export class Comparing {
  readonly ref: PartitionRef;
  readonly stored: StoredEntities;
  readonly rebuilt: StoredEntities;
  readonly #deps: RebuildDeps;
  readonly #meter: RebuiltMeter;

  constructor(partition: number, deps: RebuildDeps) {
    const { log, store, scratch, pause = async () => undefined } = deps;
    this.ref = meterRef(partition);
    this.#deps = deps;
    this.stored = new StoredEntities(log, store, this.ref);
    this.rebuilt = new StoredEntities(log, scratch, this.ref);
    this.#meter = new RebuiltMeter(log, scratch, this.ref, pause);
  }

  /** Of all first what may differ, then of these what differs at one offset. */
  async compare(): Promise<MeterComparison> {
    const { partition } = this.ref;
    await this.rebuildTo(await this.#next());
    const { names, compared } = await this.#suspects();
    for (let tries = 0; tries < maxTries; tries++) {
      const offset = await this.#next();
      await this.rebuildTo(offset);
      const differences = await this.differencesOf(names);
      if ((await this.#next()) === offset) return { partition, offset, compared, differences };
    }
    throw new Error(
      `the meter commits to partition ${partition} too often for a comparison: try again later`,
    );
  }

  async rebuildTo(offset: number): Promise<void> {
    await this.#meter.to(offset);
  }

  async #next(): Promise<number> {
    const [next = null] = await this.#deps.store.nexts(this.ref.keyspace, [this.ref.partition]);
    return next ?? 0;
  }

  async #suspects(): Promise<{ names: readonly string[]; compared: number }> {
    const rebuilt = new Map<string, string>();
    for await (const { state } of this.rebuilt.all()) rebuilt.set(state.entity, digestOfState(state));
    const queued = await this.stored.queuedKeys(await this.stored.queue());
    const suspects = new Set<string>();
    const seen = new Set<string>();
    for await (const entity of this.stored.all()) {
      const { entity: name } = entity.state;
      const isTwice = seen.has(name);
      seen.add(name);
      if (isTwice || isMisplaced(entity, queued) || rebuilt.get(name) !== digestOfState(entity.state)) {
        suspects.add(name);
      }
    }
    for (const name of rebuilt.keys()) if (!seen.has(name)) suspects.add(name);
    return { names: [...suspects], compared: new Set([...rebuilt.keys(), ...seen]).size };
  }

  async differencesOf(names: readonly string[]): Promise<StateDifference[]> {
    const [rebuilt, stored] = [await this.rebuilt.of(names), await this.stored.of(names)];
    const queued = await this.stored.queuedKeys(await this.stored.queue());
    const entities = names.flatMap((name): StateDifference[] => {
      const [own, live] = [rebuilt.get(name), stored.get(name)];
      const isSame =
        own !== undefined &&
        live !== undefined &&
        !isMisplaced(live, queued) &&
        digestOfState(own.state) === digestOfState(live.state);
      if (isSame || (own === undefined && live === undefined)) return [];
      return [{ kind: 'entity', name, rebuilt: inWords(own), stored: inWords(live) }];
    });
    return [...entities, ...(await this.#othersDiffering())];
  }

  async #othersDiffering(): Promise<StateDifference[]> {
    const { store, scratch } = this.#deps;
    const maps = [
      ['hours', await this.rebuilt.hours(), await this.stored.hours()],
      ['head', await headOf(scratch, this.ref), await headOf(store, this.ref)],
      ['parked', await parkedIn(scratch, this.ref), await parkedIn(store, this.ref)],
    ] as const;
    return maps.flatMap(([kind, rebuilt, stored]) =>
      [...new Set([...rebuilt.keys(), ...stored.keys()])]
        .filter((name) => rebuilt.get(name) !== stored.get(name))
        .map((name) => ({
          kind,
          name,
          rebuilt: rebuilt.get(name) ?? null,
          stored: stored.get(name) ?? null,
        })),
    );
  }
}

/** A state that is in no archive batch would never be archived. */
function isMisplaced({ state, pointer }: StoredEntity, queued: ReadonlySet<string>): boolean {
  return pointer === null && !queued.has(entityKeyOf(state.entity));
}

async function headOf(store: Store, ref: PartitionRef): Promise<ReadonlyMap<string, string>> {
  const { next, head }: JournalState = await readJournalState(store, ref);
  return new Map([['hash chain', `${next} ${head}`]]);
}

async function parkedIn(store: Store, ref: PartitionRef): Promise<ReadonlyMap<string, string>> {
  return new Map([...(await readParked(store, ref))].map(([entity, offset]) => [entity, `${offset}`]));
}

function inWords(entity: StoredEntity | undefined): string | null {
  if (entity === undefined) return null;
  const { state, pointer } = entity;
  return `${pointer === null ? 'open' : 'archived'}, ${describe(state)}`;
}

function describe(state: KeptState): string {
  const { factOffsets, posted } = state;
  const at = posted === null ? 'not posted' : `posted at ${posted.partition}/${posted.offset}`;
  return `${factOffsets.length} facts to ${factOffsets.at(-1) ?? '-'}, ${at}, digest ${digestOfState(state)}`;
}
