import type { Fact } from '#domain/fact/fact.js';
import { isCount, isName, isText } from './checks.js';
import { FactCodec } from './fact-codec.js';
import { parseJson } from './parse-json.js';

/**
 * A record of `meter.states` is a JSON list without names: the version of the format, what it is, and
 *
 * `[1, "state", entity, [fact offsets], posted, ...facts]`, `posted` null or `[partition, offset, digest]`
 * `[1, "covered", folded, from, fingerprint, head, [journal offsets]]`
 * `[1, "parked", entity, offset, cause]`, `cause` absent: of an earlier version
 *
 * A state is what the meter keeps of an archived entity, for ever; its facts are as `FactCodec` writes them.
 * `samples/states-1.ndjson` holds the bytes of version 1.
 */
const version = 1;

/** Where in the journal the content lies that was posted last, and a digest to recognise it by. */
export interface PostingRef {
  readonly partition: number;
  readonly offset: number;
  readonly digest: string;
}

/** Where the facts of an entity and its posting lie in the log. */
export interface Places {
  /** Offsets, in its partition of facts, of the current facts; ascending. */
  readonly factOffsets: readonly number[];
  /** null: the journal holds nothing of it that was not taken back. */
  readonly posted: PostingRef | null;
}

export interface KeptState extends Places {
  readonly kind: 'state';
  readonly entity: string;
  readonly facts: readonly Fact[];
}

/** Up to where the states that are kept before this record suffice, so that facts below are not needed. */
export interface Covered {
  readonly kind: 'covered';
  /** Facts below were folded, and what was posted of them is in the journal. */
  readonly folded: number;
  /** Every entity with facts below this offset has a state. */
  readonly from: number;
  /** Of a fact at or after `from`: says which log of facts it is. */
  readonly fingerprint: string;
  /** Head of the hash chain of the postings of all facts below `from`. */
  readonly head: string;
  /** By journal partition: below these offsets lies nothing of facts at or above `from`. */
  readonly journal: readonly number[];
}

/** The meter has set an entity aside at a fact. */
export interface ParkedState {
  readonly kind: 'parked';
  readonly entity: string;
  readonly offset: number;
  /** null: of a version that kept none. */
  readonly cause: string | null;
}

export type StateRecord = KeptState | Covered | ParkedState;

/** `facts`: as `FactCodec` encodes them. */
export function encodeState(entity: string, { factOffsets, posted }: Places, facts: string): string {
  const at = posted === null ? null : [posted.partition, posted.offset, posted.digest];
  const head = `[${version},"state",${JSON.stringify(entity)},[${factOffsets.join()}],${JSON.stringify(at)}`;
  return facts === '' ? `${head}]` : `${head},${facts}]`;
}

export function encodeCovered({ folded, from, fingerprint, head, journal }: Omit<Covered, 'kind'>): string {
  return JSON.stringify([version, 'covered', folded, from, fingerprint, head, journal]);
}

export function encodeParked(entity: string, offset: number, cause: string): string {
  return JSON.stringify([version, 'parked', entity, offset, cause]);
}

/** null: the record is not a known one of the topic. Throws `StateDamaged`, and nothing else. */
export function decodeStateRecord(value: string): StateRecord | null {
  const list: unknown = parseJson(value);
  if (!Array.isArray(list) || list[0] !== version) return null;
  const [, kind, ...rest] = list as unknown[];
  switch (kind) {
    case 'state':
      return decodeState(rest);
    case 'covered':
      return decodeCovered(rest);
    case 'parked': {
      const [entity, offset, cause = null] = rest;
      if (!isName(entity) || !isCount(offset) || !(cause === null || isText(cause))) return null;
      return { kind: 'parked', entity, offset, cause };
    }
    default:
      return null;
  }
}

function decodeState([entity, factOffsets, at, ...lists]: readonly unknown[]): KeptState | null {
  if (!isName(entity) || !isCountList(factOffsets)) return null;
  const posted = at === null ? null : postingRef(at);
  if (posted === undefined) return null;
  const facts = factsOf(entity, lists);
  return facts.length === factOffsets.length ? { kind: 'state', entity, factOffsets, posted, facts } : null;
}

/** A kept state whose facts cannot be read: what reads it stops, for without them it would count wrongly. */
export class StateDamaged extends Error {
  override readonly name = 'StateDamaged';
  readonly code = 'state-damaged';

  constructor(
    readonly entity: string,
    cause: unknown,
  ) {
    const advice = 'restore meter.states from a copy';
    super(`the kept state of ${entity} is damaged: ${advice}`, { cause });
  }
}

function factsOf(entity: string, lists: readonly unknown[]): Fact[] {
  try {
    return FactCodec.fromLists(entity, lists as unknown[][]);
  } catch (error) {
    throw new StateDamaged(entity, error);
  }
}

function decodeCovered(rest: readonly unknown[]): Covered | null {
  const [folded, from, fingerprint, head, journal] = rest;
  if (!isCount(folded) || !isCount(from) || !isText(fingerprint) || !isText(head) || !isCountList(journal)) {
    return null;
  }
  return { kind: 'covered', folded, from, fingerprint, head, journal };
}

function postingRef(value: unknown): PostingRef | undefined {
  if (!Array.isArray(value)) return undefined;
  const [partition, offset, digest] = value as unknown[];
  return isCount(partition) && isCount(offset) && isName(digest) ? { partition, offset, digest } : undefined;
}

function isCountList(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every(isCount);
}
