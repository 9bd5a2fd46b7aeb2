import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';

export type SplitResult =
  | { readonly status: 'lines'; readonly lines: readonly Uint8Array[] }
  /** `line` counts from 1, as an editor does. */
  | { readonly status: 'fault'; readonly line: number; readonly fault: 'tooLarge' | 'notUtf8' }
  | { readonly status: 'tooManyLines' };

export interface LineLimits {
  /** Of one line. */
  readonly lineBytes: number;
  /** Lines read, blank ones included. */
  readonly lines: number;
}

/**
 * The deliveries of a batch: one a line, exact bytes, without line end (LF, or CR LF). Blank lines are
 * skipped. All or nothing: a line that cannot be a delivery is a fault of the whole batch, never left out.
 * Yields to the event loop now and then.
 */
export async function splitLines(batch: Buffer, limits: LineLimits): Promise<SplitResult> {
  const lines: Uint8Array[] = [];
  let line = 0;
  let yieldAt = yieldBytes;
  for (let start = 0; start < batch.length;) {
    if (line === limits.lines) return { status: 'tooManyLines' };
    if (start >= yieldAt) {
      await setImmediate();
      yieldAt = start + yieldBytes;
    }
    const found = batch.indexOf(lineFeed, start);
    const end = found < 0 ? batch.length : found;
    const content = batch.subarray(start, batch[end - 1] === carriageReturn && end > start ? end - 1 : end);
    start = end + 1;
    line++;
    if (isBlank(content)) continue;
    if (content.length > limits.lineBytes) return { status: 'fault', line, fault: 'tooLarge' };
    if (!isUtf8(content)) return { status: 'fault', line, fault: 'notUtf8' };
    lines.push(content);
  }
  return { status: 'lines', lines };
}

const yieldBytes = 1024 * 1024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function isBlank(content: Uint8Array): boolean {
  return content.every((byte) => byte === 0x20 || byte === 0x09 || byte === carriageReturn);
}
