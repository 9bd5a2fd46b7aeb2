import { addFact, type Change, type EntityState, type Interpret, reinterpret } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import type { PostingCause } from '#domain/posting/journal-record.js';
import { type PostingContent, postingKey, subjectOf } from '#domain/posting/posting.js';
import type { Log, NewRecord, RecordPosition } from '#log/log.js';
import { encodeContent } from '#wire/posting-content.js';
import { encodeJournalRecord, encodeRelink } from '#wire/postings.js';
import type { PostingRef } from '#wire/states.js';
import { topics } from '#wire/topics.js';
import { digestOf, entityKeyOf } from './archive/archive-pointer.js';
import type { EntityCache } from './entity-cache.js';
import { type Entity, newEntity, updateEntity } from './entity.js';
import type { PostedBefore, PostedRecord } from './posted-before.js';
import type { ChangedPage } from './timelines.js';

/** What facts are taken to mean, and the version of that. */
export interface Interpretation {
  readonly version: number;
  readonly interpret: Interpret;
}

/** A fact with its place. */
export interface FactAt {
  readonly offset: number;
  readonly fact: Fact;
  readonly recordedAt: number | null;
}

export interface FoldStart {
  readonly partition: number;
  /** The link that the next posting goes on from. */
  readonly head: string;
  /** See `JournalState`. */
  readonly headAt: RecordPosition | null;
  readonly interpretation: Interpretation;
  /** null: nothing that is to be folded was posted before. */
  readonly before: PostedBefore | null;
  /** See `JournalState`. */
  readonly foldedTo: number;
}

/** What the facts of a batch make of entities, and what is to be posted of it. */
export class BatchFold {
  readonly changed = new Set<Entity>();
  /** The link that the next posting goes on from. */
  head: string;
  /** Where the record with that link lies, or its index among those to be appended. */
  #headAt: RecordPosition | number | null;
  /** Characters that wait to be appended. */
  size = 0;
  readonly #start: FoldStart;
  readonly #records: NewRecord[] = [];
  /** Index of the record that holds what is posted of each entity now. */
  readonly #last = new Map<Entity, number>();
  /** Texts of contents: the same one is posted, taken back and recognised by its digest. */
  readonly #texts = new Map<PostingContent, string>();

  constructor(start: FoldStart) {
    this.#start = start;
    this.head = start.head;
    this.#headAt = start.headAt;
  }

  add(entity: Entity, at: FactAt, cache: EntityCache): void {
    const { before, interpretation, foldedTo } = this.#start;
    if (at.offset < foldedTo) {
      const { state } = addFact(entity.state, at.fact, interpretation.interpret);
      const { facts, posted } = entity.state;
      if (state.facts !== facts) updateEntity(entity, { facts: state.facts, posted }, at.offset);
      this.#repeat([entity], at.offset, cache);
      return;
    }
    const { state, changes } =
      at.fact.type === 'entity.reinterpreted'
        ? reinterpret(entity.state, interpretation.interpret)
        : addFact(entity.state, at.fact, interpretation.interpret);
    const posted = before?.at(at.offset) ?? [];
    if (posted.length > 0) {
      this.#follow(posted, entity, state, at);
    } else if (state === entity.state || (changes.length === 0 && state.facts === entity.state.facts)) {
      return;
    } else if (this.#mayPost(changes, at.offset)) {
      this.#update(entity, state, at.offset);
      this.#post(entity, changes, 0, at);
    } else if (state.facts === entity.state.facts) {
      return;
    } else {
      updateEntity(entity, { facts: state.facts, posted: entity.state.posted }, at.offset);
    }
    cache.set(entity);
    this.changed.add(entity);
  }

  /**
   * The pages of a timeline that a boundary changes, with what that changes of each. What an earlier run has
   * posted of a page at this boundary holds; of the other pages it is posted now, if it still can be.
   */
  addPages(pages: readonly ChangedPage[], at: FactAt, cache: EntityCache): void {
    const { before, partition, foldedTo } = this.#start;
    if (at.offset < foldedTo) {
      for (const { page, old } of pages) page.state = { facts: page.state.facts, posted: old };
      this.#repeat(
        pages.map(({ page }) => page),
        at.offset,
        cache,
      );
      return;
    }
    const records = before?.at(at.offset) ?? [];
    for (const record of records) this.#goOn(record);
    const posted = records.flatMap(({ postings, at: place }) => postings.map((each) => ({ ...each, place })));
    let index = (records[0]?.position.index ?? 0) + posted.length;
    for (const { page, old, changes } of pages) {
      const own = posted.filter(({ content }) => subjectOf(content) === page.name);
      const plus = own.find(({ sign }) => sign === 1);
      const isFree = (): boolean =>
        before === null ||
        (!before.goesOnFrom(this.head) &&
          changes.every(({ content }, step) =>
            before.isFree(postingKey(content), { partition, offset: at.offset, index: index + step }),
          ));
      if (own.length > 0) {
        page.state = { facts: page.state.facts, posted: plus?.content ?? null };
        page.posted = plus === undefined ? null : this.#refOf(plus.content, plus.place);
        this.#last.delete(page);
      } else if (isFree()) {
        this.#post(page, changes, index, at);
        index += changes.length;
      } else {
        page.state = { facts: page.state.facts, posted: old };
      }
      cache.set(page);
      this.changed.add(page);
    }
  }

  /**
   * A fact that was folded before the store was lost, onto states that may know it already: what was posted
   * of any entity at it is what the journal says, and nothing is posted.
   */
  #repeat(changed: readonly Entity[], offset: number, cache: EntityCache): void {
    for (const entity of changed) {
      cache.set(entity);
      this.changed.add(entity);
    }
    for (const record of this.#start.before?.at(offset) ?? []) {
      this.#goOn(record);
      for (const { sign, content } of record.postings) {
        const name = subjectOf(content);
        const entity = cache.get(name) ?? newEntity(name, entityKeyOf(name));
        entity.state = { facts: entity.state.facts, posted: sign === 1 ? content : null };
        entity.posted = sign === 1 ? this.#refOf(content, record.at) : null;
        cache.set(entity);
        this.changed.add(entity);
      }
    }
  }

  /** Whether an earlier run has posted something at an offset. */
  hasPosted(offset: number): boolean {
    return (this.#start.before?.at(offset) ?? []).length > 0;
  }

  /** Passes what was posted before at an offset whose fact is not folded: refused or unreadable since. */
  pass(offset: number): void {
    for (const record of this.#start.before?.at(offset) ?? []) this.#goOn(record);
  }

  /**
   * Whether nothing can have been posted at this fact before, so that its changes are posted now. All of them
   * or none: half a change would be billed beside the other half.
   */
  #mayPost(changes: readonly Change[], offset: number): boolean {
    const { before, partition } = this.#start;
    if (before === null || changes.length === 0) return true;
    if (before.goesOnFrom(this.head)) return false;
    return changes.every(({ content }, index) =>
      before.isFree(postingKey(content), { partition, offset, index }),
    );
  }

  /** An earlier run has posted at this fact: that holds. What it could not append any more is completed. */
  #follow(posted: readonly PostedRecord[], entity: Entity, state: EntityState, at: FactAt): void {
    const old = entity.state.posted;
    const all = posted.flatMap(({ postings, at: place }) => postings.map((each) => ({ ...each, place })));
    const plus = all.find(({ sign }) => sign === 1);
    const isTakenBack = all.some(({ sign }) => sign === -1);
    const start = posted[0]?.position.index ?? 0;
    if (old !== null && !isTakenBack) {
      if (start === 0) throw new Error(`what was posted of ${entity.name} was posted again at ${at.offset}`);
      this.#write([{ sign: -1, content: old }], 0, at);
    }
    for (const record of posted) this.#goOn(record);
    this.#update(entity, { facts: state.facts, posted: plus?.content ?? null }, at.offset);
    this.#last.delete(entity);
    entity.posted = plus === undefined ? null : this.#refOf(plus.content, plus.place);
    if (plus === undefined) this.#complete(entity, all.length, at);
  }

  /** Sets a state whose facts are those before or, with one that was added at the offset, others. */
  #update(entity: Entity, state: EntityState, offset: number): void {
    if (state.facts === entity.state.facts) entity.state = state;
    else updateEntity(entity, state, offset);
  }

  /** The content that an earlier run meant to post beside what it took back, by today's interpretation. */
  #complete(entity: Entity, index: number, at: FactAt): void {
    const { before, interpretation, partition } = this.#start;
    const content = interpretation.interpret(entity.state.facts);
    if (content === null || before === null || before.goesOnFrom(this.head)) return;
    if (!before.isFree(postingKey(content), { partition, offset: at.offset, index })) return;
    entity.state = { facts: entity.state.facts, posted: content };
    this.#post(entity, [{ sign: 1, content }], index, at);
  }

  /** Follows the chain over a record that is in the journal. */
  #goOn(record: PostedRecord): void {
    const { before, link, position, at, interpretation } = record;
    if (before !== this.head && this.#start.before?.isRelinked(this.head, record) !== true) {
      const relink = { position, interpretation, recordedAt: null, before: this.head, link: before };
      this.#records.push({ key: 'relinked', value: encodeRelink(relink), partition: at.partition });
    }
    this.head = link;
    this.#headAt = at;
  }

  #post(entity: Entity, changes: readonly Change[], from: number, at: FactAt): void {
    if (changes.length === 0) return;
    this.#write(changes, from, at);
    this.#last.set(entity, this.#records.length - 1);
  }

  /** `from`: index of the first change among the postings of the fact. */
  #write(changes: readonly Change[], from: number, { offset, fact, recordedAt }: FactAt): void {
    const { partition, interpretation } = this.#start;
    let index = from;
    for (const [key, own] of Map.groupBy(changes, ({ content }) => postingKey(content))) {
      const { value, link } = encodeJournalRecord({
        position: { partition, offset, index },
        interpretation: interpretation.version,
        cause: causeOf(fact),
        recordedAt,
        before: this.head,
        changes: own.map(({ sign, content }) => ({ sign, contentText: this.#textOf(content) })),
      });
      this.#records.push({ key, value });
      this.size += value.length;
      this.head = link;
      this.#headAt = this.#records.length - 1;
      index += own.length;
    }
  }

  /** Appends to the journal; from then on every entity knows where its content lies there. */
  async append(log: Log): Promise<readonly RecordPosition[]> {
    if (this.#records.length === 0) return [];
    const appended = await log.append(topics.postings.name, this.#records);
    for (const [entity, index] of this.#last) {
      const { posted } = entity.state;
      const location = appended[index];
      if (location === undefined) throw new Error('the log does not say where it put a posting');
      entity.posted = posted === null ? null : this.#refOf(posted, location);
    }
    return appended;
  }

  /** Where the record with the link `head` lies, after what was appended; null: that is not known. */
  headAt(appended: readonly RecordPosition[]): RecordPosition | null {
    return typeof this.#headAt === 'number' ? (appended[this.#headAt] ?? null) : this.#headAt;
  }

  #refOf(content: PostingContent, { partition, offset }: Omit<PostingRef, 'digest'>): PostingRef {
    return { partition, offset, digest: digestOf(this.#textOf(content)) };
  }

  #textOf(content: PostingContent): string {
    const known = this.#texts.get(content);
    if (known !== undefined) return known;
    const text = encodeContent(content);
    this.#texts.set(content, text);
    return text;
  }
}

function causeOf({ type }: Fact): PostingCause {
  return type === 'entity.reinterpreted' ? 'software' : 'fact';
}
