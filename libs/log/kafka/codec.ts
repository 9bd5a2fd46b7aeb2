import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs, { CompressionTypes } from 'kafkajs';
import type { Compression } from './options.js';

// Node does not see this name in a CommonJS module by itself (jest does).
const { CompressionCodecs } = kafkajs;

/** How kafkajs names it. */
export const compressionTypes: Readonly<Record<Compression, CompressionTypes>> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
};

/**
 * Gives kafkajs what it lacks (it brings gzip only): without, one record that somebody else has stored that way stops
 * the reader. kafkajs knows codecs for the whole process, so doing it twice does no harm.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstd;
}

interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

const zstdCompressed = promisify(zstdCompress);
const zstdDecompressed = promisify(zstdDecompress);

/** Level 1: on JSON hardly larger than the default 3, at twice its speed. */
const zstdOptions = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

const zstd: Codec = {
  compress: ({ buffer }) => zstdCompressed(buffer, zstdOptions),
  decompress: (buffer) => zstdDecompressed(buffer),
};
