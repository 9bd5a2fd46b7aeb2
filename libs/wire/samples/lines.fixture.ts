import { readFileSync } from 'node:fs';

/** Lines of a file of samples: the bytes of a version of a format, which never change. */
export function linesOf(file: string): string[] {
  return readFileSync(new URL(file, import.meta.url), 'utf8').trimEnd().split('\n');
}
