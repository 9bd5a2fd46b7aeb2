/** One thing wrong in what the operator wrote: where it stands, what is wrong and what is allowed. */
export interface CatalogueFault {
  /** Path of the file below the catalogue directory; the directory itself where no file is at fault. */
  readonly file: string;
  /** Line in that file, from 1; null where no line is at fault. */
  readonly line: number | null;
  /** `programmes[0].queues[2].native`; empty: the file as a whole. */
  readonly path: string;
  readonly message: string;
}

export type Path = readonly (string | number)[];

/** `programmes.yaml:12: programmes[0].timezone: unknown key; did you mean 'timeZone'? …` */
export function formatFault({ file, line, path, message }: CatalogueFault): string {
  const place = line === null ? file : `${file}:${line}`;
  return path === '' ? `${place}: ${message}` : `${place}: ${path}: ${message}`;
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
