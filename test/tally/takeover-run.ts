import { exceedingKey } from '#pipeline/tally/first-seen.js';
import { affectsContract, affectsProgramme, type CatalogueDifference } from '#catalogue/difference.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import type { CatalogueView } from '#catalogue/view.js';
import { unmapped } from '#domain/live/live-scope.js';
import { type LogRecord, LogUnavailable } from '#log/log.js';
import { tallyCatalogueKey } from '#pipeline/tally-catalogue.js';
import { readStates } from '#pipeline/audit/tallied-states.js';
import { TallyReader, TallyRecounting } from '#pipeline/tally-reader.js';
import { tally, type TallyHandler } from '#pipeline/tally/tally.js';
import { onlyCatalogue } from '#pipeline/tally/tally-state.js';
import { type Change, type PartitionRef, StoreUnavailable } from '#store/store.js';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { MemoryData, MemoryStore } from '#test/simulation/ports/memory-store.js';
import { tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';

const at = { keyspace: tallyStage.keyspace, partition: 0 };

/** What happens next; records and catalogues by number. */
export type Step =
  | { readonly do: 'apply'; readonly catalogue: number }
  | { readonly do: 'takeOver' | 'crash' | 'secondOwner' | 'read' }
  | { readonly do: 'batch'; readonly records: number }
  /** The next commit is refused, or done and its answer is lost. */
  | { readonly do: 'refuse' | 'loseAnswer' }
  /** States of the store or records of the log are not read for once, after so many times that they are. */
  | { readonly do: 'refuseStates' | 'refuseRecords'; readonly after: number };

/** Everything a tally has stored but under which catalogue it is. */
export type Stored = ReadonlyMap<string, string | number>;

/** `next`: null while the partition is not assigned. */
interface Process {
  readonly handler: TallyHandler;
  next: number | null;
}

/** A store of which the next commit, or a reading of states, can be made to fail. */
class FailingStore extends MemoryStore {
  next: 'refuse' | 'loseAnswer' | null = null;
  /** Readings until one fails; Infinity: none does. */
  readable = Infinity;

  override async load(...asked: Parameters<MemoryStore['load']>): Promise<(string | null)[]> {
    const isRefused = this.readable === 0;
    this.readable = isRefused ? Infinity : this.readable - 1;
    if (isRefused) throw new StoreUnavailable('refused');
    return super.load(...asked);
  }

  override async commit(ref: PartitionRef, change: Change): Promise<'done' | 'stale'> {
    const fate = this.next;
    this.next = null;
    if (fate === 'refuse') throw new StoreUnavailable('refused');
    const answer = await super.commit(ref, change);
    if (fate === 'loseAnswer') throw new StoreUnavailable('the answer was lost');
    return answer;
  }
}

/** A log of which a reading can be made to fail. */
class FailingLog extends MemoryLog {
  readable = Infinity;

  override async read(...asked: Parameters<MemoryLog['read']>): Promise<LogRecord[]> {
    const isRefused = this.readable === 0;
    this.readable = isRefused ? Infinity : this.readable - 1;
    if (isRefused) throw new LogUnavailable('refused');
    return super.read(...asked);
  }
}

/** One partition of the journal, and processes that count it under whatever is in force. */
export class TakeoverRun {
  readonly #journal: readonly LogRecord[];
  readonly #views: readonly CatalogueView[];
  readonly #data = new MemoryData();
  readonly #store = new FailingStore(this.#data);
  readonly #log: FailingLog;
  readonly #wholes = new Map<string, Promise<Stored>>();
  #inForce: CatalogueView;
  #handlers: Process[] = [];
  /** How often figures were read, and how often it was said that they are being recounted. */
  readonly read = { figures: 0, recounting: 0 };

  constructor(journal: readonly LogRecord[], views: readonly CatalogueView[]) {
    this.#journal = journal;
    this.#views = views;
    this.#inForce = this.#view(0);
    this.#log = logOf(journal);
    this.#handlers.push({ handler: this.#start(), next: null });
  }

  /** What is wrong with what is read; empty: nothing. */
  async take(step: Step): Promise<string[]> {
    const [own] = this.#handlers;
    if (own === undefined) throw new Error('there is no process');
    switch (step.do) {
      case 'apply':
        this.#inForce = this.#view(step.catalogue);
        return [];
      case 'takeOver':
        for (const { handler } of this.#handlers) await handler.takeOver().catch(expected);
        return [];
      case 'crash':
        this.#handlers = [{ handler: this.#start(), next: null }];
        return [];
      case 'secondOwner':
        this.#handlers.unshift({ handler: this.#start(), next: null });
        this.#handlers.splice(2);
        return [];
      case 'batch':
        for (const each of this.#handlers) await this.#batch(each, step.records);
        return [];
      case 'refuse':
      case 'loseAnswer':
        this.#store.next = step.do;
        return [];
      case 'refuseStates':
        this.#store.readable = step.after;
        return [];
      case 'refuseRecords':
        this.#log.readable = step.after;
        return [];
      case 'read':
        return this.differences();
    }
  }

  /** A fresh process counts all that is left, and takes over what is in force. */
  async finish(): Promise<void> {
    this.#store.next = null;
    this.#store.readable = Infinity;
    this.#log.readable = Infinity;
    const own: Process = { handler: this.#start(), next: null };
    this.#handlers = [own];
    while (own.next === null || own.next < this.#journal.length) await this.#batch(own, this.#journal.length);
    for (let steps = 0; await own.handler.takeOver(); steps++) if (steps > 1_000) throw new Error('no end');
  }

  /**
   * All that a reader as of each of the catalogues is given, compared with a whole count at the same offset.
   */
  async differences(): Promise<string[]> {
    const wrong: string[] = [];
    for (const view of this.#views) {
      const { catalogue } = view;
      if (catalogue === undefined) throw new Error('the view has no content');
      const reader = new TallyReader({ store: this.#store, partitions: 1, catalogue, find: this.#find });
      for (const programme of [unmapped, ...catalogue.programmes.map(({ id }) => id)]) {
        const isOwn = (key: string): boolean =>
          /^(programme|queue|agent)\|/.test(key) && key.split('|')[1] === programme;
        wrong.push(
          ...(await this.#compare(reader, view, isOwn, (each) => affectsProgramme(each, programme))),
        );
      }
      for (const contract of catalogue.contracts) {
        const isOwn = (key: string): boolean => key.startsWith(`contract|${contract.id}|`);
        wrong.push(...(await this.#compare(reader, view, isOwn, (each) => affectsContract(each, contract))));
      }
    }
    return wrong;
  }

  /** All that is stored, and what a whole count under the catalogue in force stores. */
  async stored(): Promise<{ readonly is: Stored; readonly whole: Stored }> {
    const whole = await this.#whole(this.#inForce, this.#journal.length);
    // What is noted as longer than limits that were lower once stays: it is read once more, and counted the same.
    const noted = nameOf(exceedingKey, '');
    const is = [...(await storedIn(this.#data))].filter(
      ([name]) => !name.startsWith(noted) || whole.has(name),
    );
    return { is: new Map(is), whole };
  }

  async #compare(
    reader: TallyReader,
    view: CatalogueView,
    isOwn: (key: string) => boolean,
    isAffected: (difference: CatalogueDifference) => boolean,
  ): Promise<string[]> {
    const known = [...(await this.#whole(view, this.#journal.length)).keys()].map((name) => keyOf(name));
    const keys = [...new Set([...(await this.#store.keys(at)).sums, ...known])].filter(isOwn);
    const read = await reader.read(keys, isAffected).catch((error: unknown) => {
      if (error instanceof TallyRecounting) return null;
      throw error;
    });
    if (read === null) {
      this.read.recounting += 1;
      return [];
    }
    this.read.figures += 1;
    const [next = 0] = read.offsets;
    const whole = await this.#whole(view, next);
    const is = new Map<string, string | number>();
    for (const [key, fields] of read.values[0] ?? []) {
      if (isOwn(key)) for (const [field, sum] of fields) is.set(nameOf(key, field), sum);
    }
    const wanted = new Map([...whole].filter(([name]) => isOwn(keyOf(name))));
    return differencesOf(is, wanted).map((text) => `as of ${view.catalogueVersion} at ${next}: ${text}`);
  }

  async #batch(
    process: { readonly handler: TallyHandler; next: number | null },
    size: number,
  ): Promise<void> {
    process.next ??= await process.handler.assigned(0).catch(expected);
    if (process.next === null) return;
    const records = this.#journal.slice(process.next, process.next + size);
    if (records.length === 0) return;
    const batch = { topic: topics.postings.name, partition: 0, records, end: this.#journal.length };
    const result = await process.handler.batch(batch);
    switch (result.status) {
      case 'done':
        process.next = result.next;
        return;
      case 'fenced':
        process.next = null;
        return;
      case 'retry':
        return;
    }
  }

  #start(): TallyHandler {
    return tally({
      log: this.#log,
      store: this.#store,
      catalogues: {
        inForce: async () => this.#inForce,
        find: async (version) => this.#viewOf(version),
      },
      onRefused: ({ message }) => {
        throw new Error(message);
      },
      takeoverRecords: 3,
      takeoverChains: 1,
      checkpointRecords: 4,
      cachedChains: 2,
    });
  }

  async #whole(view: CatalogueView, end: number): Promise<Stored> {
    const name = `${view.catalogueVersion} ${end}`;
    const known = this.#wholes.get(name) ?? wholeCount(this.#journal.slice(0, end), view);
    this.#wholes.set(name, known);
    return known;
  }

  readonly #find = async (version: string): Promise<Catalogue | null> =>
    this.#viewOf(version).catalogue ?? null;

  #viewOf(version: string): CatalogueView {
    const found = this.#views.find((view) => view.catalogueVersion === version);
    if (found === undefined) throw new Error(`there is no catalogue ${version}`);
    return found;
  }

  #view(index: number): CatalogueView {
    const view = this.#views[index % this.#views.length];
    if (view === undefined) throw new Error('there is no catalogue');
    return view;
  }
}

/** What differs, as text. */
export function differencesOf(is: Stored, wanted: Stored): string[] {
  return [...new Set([...is.keys(), ...wanted.keys()])].flatMap((name) => {
    const [own, other] = [is.get(name) ?? null, wanted.get(name) ?? null];
    return own === other ? [] : [`${name} is ${own} instead of ${other}`];
  });
}

/** A tally that counts all of it under one catalogue. */
async function wholeCount(journal: readonly LogRecord[], view: CatalogueView): Promise<Stored> {
  const data = new MemoryData();
  const handler = tally({
    log: logOf(journal),
    store: new MemoryStore(data),
    catalogues: onlyCatalogue(view),
    onRefused: ({ message }) => {
      throw new Error(message);
    },
    checkpointRecords: 4,
  });
  await handler.assigned(0);
  const batch = { topic: topics.postings.name, partition: 0, records: journal, end: journal.length };
  if (journal.length > 0) await handler.batch(batch);
  return storedIn(data);
}

/** Chains as a whole: how their contacts are spread over pages depends on the order in which they came. */
async function storedIn(data: MemoryData): Promise<Stored> {
  const stored = new Map<string, string | number>();
  for (const { states, sums } of data.places.values()) {
    const texts = await readStates([...states.keys()], async (keys) =>
      keys.map((key) => states.get(key) ?? null),
    );
    for (const [key, { text }] of texts) {
      if (key !== tallyCatalogueKey && text !== null) stored.set(nameOf(key, ''), text);
    }
    for (const [key, fields] of sums) {
      if (key !== tallyCatalogueKey) for (const [field, sum] of fields) stored.set(nameOf(key, field), sum);
    }
  }
  return stored;
}

function nameOf(key: string, field: string): string {
  return `${key} ${field}`;
}

function keyOf(name: string): string {
  return name.slice(0, name.indexOf(' '));
}

function logOf(records: readonly LogRecord[]): FailingLog {
  const log = new FailingLog(() => 0);
  void log.createTopics(topicSettings(1));
  void log.append(
    topics.postings.name,
    records.map(({ key, value }) => ({ key, value })),
  );
  return log;
}

function expected(error: unknown): null {
  if (error instanceof StoreUnavailable || error instanceof LogUnavailable) return null;
  throw error;
}
