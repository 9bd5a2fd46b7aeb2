import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

export type BodyResult =
  | { readonly status: 'read'; readonly bytes: Buffer }
  | { readonly status: 'tooLarge' }
  | { readonly status: 'notGzip' }
  /** Too much is being received already. */
  | { readonly status: 'noRoom' }
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
 * reading stops at the limit, and so does unpacking. What is held is taken from the budget as it comes: a
 * sender who announces much and sends nothing takes nothing.
 */
export async function readBody(
  request: IncomingMessage,
  encoding: Encoding,
  limitBytes: number,
  budget: HeldBytes,
): Promise<BodyResult> {
  const body = await receive(request, limitBytes, budget);
  if (body.status !== 'read' || encoding === 'identity' || body.bytes.length === 0) return body;
  if (!budget.hold(limitBytes)) return { status: 'noRoom' };
  try {
    return { status: 'read', bytes: await unzip(body.bytes, { maxOutputLength: limitBytes }) };
  } catch (error) {
    const tooLarge = Error.isError(error) && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return { status: tooLarge ? 'tooLarge' : 'notGzip' };
  }
}

const unzip = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

function receive(request: IncomingMessage, limitBytes: number, budget: HeldBytes): Promise<BodyResult> {
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) {
    return Promise.resolve({ status: 'tooLarge' });
  }
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer) => {
      length += chunk.length;
      const isTooLarge = length > limitBytes;
      if (!isTooLarge && budget.hold(chunk.length)) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      request.off('data', onData);
      resolve({ status: isTooLarge ? 'tooLarge' : 'noRoom' });
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

/** Bytes that one request holds. */
export interface HeldBytes {
  /** False: there is no room; nothing more is held. */
  hold(bytes: number): boolean;
  release(): void;
}

/**
 * Bytes of bodies that may be held at once while they are received and checked, in all and of one
 * connection, so that no connection can take the room of the others. One request of each always has room.
 */
export class BodyBudget {
  #held = 0;
  readonly #ofConnections = new Map<string, number>();

  constructor(
    private readonly maxBytes: number,
    private readonly maxBytesOfConnection: number,
  ) {}

  /** Keys must come from a bounded set. */
  open(connection: string): HeldBytes {
    let own = 0;
    const take = (bytes: number): void => {
      own += bytes;
      this.#held += bytes;
      const rest = (this.#ofConnections.get(connection) ?? 0) + bytes;
      if (rest === 0) this.#ofConnections.delete(connection);
      else this.#ofConnections.set(connection, rest);
    };
    return {
      hold: (bytes) => {
        const ofOthers = (this.#ofConnections.get(connection) ?? 0) - own;
        if (ofOthers > 0 && ofOthers + own + bytes > this.maxBytesOfConnection) return false;
        if (ofOthers > 0 && this.#held + bytes > this.maxBytes) return false;
        take(bytes);
        return true;
      },
      release: () => take(-own),
    };
  }
}
