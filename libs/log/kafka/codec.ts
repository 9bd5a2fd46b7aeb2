import { constants, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs, { CompressionTypes } from 'kafkajs';
import { lz4Compress, lz4Decompress } from './lz4.js';
import type { Compression } from './options.js';

// Node does not find this named export of a CommonJS module (jest does).
const { CompressionCodecs } = kafkajs;

/** kafkajs' name of each. */
export const compressionTypes: Readonly<Record<Compression, CompressionTypes>> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

/**
 * Adds the codecs that kafkajs lacks (it has gzip only): without them, one record that another producer has
 * compressed so stops the reader. kafkajs has one set of codecs per process, so calling this twice does no
 * harm.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4;
}

/** By Kafka's number of the codec; 0 is none. */
export function compressorOf(codec: number): (bytes: Buffer) => Buffer {
  const compressor = compressors.get(codec);
  if (compressor === undefined) throw new Error(`codec ${codec} is unknown`);
  return compressor;
}

interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

/** Level 1: on JSON hardly larger than level 3, the default, and twice as fast. */
const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/**
 * In the calling thread: passing data to the thread pool and back costs more than it saves. A batch of 83
 * records of 300 bytes takes 108 us of CPU to compress and 39 us to expand, in the thread pool 153 us and 152
 * us.
 */
const zstd: Codec = {
  compress: async ({ buffer }) => zstdCompress(buffer),
  decompress: async (buffer) => zstdDecompressSync(buffer, { chunkSize: 64 * 1024 }),
};

const zstdCompress = (bytes: Buffer): Buffer => zstdCompressSync(bytes, zstdOptions);

const compressors: ReadonlyMap<number, (bytes: Buffer) => Buffer> = new Map([
  [CompressionTypes.None, (bytes: Buffer) => bytes],
  [CompressionTypes.GZIP, (bytes: Buffer) => gzipSync(bytes)],
  [CompressionTypes.LZ4, lz4Compress],
  [CompressionTypes.ZSTD, zstdCompress],
]);

const lz4: Codec = {
  compress: async ({ buffer }) => lz4Compress(buffer),
  decompress: async (buffer) => lz4Decompress(buffer),
};
