import { isUtf8 } from 'node:buffer';

export type SplitResult =
  | { readonly status: 'lines'; readonly lines: readonly Uint8Array[] }
  /** `line` counts from 1, as an editor does. */
  | { readonly status: 'fault'; readonly line: number; readonly fault: 'tooLarge' | 'notUtf8' };

/**
 * The deliveries of a batch: one a line, exact bytes, without line end (LF, or CR LF). Blank lines are
 * skipped. All or nothing: a line that cannot be a delivery is a fault of the whole batch, never left out.
 */
export function splitLines(batch: Buffer, limitBytes: number): SplitResult {
  const lines: Uint8Array[] = [];
  let line = 0;
  for (let start = 0; start < batch.length;) {
    const found = batch.indexOf(lineFeed, start);
    const end = found < 0 ? batch.length : found;
    const content = batch.subarray(start, batch[end - 1] === carriageReturn && end > start ? end - 1 : end);
    start = end + 1;
    line++;
    if (isBlank(content)) continue;
    if (content.length > limitBytes) return { status: 'fault', line, fault: 'tooLarge' };
    if (!isUtf8(content)) return { status: 'fault', line, fault: 'notUtf8' };
    lines.push(content);
  }
  return { status: 'lines', lines };
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function isBlank(content: Uint8Array): boolean {
  return content.every((byte) => byte === 0x20 || byte === 0x09 || byte === carriageReturn);
}
