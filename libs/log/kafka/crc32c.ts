/**
 * CRC-32C (Castagnoli), the checksum of Kafka's record batches; Node's zlib has the other polynomial only.
 */
export function crc32c(bytes: Uint8Array): number {
  let crc = -1;
  let at = 0;
  // Four bytes at a step, by the tables of "slicing-by-4".
  for (const whole = bytes.length - 3; at < whole; at += 4) {
    const next = byteAt(bytes, at) | (byteAt(bytes, at + 1) << 8) | (byteAt(bytes, at + 2) << 16);
    const mixed = crc ^ (next | (byteAt(bytes, at + 3) << 24));
    crc =
      (TABLE[768 + (mixed & 0xff)] ?? 0) ^
      (TABLE[512 + ((mixed >>> 8) & 0xff)] ?? 0) ^
      (TABLE[256 + ((mixed >>> 16) & 0xff)] ?? 0) ^
      (TABLE[mixed >>> 24] ?? 0);
  }
  for (; at < bytes.length; at++) crc = (TABLE[(crc ^ byteAt(bytes, at)) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}

function byteAt(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

const POLYNOMIAL = 0x82f63b78;
const TABLE = tables();

/**
 * Four tables in a row: the effect of a byte on the checksum, and its effect one, two and three bytes later.
 */
function tables(): Int32Array {
  const table = new Int32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 0 ? crc >>> 1 : (crc >>> 1) ^ POLYNOMIAL;
    table[byte] = crc;
  }
  for (let at = 256; at < table.length; at++) {
    const before = table[at - 256] ?? 0;
    table[at] = (table[before & 0xff] ?? 0) ^ (before >>> 8);
  }
  return table;
}
