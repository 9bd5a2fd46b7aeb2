import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Example } from '#domain/metering/example.js';
import type { Catalogue } from './catalogue.js';
import { consistencyFaults } from './consistency.js';
import { gather, type Draft } from './draft.js';
import type { CatalogueFault } from './fault.js';
import { parseSource } from './source.js';
import { inOrder, versionOf } from './version.js';

/** What the operator wrote, as a catalogue, or everything that is wrong with it. */
export type LoadResult = Loaded | { readonly faults: readonly CatalogueFault[] };

export interface Loaded {
  readonly catalogue: Catalogue;
  /** Worked examples by contract; no part of the catalogue, so that writing one changes no version. */
  readonly examples: ReadonlyMap<string, readonly Example[]>;
}

export interface CatalogueFile {
  /** Path below the directory, with `/`. */
  readonly name: string;
  readonly text: string;
}

const MAX_FILE_BYTES = 16 * 1024 * 1024;
const EXTENSION = /\.(ya?ml|json)$/i;

/**
 * Reads every `*.yaml`, `*.yml` and `*.json` below `directory` (names that begin with a dot left out). How
 * the catalogue is spread over files has no meaning: each may hold any of `tenant`, `connections`,
 * `programmes`,
 * `agents`, `outcomes`, `contracts` and `contract`. Reads files, never throws for what is in them or for
 * their absence.
 */
export function loadCatalogue(directory: string): LoadResult {
  const found = readFiles(directory);
  if (found.faults.length > 0) return { faults: found.faults };
  if (found.files.length === 0)
    return { faults: [ofDirectory(directory, 'holds no *.yaml, *.yml or *.json file')] };
  return readCatalogue(found.files);
}

/** The same from texts already read. All faults of all files are found at once, in the order of the files. */
export function readCatalogue(files: readonly CatalogueFile[]): LoadResult {
  const sources = files.map(({ name, text }) => parseSource(name, text));
  const { draft, faults } = gather(sources.flatMap(({ documents }) => documents));
  const syntax = sources.flatMap((source) => source.faults);
  // What a file that cannot be read defines would be reported as missing from the others.
  const all = [...syntax, ...faults, ...(syntax.length === 0 ? consistencyFaults(draft) : [])];
  return all.length > 0 ? { faults: inFileOrder(all, files) } : finish(draft);
}

function finish(draft: Draft): Loaded {
  const content = inOrder({
    tenant: valuesOf(draft.tenants)[0] ?? '',
    connections: valuesOf(draft.connections),
    programmes: valuesOf(draft.programmes),
    agents: valuesOf(draft.agents),
    outcomes: valuesOf(draft.outcomes),
    contracts: valuesOf(draft.contracts),
  });
  return { catalogue: { version: versionOf(content), ...content }, examples: draft.examples };
}

function valuesOf<T>(parts: readonly { readonly value: T | null }[]): T[] {
  return parts.flatMap(({ value }) => (value === null ? [] : [value]));
}

function inFileOrder(faults: readonly CatalogueFault[], files: readonly CatalogueFile[]): CatalogueFault[] {
  const order = new Map(files.map(({ name }, index) => [name, index]));
  const place = ({ file }: CatalogueFault): number => order.get(file) ?? files.length;
  return faults.toSorted((a, b) => place(a) - place(b) || (a.line ?? 0) - (b.line ?? 0));
}

interface Found {
  readonly files: CatalogueFile[];
  readonly faults: CatalogueFault[];
}

function readFiles(directory: string): Found {
  const found: Found = { files: [], faults: [] };
  try {
    if (!statSync(directory).isDirectory()) throw new Error('is a file, not a directory');
    readBelow(directory, '', [], found);
  } catch (cause) {
    found.faults.push(ofDirectory(directory, `cannot be read: ${reason(cause)}`));
  }
  return found;
}

/** Links are followed (mounted configuration consists of them), but not in circles. */
function readBelow(root: string, below: string, above: readonly string[], found: Found): void {
  const real = realpathSync(join(root, below));
  if (above.includes(real)) return;
  const names = readdirSync(real).filter((name) => !name.startsWith('.'));
  for (const name of names.sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    const stat = statSync(join(root, path), { throwIfNoEntry: false });
    if (stat?.isDirectory()) readBelow(root, path, [...above, real], found);
    else if (EXTENSION.test(name)) readOne(root, path, stat, found);
  }
}

function readOne(root: string, name: string, stat: Stats | undefined, { files, faults }: Found): void {
  const fault = (message: string): unknown => faults.push({ file: name, line: null, path: '', message });
  if (stat === undefined) return void fault('is a link to nothing');
  if (!stat.isFile()) return void fault('is not a file');
  if (stat.size > MAX_FILE_BYTES) return void fault(`is larger than ${MAX_FILE_BYTES} bytes: split it`);
  try {
    const bytes = readFileSync(join(root, name));
    if (isUtf8(bytes)) files.push({ name, text: bytes.toString('utf8') });
    else fault('is not UTF-8: save it as UTF-8');
  } catch (cause) {
    fault(`cannot be read: ${reason(cause)}`);
  }
}

function ofDirectory(directory: string, message: string): CatalogueFault {
  return { file: directory, line: null, path: '', message };
}

function reason(cause: unknown): string {
  const code = (cause as { code?: string }).code;
  if (code === 'ENOENT') return 'there is no such directory';
  if (code === 'EACCES') return 'permission denied';
  return Error.isError(cause) ? cause.message : String(cause);
}
