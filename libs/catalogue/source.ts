import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from 'yaml';
import { fileFault, pathParts, pathText, type Fault, type FileFault, type Path } from './fault.js';
import type { FaultCode } from './fault-codes.js';

/** One YAML (or JSON) document, and where its parts are in the file. */
export interface SourceDocument {
  readonly file: string;
  readonly value: unknown;
  /** Line (from 1) of the value at `path`, or of the nearest thing around it. */
  lineOf(path: Path): number;
}

/** Where a part of the catalogue was written. */
export interface SourceLocation {
  readonly document: SourceDocument;
  readonly path: Path;
}

export function faultAt(
  { document, path }: SourceLocation,
  code: FaultCode,
  message: string,
  below: Path = [],
): FileFault {
  const whole = [...path, ...below];
  return { code, path: pathText(whole), message, file: document.file, line: document.lineOf(whole) };
}

/** A fault of the value written at a place. */
export function placed({ code, path, message }: Fault, place: SourceLocation): FileFault {
  return faultAt(place, code, message, pathParts(path));
}

/** More values than any real catalogue has: an alias of an alias of an alias. */
const MAX_VALUES = 1_000_000;

/**
 * Reads the text of one file. JSON is read as the YAML it is. Anchors and aliases may be used, tags and merge
 * keys not. A file that has faults yields no documents.
 */
export function parseSource(
  file: string,
  text: string,
): { documents: SourceDocument[]; faults: FileFault[] } {
  const lines = new LineCounter();
  const fault = (code: FaultCode, message: string, offset = 0): FileFault => {
    return { ...fileFault(code, file, message), line: Math.max(1, lines.linePos(offset).line) };
  };
  try {
    // Pretty errors quote the source, which may hold a secret.
    const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
    const errors = parsed.flatMap((document) => [...document.errors, ...document.warnings]);
    const tooDeep = errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION');
    if (tooDeep) return { documents: [], faults: [fault('yaml-too-deep', TOO_DEEP)] };
    const faults = errors.map((error) => fault('yaml-syntax', syntaxMessage(error), error.pos[0]));
    if (faults.length > 0) return { documents: [], faults: faults.slice(0, MAX_SYNTAX_FAULTS) };
    const documents = parsed.map((document) => sourceDocument(file, document, lines));
    if (!documents.every(({ value }) => isBounded(value))) {
      return { documents: [], faults: [fault('yaml-too-large', TOO_MUCH)] };
    }
    const unclean = documents.flatMap((document) =>
      uncleanTexts(document.value).map((path) => faultAt({ document, path }, 'malformed-value', UNCLEAN)),
    );
    return unclean.length > 0 ? { documents: [], faults: unclean } : { documents, faults: [] };
  } catch (cause) {
    return { documents: [], faults: [fault(...thrownFault(cause))] };
  }
}

/** What the parser throws instead of collecting it. */
function thrownFault(cause: unknown): [FaultCode, string] {
  if (cause instanceof ReferenceError)
    return ['yaml-unknown-anchor', 'has an alias (*name) without an anchor (&name) before it'];
  if (cause instanceof RangeError) return ['yaml-too-deep', TOO_DEEP];
  throw cause;
}

/** What follows the first few is mostly their consequence. */
const MAX_SYNTAX_FAULTS = 5;

const TOO_DEEP = 'is nested too deeply to be read';
const TOO_MUCH = `holds more than ${MAX_VALUES} values once its aliases are written out, or an alias of itself`;

const UNCLEAN =
  'holds half a surrogate pair or a control character: two texts that differ in it only would become one';

/** Where texts (keys included) have no UTF-8, or characters that others cut texts at. */
function uncleanTexts(root: unknown): Path[] {
  const found: Path[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown, path: Path): void => {
    if (typeof value === 'string' && !cleanText.test(value)) found.push(path);
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    for (const [key, part] of Object.entries(value)) {
      const below = [...path, Array.isArray(value) ? Number(key) : key];
      if (cleanText.test(key)) visit(part, below);
      else found.push(path);
    }
  };
  visit(root, []);
  return found;
}

/** Lines may end in a text of several of them. */
const cleanText = /^(?:[^\p{Cc}\p{Cs}]|[\t\n\r])*$/u;

function sourceDocument(file: string, document: Document.Parsed, lines: LineCounter): SourceDocument {
  return {
    file,
    value: document.toJS({ maxAliasCount: -1 }),
    lineOf: (path) => Math.max(1, lines.linePos(offsetOf(document, path)).line),
  };
}

/** The parser's own words up to the text they quote. */
function syntaxMessage(error: { readonly message: string }): string {
  return `cannot be read as YAML: ${error.message.split(':')[0]}`;
}

/** The key's place for what a key names, else the value's; as deep into `path` as the file goes. */
function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part));
      if (pair === undefined) return offset;
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(part)];
      if (node === undefined) return offset;
      offset = (node as { range?: readonly number[] }).range?.[0] ?? offset;
    } else return offset;
  }
  return offset;
}

/**
 * Aliases share one object, so a few lines can expand to billions of values, and an alias may lie within
 * itself.
 */
function isBounded(root: unknown): boolean {
  const sizes = new Map<object, number>();
  const size = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    sizes.set(value, Infinity); // what is met again while it is still being counted lies within itself
    const total = Object.values(value).reduce((sum: number, part) => sum + size(part), 1);
    sizes.set(value, total);
    return total;
  };
  return size(root) <= MAX_VALUES;
}
