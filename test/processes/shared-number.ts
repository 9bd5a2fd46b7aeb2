/**
 * A loop and a closure that both advance one number, as LZ4's block format is decoded: lengths of 15 and more
 * go on in a further byte. Wrong in one process of three on V8 14.6 with context cells. Prints nothing when
 * every byte is right.
 */
import '#runtime/v8-flags.js';

function decode(block: Uint8Array, output: Uint8Array): number {
  let at = 0;
  let written = 0;
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
    for (let index = 0; index < literals; index++) output[written++] = block[at + index] ?? 0;
    at += literals;
    if (at >= block.length) return written;
    const distance = (block[at] ?? 0) + (block[at + 1] ?? 0) * 256;
    at += 2;
    const length = extended(token & 15) + 4;
    for (let index = 0; index < length; index++, written++) output[written] = output[written - distance] ?? 0;
  }
  return written;
}

/** Linear congruential, so that every process decodes another block. */
let state = Number(process.argv[2]);
function below(limit: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * limit);
}

const RUNS = 3_000;
const block: number[] = [];
const expected: number[] = [];
for (let run = 1; run <= RUNS; run++) {
  const literals = below(50) === 0 ? 15 + below(40) : 1 + below(14);
  block.push(Math.min(literals, 15) << 4);
  if (literals >= 15) block.push(literals - 15);
  for (let index = 0; index < literals; index++) {
    const byte = below(256);
    block.push(byte);
    expected.push(byte);
  }
  if (run === RUNS) break;
  // The last byte four times more.
  block.push(1, 0);
  expected.push(...Array<number>(4).fill(expected.at(-1) ?? 0));
}

const output = new Uint8Array(expected.length + 100_000);
const written = decode(Uint8Array.from(block), output);
const wrong = expected.findIndex((byte, index) => output[index] !== byte);
if (wrong !== -1 || written !== expected.length) {
  console.log(`byte ${wrong} of ${expected.length} is wrong, ${written} were written`);
}
