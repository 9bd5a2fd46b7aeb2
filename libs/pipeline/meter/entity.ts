import type { Fact } from '#domain/fact/fact.js';
import { type EntityState, interpretEntity, unknownEntity } from '#domain/entity/fold.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { FactCodec } from './archive/fact-codec.js';
import {
  decodeArchivePointer,
  digestOf,
  encodeArchivePointer,
  entityKeyOf,
  type ArchivePointer,
  type PostingRef,
} from './archive/archive-pointer.js';

/** An entity in the meter's memory. */
export interface Entity {
  readonly name: string;
  readonly key: string;
  state: EntityState;
  /** Offset of each of the state's facts. */
  factOffsets: readonly number[];
  /** Where the state's posted content lies. */
  posted: PostingRef | null;
  /** Its mark as it lies in the archive of the settled; null: the store keeps its state, or nothing yet. */
  archivedAs: string | null;
  /** Whether the store has heard of it. */
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
    codec: newTexts(name),
  };
}

/** Takes in what a fact made of the entity's state. */
export function updateEntity(entity: Entity, state: EntityState, offset: number): void {
  const { facts } = entity.state;
  if (state.facts.length === facts.length) {
    // It took the place of another: from that one on they moved up.
    const replaced = facts.findIndex((fact, index) => state.facts[index] !== fact);
    entity.factOffsets = entity.factOffsets.toSpliced(replaced, 1);
    entity.codec = newTexts(entity.name);
  }
  entity.factOffsets = [...entity.factOffsets, offset];
  entity.state = state;
}

export function pointerTextOf(entity: Entity): string {
  return encodeArchivePointer(entity);
}

/** As the store keeps it: in the first line what will be left of it once it is settled, then its facts. */
export function encodeEntity(entity: Entity): string {
  return `${encodeArchivePointer(entity)}\n${entity.codec.encode(entity.state.facts)}`;
}

export function pointerTextIn(text: string): string {
  return text.slice(0, text.indexOf('\n'));
}

/** What was posted of it, looked up in the journal. */
export type ReadPostedContent = (at: PostingRef) => Promise<PostingContent>;

/** An entity from what the store has kept of it. */
export async function decodeEntity(
  name: string,
  key: string,
  text: string,
  posted: ReadPostedContent,
): Promise<Entity> {
  const { facts, texts } = FactCodec.read(name, text.slice(text.indexOf('\n') + 1));
  return entityFrom(
    { name, key, codec: texts, archivedAs: null },
    facts,
    decodeArchivePointer(pointerTextIn(text)),
    posted,
  );
}

/** A settled entity from its facts, fetched from the log again, in the order of the mark. */
export async function rehydrateEntity(
  name: string,
  facts: readonly Fact[],
  settledAs: string,
  posted: ReadPostedContent,
): Promise<Entity> {
  const fresh = { name, key: entityKeyOf(name), codec: newTexts(name), archivedAs: settledAs };
  return entityFrom(fresh, facts, decodeArchivePointer(settledAs), posted);
}

/**
 * The interpretation of the facts is what was posted, unless interpreting has been improved since: then the
 * journal tells. What is taken back must be what was posted.
 */
async function entityFrom(
  own: Pick<Entity, 'name' | 'key' | 'codec' | 'archivedAs'>,
  facts: readonly Fact[],
  { factOffsets: told, posted: postedAt }: ArchivePointer,
  posted: ReadPostedContent,
): Promise<Entity> {
  const state = { facts, posted: postedAt === null ? null : await contentOf(facts, postedAt, posted) };
  return { ...own, state, factOffsets: told, posted: postedAt, isStored: true };
}

async function contentOf(
  facts: readonly Fact[],
  postedAt: PostingRef,
  posted: ReadPostedContent,
): Promise<PostingContent> {
  const content = interpretEntity(facts);
  return content !== null && digestOf(JSON.stringify(content)) === postedAt.digest
    ? content
    : posted(postedAt);
}

function newTexts(name: string): FactCodec {
  return new FactCodec(name.slice(0, name.indexOf(':')));
}
