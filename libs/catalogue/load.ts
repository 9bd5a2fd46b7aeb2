import { isUtf8 } from 'node:buffer';
import { readdirSync, readFileSync, realpathSync, statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Example } from '#domain/metering/example.js';
import type { Catalogue } from './catalogue.js';
import { consistencyFaults } from './consistency.js';
import { collect, type CatalogueDraft } from './draft.js';
import { fileFault, formatFault, type FileFault } from './fault.js';
import type { FaultCode } from './fault-codes.js';
import { parseSource } from './source.js';
import { inOrder, versionOf } from './version.js';

/** What the operator wrote, as a catalogue, or everything that is wrong with it. */
export type LoadResult = LoadedCatalogue | { readonly faults: readonly FileFault[] };

export interface LoadedCatalogue {
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
 * `programmes`, `agents`, `outcomes`, `contracts` and `contract`. Never throws for what is in the files or
 * for their absence.
 */
export function loadCatalogue(directory: string): LoadResult {
  const found = readFiles(directory);
  if (found.faults.length > 0) return { faults: found.faults };
  if (found.files.length === 0)
    return { faults: [fileFault('no-file', directory, 'holds no *.yaml, *.yml or *.json file')] };
  return readCatalogue(found.files);
}

/** A process cannot start with the catalogue it was given. */
export class CatalogueFaults extends Error {
  override readonly name = 'CatalogueFaults';
  readonly code = 'faulty-catalogue';

  constructor(readonly faults: readonly FileFault[]) {
    super(
      `the catalogue has ${faults.length} fault(s):${faults.map((fault) => `\n  ${formatFault(fault)}`).join('')}`,
    );
  }
}

/**
 * For a process that cannot go on without: the catalogue of the directory.
 * @throws {CatalogueFaults} with everything that is wrong with it, one line each.
 */
export function requireCatalogue(directory: string): Catalogue {
  const loaded = loadCatalogue(directory);
  if ('catalogue' in loaded) return loaded.catalogue;
  throw new CatalogueFaults(loaded.faults);
}

/**
 * {@link loadCatalogue} from texts already read. All faults of all files are found at once, in the order of
 * the files.
 */
export function readCatalogue(files: readonly CatalogueFile[]): LoadResult {
  const sources = files.map(({ name, text }) => parseSource(name, text));
  const { draft, faults } = collect(sources.flatMap(({ documents }) => documents));
  const syntax = sources.flatMap((source) => source.faults);
  // What a file that cannot be read defines would be reported as missing from the others.
  const all = [...syntax, ...faults, ...(syntax.length === 0 ? consistencyFaults(draft) : [])];
  return all.length > 0 ? { faults: inFileOrder(all, files) } : finish(draft);
}

function finish(draft: CatalogueDraft): LoadedCatalogue {
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

function inFileOrder(faults: readonly FileFault[], files: readonly CatalogueFile[]): FileFault[] {
  const order = new Map(files.map(({ name }, index) => [name, index]));
  const place = ({ file }: FileFault): number => order.get(file) ?? files.length;
  return faults.toSorted((a, b) => place(a) - place(b) || (a.line ?? 0) - (b.line ?? 0));
}

interface ReadFiles {
  readonly files: CatalogueFile[];
  readonly faults: FileFault[];
}

function readFiles(directory: string): ReadFiles {
  const found: ReadFiles = { files: [], faults: [] };
  try {
    if (!statSync(directory).isDirectory()) throw new Error('is a file, not a directory');
    readBelow(directory, '', [], found);
  } catch (cause) {
    found.faults.push(fileFault('unreadable', directory, `cannot be read: ${reason(cause)}`));
  }
  return found;
}

/** Links are followed (mounted configuration consists of them), but not in circles. */
function readBelow(root: string, below: string, above: readonly string[], found: ReadFiles): void {
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

function readOne(root: string, name: string, stat: Stats | undefined, { files, faults }: ReadFiles): void {
  const fault = (code: FaultCode, message: string): unknown => faults.push(fileFault(code, name, message));
  if (stat === undefined) return void fault('unreadable', 'is a link to nothing');
  if (!stat.isFile()) return void fault('unreadable', 'is not a file');
  if (stat.size > MAX_FILE_BYTES)
    return void fault('file-too-large', `is larger than ${MAX_FILE_BYTES} bytes: split it`);
  try {
    const bytes = readFileSync(join(root, name));
    if (isUtf8(bytes)) files.push({ name, text: bytes.toString('utf8') });
    else fault('not-utf8', 'is not UTF-8: save it as UTF-8');
  } catch (cause) {
    fault('unreadable', `cannot be read: ${reason(cause)}`);
  }
}

function reason(cause: unknown): string {
  const code = (cause as { code?: string }).code;
  if (code === 'ENOENT') return 'there is no such directory';
  if (code === 'EACCES') return 'permission denied';
  return Error.isError(cause) ? cause.message : String(cause);
}
