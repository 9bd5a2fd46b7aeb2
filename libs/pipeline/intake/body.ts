import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

export type BodyResult =
  | { readonly status: 'read'; readonly bytes: Buffer }
  | { readonly status: 'tooLarge' }
  | { readonly status: 'notGzip' }
  /** The sender closed the connection; no one waits for an answer. */
  | { readonly status: 'aborted' };

export type Encoding = 'identity' | 'gzip';

/** null: an encoding we do not take. */
export function encodingOf(header: string | undefined): Encoding | null {
  switch (header?.trim().toLowerCase()) {
    case undefined:
    case '':
    case 'identity':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    default:
      return null;
  }
}

/**
 * The exact bytes of a body, decoded, at most `limitBytes` on the wire and after. No more is ever held:
 * reading stops at the limit, and so does unpacking.
 */
export async function readBody(
  request: IncomingMessage,
  encoding: Encoding,
  limitBytes: number,
): Promise<BodyResult> {
  const body = await receive(request, limitBytes);
  if (body.status !== 'read' || encoding === 'identity' || body.bytes.length === 0) return body;
  try {
    return { status: 'read', bytes: await unzip(body.bytes, { maxOutputLength: limitBytes }) };
  } catch (error) {
    const tooLarge = Error.isError(error) && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return { status: tooLarge ? 'tooLarge' : 'notGzip' };
  }
}

const unzip = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

function receive(request: IncomingMessage, limitBytes: number): Promise<BodyResult> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    return Promise.resolve({ status: 'tooLarge' });
  }
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limitBytes) chunks.push(chunk);
      else {
        chunks = [];
        resolve({ status: 'tooLarge' });
      }
    };
    const onEnd = () => resolve({ status: 'read', bytes: joined(chunks, length) });
    const onClose = () => resolve({ status: 'aborted' });
    request.on('data', onData).on('end', onEnd).on('close', onClose).on('error', onClose);
  });
}

/** Without a copy where it came in one piece, as nearly all do. */
function joined(chunks: readonly Buffer[], length: number): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, length);
}

/** Bytes of bodies that may be held at once while they are being received. */
export class BodyBudget {
  #held = 0;
  constructor(private readonly maxBytes: number) {}

  /** Returns how to release it; null: too much is being received already. A single one always has room. */
  reserve(bytes: number): (() => void) | null {
    if (this.#held > 0 && this.#held + bytes > this.maxBytes) return null;
    this.#held += bytes;
    return () => void (this.#held -= bytes);
  }
}

/** A body without a declared length, or in gzip, may become as large as is allowed. */
export function maxBodyBytes(request: IncomingMessage, encoding: Encoding, limitBytes: number): number {
  const declared = request.headers['content-length'];
  return encoding === 'identity' && declared !== undefined
    ? Math.min(Number(declared), limitBytes)
    : limitBytes;
}
