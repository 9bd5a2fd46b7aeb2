import type { Catalogue } from './catalogue.js';
import { decodeCatalogue, encodeCatalogue } from './version.js';

/**
 * One record of `catalogue.versions`: a catalogue is put in force. An old catalogue that is put in force
 * again has an entry of its own.
 */
export interface CatalogueEntry extends EntryHead {
  readonly catalogue: Catalogue;
}

/** What an entry says beside the content. */
export interface EntryHead {
  readonly version: string;
  /** 1, 2, 3, ...; of two entries with one number the first in the log holds. */
  readonly number: number;
  /** Who put it in force. */
  readonly author: string;
  /** When, UTC epoch ms, by the clock of the author's process. */
  readonly at: number;
  readonly reason: string | null;
  /** Digest of the entry of the audit trail; absent: of a version without, or of what no one decided. */
  readonly trailEntry?: string | undefined;
}

/** The author of the entry that the first start of a process writes into an empty log. */
export const firstStartAuthor = 'tallyline (first start)';

/** The text of a record: the version first, as every release has written it. */
export function encodeEntry({
  catalogue,
  number,
  author,
  at,
  reason,
  trailEntry,
}: Omit<CatalogueEntry, 'version'>): string {
  const head = { number, author, at: new Date(at).toISOString(), reason, trailEntry };
  const whole = encodeCatalogue(catalogue);
  const version = `{"version":${JSON.stringify(catalogue.version)},`;
  return `${version}${JSON.stringify(head).slice(1, -1)},${whole.slice(version.length)}`;
}

/**
 * What a record says beside the content, without decoding that; null: it is something else. Records of
 * releases that put a catalogue in force by using it have neither number nor author.
 */
export function entryHead(text: string): EntryHead | UnnumberedHead | null {
  try {
    const { version, number, author, at, reason, trailEntry, content } = JSON.parse(text) as Record<
      string,
      unknown
    >;
    if (typeof version !== 'string' || typeof content !== 'object' || content === null) return null;
    if (number === undefined) return { version, number: null };
    if (!Number.isSafeInteger(number) || typeof author !== 'string' || typeof at !== 'string') return null;
    const head = { version, author, reason: typeof reason === 'string' ? reason : null };
    const entry = { ...head, number: number as number, at: Date.parse(at) };
    return typeof trailEntry === 'string' ? { ...entry, trailEntry } : entry;
  } catch {
    return null;
  }
}

export interface UnnumberedHead {
  readonly version: string;
  readonly number: null;
}

/** The catalogue of a record. Throws where its content does not have its version. */
export function catalogueOfEntry(text: string): Catalogue {
  return decodeCatalogue(text);
}
