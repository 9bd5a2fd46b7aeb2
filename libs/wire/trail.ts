import { hash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from './parse-json.js';
import { actorSchema } from './period-acts.js';

/** What has an entry in the audit trail. A later version may know more. */
export const trailActs = [
  'period-closed',
  'period-adjusted',
  'close-requested',
  'period-held',
  'period-released',
  'catalogue-applied',
  'work-confirmed',
  'confirmation-withdrawn',
  'deliveries-redriven',
  'entities-reinterpreted',
  'parked-left-out',
  'sums-repaired',
  'meter-repaired',
  'person-erased',
  'customer-key-rotated',
  'key-created',
  'key-rotated',
  'key-revoked',
] as const;
export type TrailAct = (typeof trailActs)[number];

const entrySchema = z.object({
  /** Random: two acts that are alike in everything else are two. */
  id: z.string().min(1),
  /** So many entries lay before it when it was written, */
  seen: z.int().nonnegative(),
  /** and this was the head of the chain over them; empty: there were none. */
  head: z.string(),
  /** UTC epoch ms. */
  at: z.int(),
  act: z.string().min(1),
  /** What it was done to: contract and period, catalogue, key, ... */
  subject: z.string(),
  actor: actorSchema,
  /** The machine whose process wrote it. */
  host: z.string(),
  reason: z.string().nullable(),
  /** What else says exactly what was done: numbers, ids; never a secret. */
  details: z.record(z.string(), z.union([z.string(), z.number()])),
});

/**
 * One entry of the audit trail: who did what, written before it is done. Acts that lie in the log name the
 * digest of their entry.
 */
export type TrailEntry = Readonly<z.infer<typeof entrySchema>>;

/** What the one who acts says of it; the trail adds its place. */
export interface TrailStatement extends Pick<TrailEntry, 'actor' | 'at' | 'subject' | 'reason' | 'details'> {
  readonly act: TrailAct;
}

/** Text of a record, and the digest (SHA-256, hex) that names the entry. */
export function encodeTrailEntry(entry: TrailEntry): { readonly value: string; readonly digest: string } {
  const text = JSON.stringify(entry);
  const digest = hash('sha256', text);
  return { value: `{"digest":"${digest}","entry":${text}}`, digest };
}

/** null: it is no entry, or not as it was written: each byte counts. */
export function decodeTrailEntry(
  value: string,
): { readonly entry: TrailEntry; readonly digest: string } | null {
  const [, digest, text] = /^\{"digest":"([0-9a-f]{64})","entry":(.*)\}$/s.exec(value) ?? [];
  if (digest === undefined || text === undefined || hash('sha256', text) !== digest) return null;
  const parsed = entrySchema.safeParse(parseJson(text));
  return parsed.success ? { entry: parsed.data, digest } : null;
}

/** Head of the chain after one more record. */
export function nextTrailHead(head: string, value: string): string {
  return hash('sha256', `${head}\n${value}`);
}

export type TrailFault =
  /** The record is not as it was written. */
  | 'edited'
  /** Entries that it was written after are not before it: they were removed, or put in another order. */
  | 'entries-missing'
  /**
   * What lies before it is not what did when it was written: something was edited, removed, moved or added.
   */
  | 'broken-chain';

export interface ReadTrailEntry {
  /** 1, 2, 3, ... in the order of the log. */
  readonly number: number;
  readonly digest: string;
  readonly entry: TrailEntry;
}

export interface TrailRecord {
  /** null: it cannot be read as it was written. */
  readonly entry: ReadTrailEntry | null;
  readonly fault: TrailFault | null;
}

/**
 * Reads the records of a trail in their order and holds each against all before it. Every record names how
 * many lay before it and the head over them; where processes write at once, a record names fewer than there
 * are, and the next one holds them all: the order of the log is the chain, so it cannot fork.
 */
export class TrailChain {
  /** By number of records: the head over so many. */
  readonly #heads: string[] = [''];

  get records(): number {
    return this.#heads.length - 1;
  }

  /** Over all records so far; empty: there are none. */
  get head(): string {
    return this.headOver(this.records) ?? '';
  }

  /** Over the first so many records; null: there are fewer. */
  headOver(records: number): string | null {
    return this.#heads[records] ?? null;
  }

  take(key: string, value: string): TrailRecord {
    const before = this.records;
    this.#heads.push(nextTrailHead(this.head, value));
    const read = decodeTrailEntry(value);
    if (read === null || read.entry.act !== key) return { entry: null, fault: 'edited' };
    const entry = { number: before + 1, ...read };
    const head = read.entry.seen > before ? null : this.headOver(read.entry.seen);
    if (head === null) return { entry, fault: 'entries-missing' };
    return { entry, fault: head === read.entry.head ? null : 'broken-chain' };
  }
}
