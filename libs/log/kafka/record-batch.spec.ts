import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createRequire } from 'node:module';
import { anyCharacter } from '#test/any-character.fixture.js';
import { compressorOf, registerCodecs } from './codec.js';
import { encodeRecordBatch, type KeyValue, MIN_COMPRESSED_BYTES } from './record-batch.js';

/** kafkajs' own encoder, which brokers have understood for years. */
const require = createRequire(import.meta.url);
const recordOf = require('kafkajs/src/protocol/recordBatch/record/v0') as (record: object) => object;
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0') as {
  RecordBatch: (batch: object) => Promise<{ readonly buffer: Buffer }>;
};

/** And its decoder, as its consumers use it. */
const Decoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => object;
const decodeBatch = require('kafkajs/src/protocol/recordBatch/v0/decoder') as (from: object) => Promise<{
  readonly records: readonly { offset: string; timestamp: string; key: Buffer; value: Buffer }[];
}>;

async function byKafkajs(records: readonly KeyValue[], timestamp: number): Promise<Buffer> {
  const batch = await RecordBatch({
    records: records.map((record, offsetDelta) => recordOf({ ...record, offsetDelta, timestampDelta: 0 })),
    firstTimestamp: timestamp,
    maxTimestamp: timestamp,
    lastOffsetDelta: records.length - 1,
    producerId: -1,
  });
  return batch.buffer;
}

/** Half a surrogate pair has no UTF-8. */
const asUtf8 = (text: string) => text.toWellFormed();

const asItIs = (bytes: Buffer) => bytes;

/** Shrinking texts of 16 000 characters takes minutes; the seed says enough. */
const unshrunk = { endOnFailure: true };

describe('A record batch', () => {
  it('has the same bytes as kafkajs writes, for any keys and values', async () => {
    const text = fc.oneof(fc.string({ unit: anyCharacter }), fc.string({ minLength: 60, maxLength: 3_000 }));
    const records = fc.array(fc.record({ key: text, value: text }), { minLength: 1, maxLength: 70 });
    const timestamp = fc.integer({ min: 0, max: 8_640_000_000_000_000 });
    await fc.assert(
      fc.asyncProperty(records, timestamp, async (some, at) => {
        expect(encodeRecordBatch(some, at, 0, asItIs).equals(await byKafkajs(some, at))).toBe(true);
      }),
      { numRuns: 60, ...unshrunk },
    );
  });

  it.each([
    ['nothing', 0],
    ['gzip', 1],
    ['lz4', 3],
    ['zstd', 4],
  ])('is decoded by kafkajs to the same records when compressed with %s', async (_, codec) => {
    registerCodecs();
    const text = fc.string({ unit: anyCharacter, maxLength: 300 });
    const large = fc.string({
      unit: anyCharacter,
      minLength: MIN_COMPRESSED_BYTES,
      maxLength: MIN_COMPRESSED_BYTES * 2,
    });
    const value = fc.oneof({ arbitrary: text, weight: 20 }, large);
    const some = fc.array(fc.record({ key: text, value }), { minLength: 1, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(some, async (records) => {
        const stored = encodeRecordBatch(records, 1_772_000_000_000, codec, compressorOf(codec));
        const { records: found } = await decodeBatch(new Decoder(stored));
        expect(
          found.map(({ offset, timestamp, key, value }) => [offset, timestamp, `${key}`, `${value}`]),
        ).toEqual(
          records.map(({ key, value }, index) => [`${index}`, '1772000000000', asUtf8(key), asUtf8(value)]),
        );
      }),
      { numRuns: 40, ...unshrunk },
    );
  });

  it.each([1, 63, 64, 8_191, 8_192, 1_048_575, 1_048_576])('holds values of %i bytes', async (bytes) => {
    const records = [{ key: 'k', value: 'x'.repeat(bytes) }];
    expect(encodeRecordBatch(records, 5, 0, asItIs).equals(await byKafkajs(records, 5))).toBe(true);
  });

  it('holds 10 000 records, more than fit into the first buffer', async () => {
    const records = Array.from({ length: 10_000 }, (_, index) => ({
      key: `é${index}`,
      value: 'v'.repeat(90),
    }));
    expect(encodeRecordBatch(records, 7, 0, asItIs).equals(await byKafkajs(records, 7))).toBe(true);
  });

  it.each([
    [MIN_COMPRESSED_BYTES - 1, 0, 61 + MIN_COMPRESSED_BYTES - 1],
    [MIN_COMPRESSED_BYTES, 4, 61 + 24],
  ])('of %i bytes has codec %i and %i bytes of records', (bytes, codec, stored) => {
    // The record's own fields around the value take 10 bytes.
    const records = [{ key: 'k', value: 'v'.repeat(bytes - 10) }];
    const batch = encodeRecordBatch(records, 7, 4, (plain) => {
      expect(plain).toHaveLength(bytes);
      return Buffer.alloc(24);
    });
    expect(batch.readInt16BE(21)).toBe(codec);
    expect(batch).toHaveLength(stored);
  });
});
