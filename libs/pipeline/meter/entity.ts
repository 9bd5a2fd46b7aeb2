import { type EntityState, type Interpret, unknownEntity } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { encodeContent } from '#wire/posting-content.js';
import {
  type ArchivePointer,
  decodeArchivePointer,
  digestOf,
  encodeArchivePointer,
  entityKeyOf,
  type PostingRef,
} from './archive/archive-pointer.js';
import { FactCodec } from './archive/fact-codec.js';

/** An entity in the meter's memory. */
export interface Entity {
  readonly name: string;
  /** By which the store knows it. */
  readonly key: string;
  state: EntityState;
  /** Offset of each of the state's facts. */
  factOffsets: readonly number[];
  /** Where the state's posted content lies. */
  posted: PostingRef | null;
  /** Its pointer as it lies in the archive; null: the store keeps its state, or nothing yet. */
  archivedAs: string | null;
  /** Whether the store has its state or its pointer. */
  isStored: boolean;
  codec: FactCodec;
}

export function newEntity(name: string, key: string): Entity {
  return {
    name,
    key,
    state: unknownEntity,
    factOffsets: [],
    posted: null,
    archivedAs: null,
    isStored: false,
    codec: newCodec(name),
  };
}

/** Sets the state that a fact at `offset` has made of the entity's. */
export function updateEntity(entity: Entity, state: EntityState, offset: number): void {
  const { facts } = entity.state;
  if (state.facts.length === facts.length) {
    // The fact superseded another: those after it moved up, and what was encoded no longer fits.
    const replaced = facts.findIndex((fact, index) => state.facts[index] !== fact);
    entity.factOffsets = entity.factOffsets.toSpliced(replaced, 1);
    entity.codec = newCodec(entity.name);
  }
  entity.factOffsets = [...entity.factOffsets, offset];
  entity.state = state;
}

/** A fact, and where it lies in the partition of facts. */
export interface PlacedFact {
  readonly fact: Fact;
  readonly offset: number;
}

export function placedFacts({ state, factOffsets }: Entity): PlacedFact[] {
  return state.facts.map((fact, index) => ({ fact, offset: factOffsets[index] ?? 0 }));
}

/** In the order of the log, in which the facts of a state lie. */
export function inLogOrder(facts: readonly PlacedFact[]): PlacedFact[] {
  return facts.toSorted((a, b) => a.offset - b.offset);
}

/** Sets a state whose facts, in the order of the log, may be any others than before. */
export function replaceFacts(entity: Entity, state: EntityState, factOffsets: readonly number[]): void {
  entity.state = state;
  entity.factOffsets = factOffsets;
  entity.codec = newCodec(entity.name);
}

export function archivePointerOf(entity: Entity): string {
  return encodeArchivePointer(entity);
}

/** As the store keeps it: in the first line what will be left of it once it is archived, then its facts. */
export function encodeEntity(entity: Entity): string {
  return `${archivePointerOf(entity)}\n${entity.codec.encode(entity.state.facts)}`;
}

/** The archive pointer in the text of an entity. */
export function archivePointerIn(text: string): string {
  return text.slice(0, text.indexOf('\n'));
}

/** How what was posted of an entity is found out. */
export interface PostedSource {
  readonly interpret: Interpret;
  /** Reads from the journal. */
  read(at: PostingRef): Promise<PostingContent>;
}

/** An entity from the state that the store has kept of it. */
export async function decodeEntity(
  name: string,
  key: string,
  text: string,
  source: PostedSource,
): Promise<Entity> {
  const { facts, codec } = FactCodec.read(name, text.slice(text.indexOf('\n') + 1));
  const pointer = decodeArchivePointer(archivePointerIn(text));
  return entityFrom({ name, key, codec, archivedAs: null }, facts, pointer, source);
}

/** An archived entity from its facts, read from the log again in the order of the pointer. */
export async function rehydrateEntity(
  name: string,
  facts: readonly Fact[],
  archivedAs: string,
  source: PostedSource,
): Promise<Entity> {
  const own = { name, key: entityKeyOf(name), codec: newCodec(name), archivedAs };
  return entityFrom(own, facts, decodeArchivePointer(archivedAs), source);
}

/**
 * The interpretation of the facts is what was posted, unless interpreting has been improved since: then the
 * journal says what it was. What is taken back must be what was posted.
 */
async function entityFrom(
  own: Pick<Entity, 'name' | 'key' | 'codec' | 'archivedAs'>,
  facts: readonly Fact[],
  { factOffsets, posted }: ArchivePointer,
  source: PostedSource,
): Promise<Entity> {
  const state = { facts, posted: posted === null ? null : await contentOf(facts, posted, source) };
  return { ...own, state, factOffsets, posted, isStored: true };
}

async function contentOf(
  facts: readonly Fact[],
  posted: PostingRef,
  source: PostedSource,
): Promise<PostingContent> {
  const content = source.interpret(facts);
  return content !== null && digestOf(encodeContent(content)) === posted.digest
    ? content
    : source.read(posted);
}

function newCodec(name: string): FactCodec {
  return new FactCodec(name.slice(0, name.indexOf(':')));
}
