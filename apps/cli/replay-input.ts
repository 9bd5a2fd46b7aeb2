import { createReadStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { csvDeliveries } from '#platforms/csv.js';
import { deliveriesInDocument, isWholeJson } from '#platforms/document.js';
import { decodeRecorded, type RecordedDelivery } from '#wire/recorded-delivery.js';

export const replayFormats = ['recorded', 'ndjson', 'json', 'csv'] as const;
export type ReplayFormat = (typeof replayFormats)[number];

/** A file of what one connection's platform sends or exports. */
export interface Export {
  readonly connection: string;
  /** null: by what the file begins with. */
  readonly format: Exclude<ReplayFormat, 'recorded'> | null;
  /** When the platform was asked (UTC epoch ms): what was reported later prevails. */
  readonly polledAt: number;
  /** Columns of CSV without a header, separated by commas; null: its first record is the header. */
  readonly columns: string | null;
}

/** `at`: where it stands in the file, such as `line 3: `. */
export type ReplayItem =
  { readonly delivery: RecordedDelivery; readonly at: string } | { readonly fault: string };

/** The file ends before its end; the message says where and why. */
export class UnreadableInput extends Error {}

/** Characters of a JSON document that is read as a whole. */
const maxDocument = 64 * 1024 * 1024;

/** Deliveries recorded with their connection, one a line. */
export async function* recordedIn(lines: AsyncIterable<string>): AsyncGenerator<ReplayItem> {
  let line = 0;
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    const decoded = decodeRecorded(text);
    const at = `line ${line}: `;
    yield 'fault' in decoded ? { fault: at + decoded.fault } : { ...decoded, at };
  }
}

/** Deliveries made of an export. Lines are read as they come; only a JSON document is held as a whole. */
export async function* exportedIn(
  lines: AsyncIterable<string>,
  { connection, format, polledAt, columns }: Export,
): AsyncGenerator<ReplayItem> {
  const iterator = lines[Symbol.asyncIterator]();
  const begin = await iterator.next();
  if (begin.done === true) return;
  const all = withFirst(begin.value, iterator);
  const deliveryOf = (body: string, type = 'application/json'): ReplayItem => {
    return {
      delivery: { connection, receivedAt: polledAt, headers: { 'content-type': type }, body },
      at: '',
    };
  };
  switch (format ?? formatOf(begin.value)) {
    case 'csv': {
      const faults: string[] = [];
      const bodies = csvDeliveries(all, columns, ({ line, column, what }) => {
        faults.push(`line ${line}, column ${column}: ${what}`);
      });
      for await (const body of bodies) {
        for (const fault of faults.splice(0)) yield { fault };
        yield deliveryOf(body, 'text/csv');
      }
      for (const fault of faults) yield { fault };
      return;
    }
    case 'ndjson':
      for await (const text of all) {
        if (text.trim() !== '') for (const body of deliveriesInDocument(text)) yield deliveryOf(body);
      }
      return;
    case 'json': {
      const document = await wholeOf(all);
      if (document === null) yield { fault: documentTooLong };
      else for (const body of deliveriesInDocument(document)) yield deliveryOf(body);
    }
  }
}

const documentTooLong =
  `the document has more than ${maxDocument} characters: give one conversation or delivery a line, ` +
  `as jq -c '.conversations[]' prints them`;

async function* withFirst(first: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function formatOf(line: string): Exclude<ReplayFormat, 'recorded'> {
  if (!/^\ufeff?\s*[{[]/.test(line)) return 'csv';
  return isWholeJson(line) ? 'ndjson' : 'json';
}

async function wholeOf(lines: AsyncIterable<string>): Promise<string | null> {
  const parts: string[] = [];
  let length = 0;
  for await (const line of lines) {
    length += line.length + 1;
    if (length > maxDocument) return null;
    parts.push(line);
  }
  return parts.join('\n');
}

/**
 * Lines of a file or, for `-`, of standard input, unpacked. Throws `UnreadableInput` where the file is
 * damaged, or its bytes are not of the encoding; null: UTF-8, in which what is none is a replacement
 * character.
 */
export async function* linesOf(file: string, encoding: string | null = null): AsyncGenerator<string> {
  const source = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 20 });
  const decoder = new TextDecoder(encoding ?? 'utf-8', {
    fatal: encoding !== null,
    ignoreBOM: encoding === null,
  });
  let [rest, line] = ['', 0];
  try {
    for await (const chunk of (await unzipped(source)) as AsyncIterable<Buffer>) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      for (const each of lines) {
        line++;
        yield each.endsWith('\r') ? each.slice(0, -1) : each;
      }
    }
    rest += decoder.decode();
  } catch (error) {
    throw new UnreadableInput(`after line ${line}: ${causeOf(error, encoding)}`);
  }
  if (rest !== '') yield rest;
}

function causeOf(error: unknown, encoding: string | null): string {
  if (Error.isError(error) && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return `the file is not ${encoding}: name its encoding, as in --encoding windows-1252`;
  const cause = Error.isError(error) ? error.message : String(error);
  return `the file cannot be read on (${cause}): it is damaged or was cut short; replay it again when it is whole`;
}

/** Gzip is recognised by its first bytes, so that a pipe can be gzipped as well. */
async function unzipped(source: Readable): Promise<Readable> {
  const through = new PassThrough({ highWaterMark: 1 << 20 });
  const [first] = (await new Promise((resolve, reject) => {
    source.once('data', (chunk: Buffer) => {
      source.pause();
      resolve([chunk]);
    });
    source.once('end', () => resolve([]));
    source.once('error', reject);
  })) as Buffer[];
  if (first === undefined) {
    through.end();
    return through;
  }
  through.write(first);
  source.on('error', (error) => through.destroy(error));
  source.pipe(through);
  const isGzip = first[0] === 0x1f && first[1] === 0x8b;
  return isGzip ? through.pipe(createGunzip()) : through;
}
