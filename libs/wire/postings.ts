import { hash } from 'node:crypto';
import { type JournalRecord, postingCauses } from '#domain/posting/journal-record.js';
import type { Posting, PostingPosition } from '#domain/posting/posting.js';
import { isCount, isInteger, isOneOf, isText } from './checks.js';
import { isWellFormedJson, parseJson } from './parse-json.js';
import { encodeContent, readContent } from './posting-content.js';

/**
 * A record of the journal is a JSON list without names:
 *
 * `[1, partition, offset, index, interpretation, cause, recordedAt, before, link, ...(sign, content)]`
 *
 * First the version of the format, then the position of the first posting in the log of facts, so that a
 * reader of one source needs no other part of the text (`sourceOf`). Signs and contents alternate; the index
 * of each posting is one above that of the posting before it. `samples/postings-1.ndjson` holds the bytes of
 * version 1.
 */
const version = 1;

/** Contents are given as text (`encodeContent`): one is posted, taken back, linked and digested. */
export interface JournalEntry extends Omit<JournalRecord, 'postings' | 'link'> {
  readonly changes: readonly { readonly sign: 1 | -1; readonly contentText: string }[];
}

export interface EncodedJournalRecord {
  readonly value: string;
  /** Link of the last posting in it. */
  readonly link: string;
}

/** Writes a record, and gives the link that the next one of its source partition goes on from. */
export function encodeJournalRecord(entry: JournalEntry): EncodedJournalRecord {
  const { position, changes, before } = entry;
  let link = before;
  let postings = '';
  for (const [place, { sign, contentText }] of changes.entries()) {
    link = linkAfter(link, { ...position, index: position.index + place }, sign, contentText);
    postings += `,${sign},${contentText}`;
  }
  return { value: headOf(entry, link) + `${postings}]`, link };
}

/** A record without postings: the chain goes on from `before` at `link`, at which others lead to there. */
export function encodeRelink(entry: Omit<JournalRecord, 'postings' | 'cause'>): string {
  return `${headOf({ ...entry, cause: 'relinked' }, entry.link)}]`;
}

function headOf(
  { position, interpretation, cause, recordedAt, before }: Omit<JournalRecord, 'postings' | 'link'>,
  link: string,
): string {
  const { partition, offset, index } = position;
  return (
    `[${version},${partition},${offset},${index},${interpretation},"${cause}",${recordedAt},` +
    `"${before}","${link}"`
  );
}

/**
 * The link of a posting in the hash chain of its source partition: a digest of the link before it, of its
 * position, sign and content. 132 bits of SHA-256 in base64url: who changes one posting and keeps the links
 * that follow would have to find a second text of the same digest.
 */
function linkAfter(
  before: string,
  { partition, offset, index }: PostingPosition,
  sign: 1 | -1,
  contentText: string,
): string {
  const text = `${before},${partition},${offset},${index},${sign},${contentText}`;
  return hash('sha256', text, 'base64url').slice(0, linkLetters);
}

/** The link that the postings of a record lead to, by their contents; its `link` should say the same. */
export function linkOf({ before, postings }: JournalRecord): string {
  return postings.reduce(
    (link, { position, sign, content }) => linkAfter(link, position, sign, encodeContent(content)),
    before,
  );
}

const linkLetters = 22;

/**
 * null: the record is not a known one of the journal (unreadable), or it holds half a surrogate pair. All
 * readers are to leave out the same records: what one of them counts and another does not is a difference.
 */
export function decodeJournalRecord(value: string): JournalRecord | null {
  if (!isWellFormedJson(value)) return null;
  const list: unknown = parseJson(value);
  if (!Array.isArray(list) || list[0] !== version) return null;
  const [, partition, offset, index, interpretation, cause, recordedAt] = list as unknown[];
  const [before, link] = [list[7] as unknown, list[8] as unknown];
  if (!isCount(partition) || !isCount(offset) || !isCount(index) || !isCount(interpretation)) return null;
  if (!isCause(cause) || !isText(before) || !isText(link)) return null;
  const postings = readPostings(list, { partition, offset, index });
  if (postings === null || (postings.length === 0) !== (cause === 'relinked')) return null;
  return {
    position: { partition, offset, index },
    interpretation,
    cause,
    recordedAt: isInteger(recordedAt) ? recordedAt : null,
    before,
    link,
    postings,
  };
}

const isCause = isOneOf(postingCauses);

function readPostings(list: readonly unknown[], { partition, offset, index }: PostingPosition) {
  const postings: Posting[] = [];
  for (let at = 9; at < list.length; at += 2) {
    const sign = list[at];
    const content = readContent(list[at + 1]);
    if ((sign !== 1 && sign !== -1) || content === null) return null;
    const position = { partition, offset, index: index + postings.length };
    postings.push({ position, sign, content });
  }
  return postings;
}

/**
 * Partition and offset of the fact behind a record of the journal, read from the first characters of its
 * text; null: not a record of this version.
 */
export function sourceOf(value: string): { readonly partition: number; readonly offset: number } | null {
  if (!value.startsWith(opening)) return null;
  const second = value.indexOf(',', opening.length);
  const third = value.indexOf(',', second + 1);
  const partition = Number(value.slice(opening.length, second));
  const offset = Number(value.slice(second + 1, third));
  return second > 0 && third > 0 && isCount(partition) && isCount(offset) ? { partition, offset } : null;
}

const opening = `[${version},`;
