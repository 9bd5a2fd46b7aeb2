import { addFact, type EntityState, interpretEntity, unknownEntity } from '#domain/entity/fold.js';
import type { Interpret } from '#domain/entity/fold.js';
import { timelineOf } from '#domain/timeline/timeline-page.js';
import type { Fact } from '#domain/fact/fact.js';
import { type PostingContent, type PostingPosition, subjectOf } from '#domain/posting/posting.js';
import { advance, type Watermark } from '#domain/posting/watermark.js';
import type { Log, LogRecord } from '#log/log.js';
import { partitionOf } from '#log/partition.js';
import { readJournalState } from '#pipeline/journal-state.js';
import type { Store } from '#store/store.js';
import { decodeFact } from '#wire/facts.js';
import { decodeStateRecord } from '#wire/states.js';
import { encodeContent } from '#wire/posting-content.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { meterStage } from '#wire/stages.js';
import { topics } from '#wire/topics.js';
import { KnownTimelines } from './known-timelines.js';

/** An entity whose facts are now taken to mean something else than what was posted of it. */
export interface DifferingEntity {
  readonly entity: string;
  readonly connection: string;
  /** Of the facts. */
  readonly partition: number;
  /** null: nothing. */
  readonly posted: PostingContent | null;
  readonly interpreted: PostingContent | null;
}

export interface Differences {
  readonly entities: readonly DifferingEntity[];
  /** Entities of which retention has removed facts: what was posted of them stays. */
  readonly expired: number;
}

export interface DifferenceSources {
  readonly log: Log;
  readonly store: Pick<Store, 'load'>;
  readonly interpret?: Interpret;
  /** Facts whose entities are held in memory at a time; default a million. */
  readonly factsAtOnce?: number;
}

/**
 * Compares what was posted of each entity with what its facts are taken to mean today, as far as the meter
 * has folded them. Facts and journal are read once for each million facts, for so many entities are kept in
 * memory.
 */
export async function differingEntities(sources: DifferenceSources): Promise<Differences> {
  const { log, store, factsAtOnce = 1_000_000 } = sources;
  const bounds = await log.bounds(topics.facts.name);
  const limits: Limit[] = [];
  for (const { partition, begin } of bounds) {
    const { next } = await readJournalState(store, { keyspace: meterStage.keyspace, partition });
    limits.push({ partition, begin, next });
  }
  const facts = limits.reduce((sum, { begin, next }) => sum + Math.max(0, next - begin), 0);
  const shares = Math.max(1, Math.ceil(facts / factsAtOnce));
  const entities: DifferingEntity[] = [];
  let expired = 0;
  for (let share = 0; share < shares; share++) {
    const known = new KnownEntities((entity) => partitionOf(entity, shares) === share);
    await known.readFacts(log, limits);
    await known.readJournal(log, limits);
    const found = known.compare(sources.interpret ?? interpretEntity, limits);
    entities.push(...found.entities);
    expired += found.expired;
  }
  return { entities, expired };
}

/** The part of a partition of facts that was folded and is still there. */
interface Limit {
  readonly partition: number;
  readonly begin: number;
  readonly next: number;
}

interface KnownEntity {
  readonly partition: number;
  state: EntityState;
  posted: PostingContent | null;
  /** Of the last posting. */
  position: PostingPosition | null;
  /** Of the first posting. */
  firstOffset: number;
}

class KnownEntities {
  readonly #isOurs: (entity: string) => boolean;
  readonly #byName = new Map<string, KnownEntity>();
  readonly #timelines = new KnownTimelines();
  /** By partition of the facts: of all below, the states are kept. */
  readonly #covered: number[] = [];

  constructor(isOurs: (entity: string) => boolean) {
    this.#isOurs = isOurs;
  }

  async readFacts(log: Log, limits: readonly Limit[]): Promise<void> {
    for (const limit of limits) {
      const { partition, begin, next } = limit;
      if (begin > 0) await this.#readStates(log, limit);
      await eachRecord(log, topics.facts.name, partition, begin, next, ({ value }) => {
        const fact = decodeFact(value)?.fact;
        if (fact !== undefined) this.#add(fact, partition);
      });
    }
    for (const { name, partition, facts } of this.#timelines.pages()) {
      this.#of(name, partition).state = { facts, posted: null };
    }
  }

  /**
   * Facts that have expired, from the states that are kept: facts are a set, so the order does not matter.
   */
  async #readStates(log: Log, { partition, next }: Limit): Promise<void> {
    const bounds = (await log.bounds(topics.states.name)).find((each) => each.partition === partition);
    await eachRecord(log, topics.states.name, partition, 0, bounds?.end ?? 0, ({ value }) => {
      const record = decodeStateRecord(value);
      if (record?.kind === 'covered') {
        this.#covered[partition] = Math.max(this.#covered[partition] ?? 0, record.from);
      } else if (record?.kind === 'state') {
        for (const [index, fact] of record.facts.entries()) {
          if ((record.factOffsets[index] ?? 0) < next) this.#add(onTimeline(fact), partition);
        }
      }
    });
  }

  #add(fact: Fact, partition: number): void {
    if (fact.type === 'entity.reinterpreted' || !this.#isOurs(fact.entity)) return;
    if (fact.type === 'agent.changed') {
      this.#timelines.add(fact, partition);
      return;
    }
    const known = this.#of(fact.entity, partition);
    known.state = addFact(known.state, fact, () => null).state;
  }

  async readJournal(log: Log, limits: readonly Limit[]): Promise<void> {
    for (const { partition, begin, end } of await log.bounds(topics.postings.name)) {
      const seen: Watermark = new Map();
      await eachRecord(log, topics.postings.name, partition, begin, end, ({ value }) => {
        for (const { position, sign, content } of decodeJournalRecord(value)?.postings ?? []) {
          if (!advance(seen, position) || position.offset >= (limits[position.partition]?.next ?? 0))
            continue;
          const entity = subjectOf(content);
          const timeline = content.kind === 'timeline' ? timelineOf(content) : null;
          if (this.#isOurs(timeline ?? entity))
            this.#post(this.#of(entity, position.partition), position, sign, content);
        }
      });
    }
  }

  #post(known: KnownEntity, position: PostingPosition, sign: 1 | -1, content: PostingContent): void {
    known.firstOffset = Math.min(known.firstOffset, position.offset);
    if (known.position !== null && compare(position, known.position) < 0) return;
    known.position = position;
    known.posted = sign === 1 ? content : null;
  }

  compare(interpret: Interpret, limits: readonly Limit[]): Differences {
    const entities: DifferingEntity[] = [];
    let expired = 0;
    for (const [entity, { partition, state, posted, firstOffset }] of this.#byName) {
      const begin = limits[partition]?.begin ?? 0;
      const isKnown = begin <= (this.#covered[partition] ?? 0) || firstOffset >= begin;
      if (state.facts.length === 0 || !isKnown) {
        if (posted !== null) expired++;
        continue;
      }
      const interpreted = interpret(state.facts);
      if (textOf(posted) === textOf(interpreted)) continue;
      const connection = state.facts[0]?.connection ?? '';
      entities.push({ entity, connection, partition, posted, interpreted });
    }
    return { entities, expired };
  }

  #of(entity: string, partition: number): KnownEntity {
    let known = this.#byName.get(entity);
    if (known === undefined) {
      known = { partition, state: unknownEntity, posted: null, position: null, firstOffset: Infinity };
      this.#byName.set(entity, known);
    }
    return known;
  }
}

/** A boundary as it was reported: a state names the page that it lies on. */
function onTimeline(fact: Fact): Fact {
  if (fact.type !== 'agent.changed') return fact;
  return { ...fact, entity: fact.entity.slice(0, fact.entity.lastIndexOf('@')) };
}

function textOf(content: PostingContent | null): string | null {
  return content === null ? null : encodeContent(content);
}

async function eachRecord(
  log: Log,
  topic: string,
  partition: number,
  begin: number,
  end: number,
  take: (record: LogRecord) => void,
): Promise<void> {
  for (let from = begin; from < end;) {
    const records = await log.read(topic, partition, from, recordsAtOnce);
    if (records.length === 0) return;
    for (const record of records) if (record.offset < end) take(record);
    from = (records.at(-1)?.offset ?? end) + 1;
  }
}

const recordsAtOnce = 2_000;

function compare(a: PostingPosition, b: PostingPosition): number {
  return a.offset - b.offset || a.index - b.index;
}
