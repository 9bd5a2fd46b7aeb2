import type { FaultCode } from './fault-codes.js';

export type Path = readonly (string | number)[];

/** One thing wrong in something written: where, what was found, what is allowed. */
export interface Fault {
  /** Stays the same when the text of the message changes. */
  readonly code: FaultCode;
  /** `programmes[0].queues[2].native`; empty: the whole. */
  readonly path: string;
  readonly message: string;
}

/** A fault with its place in a file. */
export interface FileFault extends Fault {
  /** Path of the file below the catalogue directory; the directory itself where no file is at fault. */
  readonly file: string;
  /** Line in that file, from 1; null where no line is at fault. */
  readonly line: number | null;
}

export function fault(code: FaultCode, path: Path, message: string): Fault {
  return { code, path: pathText(path), message };
}

/** A fault of a file as a whole. */
export function fileFault(code: FaultCode, file: string, message: string): FileFault {
  return { code, path: '', message, file, line: null };
}

/** `programmes.yaml:12: programmes[0].timezone: unknown key; did you mean 'timeZone'? … [unknown-key]` */
export function formatFault({ code, file, line, path, message }: FileFault): string {
  const place = line === null ? file : `${file}:${line}`;
  return `${path === '' ? place : `${place}: ${path}`}: ${message} [${code}]`;
}

export function pathText(path: Path): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}

/** The opposite of {@link pathText}; also understands `lines.0.price`. */
export function pathParts(text: string): Path {
  return text
    .split(/[.[\]]+/)
    .filter((part) => part !== '')
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
