import { type EntityState, type Interpret, unknownEntity } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { encodeContent } from '#wire/posting-content.js';
import { encodeState, type KeptState, type Places, type PostingRef } from '#wire/states.js';
import { FactCodec } from '#wire/fact-codec.js';
import { digestOf, entityKeyOf } from './archive/archive-pointer.js';
import { decodePlaces, encodePlaces } from './places.js';

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

/** As the store keeps it: where all lies and its name in the first line, then its facts. */
export function encodeEntity(entity: Entity): string {
  return textOf(entity.name, entity, entity.codec.encode(entity.state.facts));
}

/** The same of a kept state. */
export function stateText(state: KeptState): string {
  return textOf(state.entity, state, newCodec(state.entity).encode(state.facts));
}

function textOf(name: string, places: Places, facts: string): string {
  return `${encodePlaces(places)} ${JSON.stringify(name)}\n${facts}`;
}

/** What is kept for ever of an entity, from the state that the store has of it. */
export function keptStateOf(text: string): {
  readonly entity: string;
  readonly places: Places;
  readonly value: string;
} {
  const { name, places, facts } = partsOf(text);
  return { entity: name, places, value: encodeState(name, places, facts) };
}

function partsOf(text: string): { readonly name: string; readonly places: Places; readonly facts: string } {
  const [space, end] = [text.indexOf(' '), text.indexOf('\n')];
  const name = JSON.parse(text.slice(space + 1, end)) as string;
  return { name, places: decodePlaces(text.slice(0, space)), facts: text.slice(end + 1) };
}

/** How what was posted of an entity is found out. */
export interface PostedSource {
  readonly interpret: Interpret;
  /** Reads from the journal. */
  read(at: PostingRef): Promise<PostingContent>;
}

/** An entity from the state that the store has of it. */
export async function decodeEntity(key: string, text: string, source: PostedSource): Promise<Entity> {
  const parts = partsOf(text);
  const { facts, codec } = FactCodec.read(parts.name, parts.facts);
  return entityFrom({ name: parts.name, key, codec, archivedAs: null }, facts, parts.places, source);
}

/** An archived entity from its kept state. */
export async function rehydrateEntity(
  { entity: name, facts, ...places }: Omit<KeptState, 'kind'>,
  archivedAs: string,
  source: PostedSource,
): Promise<Entity> {
  const own = { name, key: entityKeyOf(name), codec: newCodec(name), archivedAs };
  return entityFrom(own, facts, places, source);
}

/**
 * The interpretation of the facts is what was posted, unless interpreting has been improved since: then the
 * journal says what it was. What is taken back must be what was posted.
 */
async function entityFrom(
  own: Pick<Entity, 'name' | 'key' | 'codec' | 'archivedAs'>,
  facts: readonly Fact[],
  { factOffsets, posted }: Places,
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
