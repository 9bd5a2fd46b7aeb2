/**
 * The partition of a key, as Kafka's default partitioner computes it (murmur2 of the key's UTF-8 bytes, sign
 * dropped, modulo), so that every adapter and every other producer puts a key into the same partition.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}

/**
 * 32-bit murmur2 with Kafka's seed, as a signed integer. Source: `Utils.murmur2` of Apache Kafka's clients.
 */
export function murmur2(bytes: Uint8Array): number {
  const words = bytes.length >> 2;
  let hash = SEED ^ bytes.length;
  for (let word = 0; word < words; word++) {
    const at = word << 2;
    const value =
      byteAt(bytes, at) |
      (byteAt(bytes, at + 1) << 8) |
      (byteAt(bytes, at + 2) << 16) |
      (byteAt(bytes, at + 3) << 24);
    hash = Math.imul(hash, M) ^ mixed(value);
  }
  return finished(withRest(hash, bytes, words << 2));
}

const SEED = 0x9747b28c;
const M = 0x5bd1e995;

function mixed(word: number): number {
  const multiplied = Math.imul(word, M);
  return Math.imul(multiplied ^ (multiplied >>> 24), M);
}

/** Adds the last one to three bytes. */
function withRest(hash: number, bytes: Uint8Array, from: number): number {
  if (from === bytes.length) return hash;
  let rest = 0;
  for (let at = bytes.length - 1; at >= from; at--) rest = (rest << 8) | byteAt(bytes, at);
  return Math.imul(hash ^ rest, M);
}

function finished(hash: number): number {
  const multiplied = Math.imul(hash ^ (hash >>> 13), M);
  return multiplied ^ (multiplied >>> 15);
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}
