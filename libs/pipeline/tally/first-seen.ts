import { reportedKey } from '#pipeline/tally-catalogue.js';
import { agentsOf, type CatalogueDifference, connectionsOf, queuesOf } from '#catalogue/difference.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { extentOf } from '#domain/metering/contract-index.js';
import type { AddToTally } from '#domain/live/measure.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { exceedingWorks } from '#domain/scope/plausible-work.js';
import type { WorkScope } from '#domain/scope/work-scope.js';
import type { PartitionRef, Store } from '#store/store.js';

/**
 * Where each queue, agent, connection, reported programme and month of work comes first in a partition of the
 * journal, so that nothing is read of it that a change of the catalogue cannot touch. Part of the tally's
 * state: written once per name, in the commit that counts the posting.
 */
export class FirstSeen {
  readonly #offsets: ReadonlyMap<Kind, Map<string, number>>;
  readonly #exceeding: ExceedingWork;
  #pending: [Kind, string][] = [];

  private constructor(offsets: ReadonlyMap<Kind, Map<string, number>>, exceeding: ExceedingWork) {
    this.#offsets = offsets;
    this.#exceeding = exceeding;
  }

  static async load(store: Store, ref: PartitionRef): Promise<FirstSeen> {
    const { values } = await store.sums(ref, [...kinds.map(keyOf), exceedingKey]);
    const offsets = kinds.map((kind) => {
      const found = [...(values.get(keyOf(kind)) ?? [])];
      return [kind, new Map(found.map(([name, sum]) => [name, sum - 1]))] as const;
    });
    const exceeding = new ExceedingWork(values.get(exceedingKey)?.keys() ?? []);
    return new FirstSeen(new Map(offsets), exceeding);
  }

  /** Notes what of a posting is longer than the limits of a catalogue: what may be confirmed. */
  noteExceeding(content: PostingContent, offset: number, scope: WorkScope, add: AddToTally): void {
    for (const work of exceedingWorks(content, scope)) this.#exceeding.note(work, offset, add);
  }

  /** All postings that were counted have been noted so: to be called in the commit that makes it true. */
  noteExceedingWhole(add: AddToTally): void {
    this.#exceeding.noteWhole(add);
  }

  /**
   * Next offset at or above `from` of a posting that may count otherwise, where nothing differs but what is
   * confirmed; Infinity: there is none. null: it is not known of each posting.
   */
  nextConfirmed(difference: CatalogueDifference, from: number): number | null {
    if (!this.#exceeding.isWhole || !differsInConfirmed(difference)) return null;
    return this.#exceeding.next(difference.confirmed, from);
  }

  /** Notes what a posting names, until the commit (`keep`) or its failure (`forget`). */
  note(content: PostingContent, offset: number, add: AddToTally): void {
    for (const queue of queuesOf(content)) this.#noteName('queue', queue, offset, add);
    for (const agent of agentsOf(content)) this.#noteName('agent', agent, offset, add);
    for (const connection of connectionsOf(content)) this.#noteName('connection', connection, offset, add);
    if (content.kind === 'timeline') this.#noteName('timelines', content.connection, offset, add);
    if ((content.kind === 'activity' || content.kind === 'outcome') && content.programme !== null) {
      this.#noteName('programme', content.programme, offset, add);
      if (content.queue !== null) {
        this.#noteName('reported', `${content.programme}|${content.queue}`, offset, add);
      }
    }
    const { from, to } = extentOf(content);
    if (to === Infinity) this.#noteName('month', anyMonth, offset, add);
    else if (from <= to) {
      for (let at = monthStart(from); at <= to; at = nextMonth(at)) {
        this.#noteName('month', monthName(at), offset, add);
      }
    }
  }

  keep(): void {
    this.#pending = [];
    this.#exceeding.keep();
  }

  forget(): void {
    for (const [kind, name] of this.#pending) this.#offsets.get(kind)?.delete(name);
    this.#pending = [];
    this.#exceeding.forget();
  }

  /** First offset of a posting that may count otherwise; Infinity: there is none. */
  firstTouched(difference: CatalogueDifference, before: Catalogue, after: Catalogue): number {
    const { queues, agents, assigned, machines, states, limits, confirmed, programmes, contracts } =
      difference;
    if (limits.size > 0 || (confirmed.size > 0 && !this.#exceeding.isWhole))
      return this.#firstFrom(-Infinity);
    const both = [before, after];
    const ofProgramme = (id: string): number => {
      return Math.min(
        this.#first(
          'queue',
          both.flatMap((catalogue) => queuesMappedTo(catalogue, id)),
        ),
        this.#first(
          'agent',
          both.flatMap((catalogue) => agentsWorkingFor(catalogue, id)),
        ),
        this.#first('programme', [id]),
      );
    };
    const ofContracts = [...contracts.values()].map(({ programmes: own, from }) => {
      return Math.max(Math.min(...own.map(ofProgramme)), this.#firstFrom(from));
    });
    return Math.min(
      this.#exceeding.next(confirmed, 0),
      this.#first('queue', [...queues]),
      this.#first('agent', [...agents, ...assigned]),
      this.#first('connection', [...machines]),
      this.#first('timelines', [...states]),
      ...[...programmes].map(ofProgramme),
      ...ofContracts,
    );
  }

  #noteName(kind: Kind, name: string, offset: number, add: AddToTally): void {
    const seen = this.#offsets.get(kind);
    if (seen === undefined || seen.has(name)) return;
    seen.set(name, offset);
    this.#pending.push([kind, name]);
    add(keyOf(kind), name, offset + 1);
  }

  #first(kind: Kind, names: readonly string[]): number {
    return Math.min(...names.map((name) => this.#offsets.get(kind)?.get(name) ?? Infinity));
  }

  /** Of work at or after the instant. */
  #firstFrom(instant: number): number {
    const months = [...(this.#offsets.get('month')?.keys() ?? [])];
    const since = instant === -Infinity ? '' : monthName(instant);
    return this.#first(
      'month',
      months.filter((month) => month === anyMonth || month >= since),
    );
  }
}

/**
 * Where pieces of work lie that are longer than a limit, each posting of them: what is confirmed or no longer
 * is found by its name.
 */
class ExceedingWork {
  readonly #names: Set<string>;
  readonly #offsets = new Map<string, number[]>();
  #pending: string[] = [];

  /** `names`: as they are stored. */
  constructor(names: Iterable<string>) {
    this.#names = new Set(names);
    for (const name of this.#names) this.#put(name);
  }

  /** An index of an earlier release has not noted any. */
  get isWhole(): boolean {
    return this.#names.has(wholeName);
  }

  note(work: string, offset: number, add: AddToTally): void {
    this.#add(`${offset} ${work}`, add);
  }

  noteWhole(add: AddToTally): void {
    this.#add(wholeName, add);
  }

  next(works: ReadonlySet<string>, from: number): number {
    const offsets = [...works].flatMap((work) => this.#offsets.get(work) ?? []);
    return offsets.reduce((next, offset) => (offset >= from ? Math.min(next, offset) : next), Infinity);
  }

  keep(): void {
    for (const name of this.#pending.splice(0)) this.#put(name);
  }

  forget(): void {
    for (const name of this.#pending.splice(0)) this.#names.delete(name);
  }

  #add(name: string, add: AddToTally): void {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    this.#pending.push(name);
    add(exceedingKey, name, 1);
  }

  #put(name: string): void {
    const space = name.indexOf(' ');
    const work = name.slice(space + 1);
    if (name !== wholeName)
      this.#offsets.set(work, [...(this.#offsets.get(work) ?? []), Number(name.slice(0, space))]);
  }
}

/** Of the sums; what is noted under limits that were lower once stays. */
export const exceedingKey = 'exceeding';
const wholeName = 'whole';

function differsInConfirmed({ confirmed, contracts, ...others }: CatalogueDifference): boolean {
  const { queues, programmes, assigned, agents, machines, states, limits } = others;
  const rest = [queues, programmes, assigned, agents, machines, states, limits, contracts];
  return confirmed.size > 0 && rest.every(({ size }) => size === 0);
}

const kinds = ['queue', 'agent', 'connection', 'timelines', 'programme', 'reported', 'month'] as const;
type Kind = (typeof kinds)[number];

/** Of forecasts: they are for the month that they name, whenever they are set. */
const anyMonth = 'any';

function keyOf(kind: Kind): string {
  return kind === 'reported' ? reportedKey : `first|${kind}`;
}

/** In UTC; years before 0 or after 9999 do not come. */
function monthName(at: number): string {
  return new Date(at).toISOString().slice(0, 7);
}

function monthStart(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

function nextMonth(at: number): number {
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1);
}

function queuesMappedTo({ programmes }: Catalogue, id: string): string[] {
  const queues = programmes.find((programme) => programme.id === id)?.queues ?? [];
  return queues.map(({ connection, native }) => `${connection}:${native}`);
}

function agentsWorkingFor({ programmes, agents }: Catalogue, id: string): string[] {
  const codes = new Set(programmes.find((programme) => programme.id === id)?.agents.map(({ code }) => code));
  return agents
    .filter(({ code }) => codes.has(code))
    .flatMap(({ ids }) => ids.map(({ connection, native }) => `${connection}:${native}`));
}
