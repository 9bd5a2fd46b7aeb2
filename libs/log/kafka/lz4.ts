/**
 * LZ4 frames as Kafka writes them: independent blocks of at most 64 KiB, no checksums. Node has no LZ4, and
 * other producers may use it. Source: the LZ4 frame format 1.6 and the LZ4 block format.
 */
export function lz4Compress(input: Uint8Array): Buffer {
  const parts: Uint8Array[] = [HEADER];
  for (let from = 0; from < input.length; from += BLOCK_BYTES) {
    const block = input.subarray(from, from + BLOCK_BYTES);
    const compressed = compressBlock(block);
    const isSmaller = compressed.length < block.length;
    const size = Buffer.alloc(4);
    size.writeUInt32LE(isSmaller ? compressed.length : block.length + STORED);
    parts.push(size, isSmaller ? compressed : block);
  }
  parts.push(END_MARK);
  return Buffer.concat(parts);
}

export function lz4Decompress(frame: Buffer): Buffer {
  if (frame.readUInt32LE(0) !== MAGIC) throw new Error('not an LZ4 frame');
  const flags = frame.readUInt8(4);
  const blockChecksum = (flags & 0x10) === 0 ? 0 : 4;
  const output = new Output();
  let at = 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
  for (;;) {
    const size = frame.readUInt32LE(at);
    at += 4;
    if (size === 0) return output.bytes();
    const length = size % STORED;
    const block = frame.subarray(at, at + length);
    if (block.length < length) throw new Error('an LZ4 frame is cut short');
    if (size >= STORED) output.append(block, 0, length);
    else decompressBlock(block, output);
    at += length + blockChecksum;
  }
}

const MAGIC = 0x184d2204;
const BLOCK_BYTES = 64 * 1024;
/** The bit of a block's size that marks it as stored uncompressed. */
const STORED = 0x80000000;
/**
 * Magic number, flags (version 1, independent blocks), block size (64 KiB), and the checksum of these two.
 */
const HEADER = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
const END_MARK = Buffer.alloc(4);

const MIN_MATCH = 4;
/**
 * The format requires the last match to begin at least so far from the end, and the last bytes to be
 * literals.
 */
const MATCH_LIMIT = 12;
const LAST_LITERALS = 5;
const HASH_BITS = 14;

const table = new Int32Array(1 << HASH_BITS);

function compressBlock(input: Uint8Array): Uint8Array {
  const output = new Output(input.length + (input.length >> 8) + 16);
  const view = new DataView(input.buffer, input.byteOffset, input.length);
  const lastStart = input.length - MATCH_LIMIT;
  table.fill(-1);
  let anchor = 0;
  for (let at = 0; at <= lastStart;) {
    const word = view.getUint32(at, true);
    const slot = Math.imul(word, 2654435761) >>> (32 - HASH_BITS);
    const candidate = table[slot] ?? -1;
    table[slot] = at;
    if (candidate < 0 || view.getUint32(candidate, true) !== word) {
      at += 1 + ((at - anchor) >> 6);
      continue;
    }
    let length = MIN_MATCH;
    const maxLength = input.length - LAST_LITERALS - at;
    while (length < maxLength && input[candidate + length] === input[at + length]) length++;
    output.sequence(input, anchor, at, { distance: at - candidate, length });
    at += length;
    anchor = at;
  }
  output.sequence(input, anchor, input.length, null);
  return output.bytes();
}

function decompressBlock(block: Uint8Array, output: Output): void {
  let at = 0;
  const extended = (length: number): number => {
    let total = length;
    if (length === 15) {
      for (let more = 255; more === 255;) {
        more = block[at++] ?? 0;
        total += more;
      }
    }
    return total;
  };
  while (at < block.length) {
    const token = block[at++] ?? 0;
    const literals = extended(token >> 4);
    output.append(block, at, at + literals);
    at += literals;
    if (at >= block.length) return;
    const distance = (block[at] ?? 0) + (block[at + 1] ?? 0) * 256;
    at += 2;
    output.repeat(distance, extended(token & 15) + MIN_MATCH);
  }
}

/** A buffer that grows. */
class Output {
  #buffer: Buffer;
  #length = 0;

  constructor(room = BLOCK_BYTES) {
    this.#buffer = Buffer.allocUnsafe(room);
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  append(source: Uint8Array, from: number, to: number): void {
    this.#reserve(to - from);
    this.#buffer.set(source.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  /** Copies `length` bytes that were written `distance` bytes ago; the two ranges may overlap. */
  repeat(distance: number, length: number): void {
    if (distance === 0 || distance > this.#length)
      throw new Error('an LZ4 block points before its beginning');
    this.#reserve(length);
    const buffer = this.#buffer;
    if (distance >= length) {
      buffer.copyWithin(this.#length, this.#length - distance, this.#length - distance + length);
      this.#length += length;
    } else {
      for (const end = this.#length + length; this.#length < end; this.#length++) {
        buffer[this.#length] = buffer[this.#length - distance] ?? 0;
      }
    }
  }

  /** Literals, then a match; the last sequence of a block has none. */
  sequence(
    input: Uint8Array,
    from: number,
    to: number,
    match: { readonly distance: number; readonly length: number } | null,
  ): void {
    const literals = to - from;
    const matched = match === null ? 0 : match.length - MIN_MATCH;
    this.#reserve(literals + 16 + (literals >> 7) + (matched >> 7));
    this.#buffer[this.#length++] = (Math.min(literals, 15) << 4) | Math.min(matched, 15);
    this.#extend(literals);
    this.append(input, from, to);
    if (match === null) return;
    this.#buffer[this.#length++] = match.distance & 255;
    this.#buffer[this.#length++] = match.distance >> 8;
    this.#extend(matched);
  }

  #extend(length: number): void {
    if (length < 15) return;
    let rest = length - 15;
    for (; rest >= 255; rest -= 255) this.#buffer[this.#length++] = 255;
    this.#buffer[this.#length++] = rest;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + more));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
