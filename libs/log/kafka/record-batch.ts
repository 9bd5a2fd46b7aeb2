import { crc32c } from './crc32c.js';

/** A record to be stored. */
export interface KeyValue {
  readonly key: string;
  readonly value: string;
}

/**
 * Records as Kafka stores them from 0.11 on: a record batch of format 2. kafkajs creates three objects and a
 * dozen small buffers for every record, which was the most expensive step of the pipeline; this writes all
 * records into one buffer. No transaction, no producer id, no headers. Source: Kafka's documentation, "Record
 * Batch" and "Record".
 *
 * @param codec Kafka's number of the codec that `compress` implements, 0 for none; used for large batches
 * only
 * @param timestamp of all records, UTC epoch ms
 */
export function encodeRecordBatch(
  records: readonly KeyValue[],
  timestamp: number,
  codec: number,
  compress: (bytes: Buffer) => Buffer,
): Buffer {
  const plain = encodeRecords(records);
  const used = plain.length < MIN_COMPRESSED_BYTES ? NO_CODEC : codec;
  const stored = used === NO_CODEC ? plain : compress(plain);
  const batch = Buffer.allocUnsafe(HEAD_BYTES + stored.length);
  batch.writeBigInt64BE(0n, 0);
  batch.writeInt32BE(batch.length - AFTER_LENGTH, 8);
  batch.writeInt32BE(0, 12);
  batch.writeInt8(FORMAT, 16);
  batch.writeInt16BE(used, 21);
  batch.writeInt32BE(records.length - 1, 23);
  batch.writeBigInt64BE(BigInt(timestamp), 27);
  batch.writeBigInt64BE(BigInt(timestamp), 35);
  batch.writeBigInt64BE(NO_PRODUCER, 43);
  batch.writeInt16BE(0, 51);
  batch.writeInt32BE(0, 53);
  batch.writeInt32BE(records.length, 57);
  batch.set(stored, HEAD_BYTES);
  batch.writeUInt32BE(crc32c(batch.subarray(CHECKED_FROM)), 17);
  return batch;
}

/**
 * Bytes of records below which they are not compressed: for a few of them, creating a compressor here and a
 * decompressor where they are read would be most of their cost.
 */
export const MIN_COMPRESSED_BYTES = 8 * 1024;

const NO_CODEC = 0;
const HEAD_BYTES = 61;
const AFTER_LENGTH = 12;
const CHECKED_FROM = 21;
const FORMAT = 2;
const NO_PRODUCER = -1n;

/** Grows to the largest batch. Shared by all calls: encoding is synchronous. */
let scratch: Buffer = Buffer.allocUnsafeSlow(256 * 1024);

/** Valid until the next call. */
function encodeRecords(records: readonly KeyValue[]): Buffer {
  let at = 0;
  for (let index = 0; index < records.length; index++) {
    const record = records[index];
    if (record === undefined) break;
    const keyBytes = Buffer.byteLength(record.key);
    const valueBytes = Buffer.byteLength(record.value);
    const bodyBytes =
      2 + varIntBytes(index) + varIntBytes(keyBytes) + keyBytes + varIntBytes(valueBytes) + valueBytes + 1;
    if (at + bodyBytes + MAX_VAR_INT_BYTES > scratch.length)
      scratch = grown(scratch, at + bodyBytes + MAX_VAR_INT_BYTES);
    at = writeVarInt(bodyBytes, at);
    // No attributes, and no time difference to the first record.
    scratch[at++] = 0;
    scratch[at++] = 0;
    at = writeVarInt(index, at);
    at = writeVarInt(keyBytes, at);
    at += scratch.write(record.key, at, keyBytes, 'utf8');
    at = writeVarInt(valueBytes, at);
    at += scratch.write(record.value, at, valueBytes, 'utf8');
    // No headers.
    scratch[at++] = 0;
  }
  return scratch.subarray(0, at);
}

const MAX_VAR_INT_BYTES = 5;

function grown(buffer: Buffer, minBytes: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(Math.max(minBytes, buffer.length * 2));
  larger.set(buffer);
  return larger;
}

/** For values of 0 and above: zigzag encoding doubles them. */
function varIntBytes(value: number): number {
  if (value < 1 << 6) return 1;
  if (value < 1 << 13) return 2;
  if (value < 1 << 20) return 3;
  return value < 1 << 27 ? 4 : 5;
}

function writeVarInt(value: number, from: number): number {
  let at = from;
  let rest = value * 2;
  while (rest > 0x7f) {
    scratch[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  scratch[at++] = rest;
  return at;
}
