import {
  appendFileSync,
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { trailEntryOf } from '#pipeline/audit-trail.js';
import type { ApiKey } from '#runtime/access/api-key.js';
import {
  decodeTrailEntry,
  encodeTrailEntry,
  type ReadTrailEntry,
  TrailChain,
  type TrailFault,
  type TrailStatement,
} from '#wire/trail.js';

/**
 * The audit trail of API keys, a file beside theirs: keys are made where no log may be at hand, and while a
 * server has locked it. One entry a line, chained as the trail in the log is.
 */
export function keyTrailPath(keysFile: string): string {
  return `${keysFile}.acts`;
}

/** Durable when it returns; the key is made, or removed, after it. */
export function writeKeyAct(keysFile: string, statement: TrailStatement): void {
  const path = keyTrailPath(keysFile);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const file = openSync(path, 'a+', 0o600);
  try {
    const text = readFileSync(path, 'utf8');
    const lines = linesOf(text);
    const last = text.endsWith('\n') ? undefined : lines.at(-1);
    const isTorn = last !== undefined && decodeTrailEntry(last) === null;
    // Of a power failure while it was written: its act was not done.
    if (isTorn) ftruncateSync(file, Buffer.byteLength(text) - Buffer.byteLength(last));
    const chain = new TrailChain();
    for (const line of isTorn ? lines.slice(0, -1) : lines) chain.take('', line);
    const place = { seen: chain.records, head: chain.head };
    const { value } = encodeTrailEntry(trailEntryOf(statement, place));
    appendFileSync(file, `${last === undefined || isTorn ? '' : '\n'}${value}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Where the trail of keys is not as it was written. */
export type KeyTrailFinding =
  | { readonly code: TrailFault; readonly number: number; readonly place: string }
  /** A key that no entry made, though it is younger than the first; or one that an entry revoked. */
  | { readonly code: 'key-without-entry'; readonly key: string }
  /** An entry made it, none revoked it, and it is not there. */
  | { readonly code: 'key-missing'; readonly key: string };

export interface KeyTrailAudit {
  readonly path: string;
  readonly records: number;
  readonly entries: readonly ReadTrailEntry[];
  readonly findings: readonly KeyTrailFinding[];
}

/** `keys`: those in the file; null: there is no such file. */
export function auditKeyTrail(keysFile: string, keys: readonly ApiKey[] | null): KeyTrailAudit {
  const path = keyTrailPath(keysFile);
  const chain = new TrailChain();
  const entries: ReadTrailEntry[] = [];
  const findings: KeyTrailFinding[] = [];
  for (const line of linesOf(textOf(path))) {
    const { entry, fault } = chain.take(decodeTrailEntry(line)?.entry.act ?? '', line);
    if (entry !== null) entries.push(entry);
    if (fault === null || findings.length > 0) continue;
    findings.push({ code: fault, number: chain.records, place: `${path} line ${chain.records}` });
  }
  return {
    path,
    records: chain.records,
    entries,
    findings: [...findings, ...keyFindings(entries, keys ?? [])],
  };
}

/** An entry may be there whose act was not done, as the process was killed: `key-missing` says so then. */
function keyFindings(entries: readonly ReadTrailEntry[], keys: readonly ApiKey[]): KeyTrailFinding[] {
  const [first] = entries;
  if (first === undefined) return [];
  const made = new Set<string>();
  for (const { entry } of entries) {
    const id = String(entry.details['key'] ?? '');
    if (entry.act === 'key-revoked') made.delete(id);
    else made.add(id);
  }
  const there = new Set(keys.map(({ id }) => id));
  const younger = keys.filter(({ createdAt }) => Date.parse(createdAt) >= first.entry.at);
  return [
    ...younger
      .filter(({ id }) => !made.has(id))
      .map(({ id: key }) => ({ code: 'key-without-entry' as const, key })),
    ...[...made].filter((id) => !there.has(id)).map((key) => ({ code: 'key-missing' as const, key })),
  ];
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (Error.isError(error) && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function linesOf(text: string): string[] {
  const lines = text.split('\n');
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
