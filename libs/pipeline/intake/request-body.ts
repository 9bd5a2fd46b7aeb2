import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { csvDeliveries } from '#platforms/csv.js';
import { ProblemError } from '#runtime/problem.js';
import { type Encoding, type HeldBytes, readBody } from './body.js';
import type { DeliveryForm, IntakeContext, IntakeLimits } from './intake-context.js';
import { splitLines } from './ndjson.js';
import { overloaded } from './rejections.js';

/** The body of a request, unpacked; a thrown `ProblemError` where it cannot be read within the limits. */
export async function bodyOf(
  { limits }: Pick<IntakeContext, 'limits'>,
  form: DeliveryForm,
  encoding: Encoding,
  request: IncomingMessage,
  held: HeldBytes,
): Promise<Buffer> {
  const limitBytes = form === 'batch' ? limits.batchLimitBytes : limits.bodyLimitBytes;
  return bodyWithin(limitBytes, tooLargeAdvice(form, limitBytes), encoding, request, held);
}

/** The same within any limit. `tooLarge`: what to do about a body that is longer. */
export async function bodyWithin(
  limitBytes: number,
  tooLarge: string,
  encoding: Encoding,
  request: IncomingMessage,
  held: HeldBytes,
): Promise<Buffer> {
  const body = await readBody(request, encoding, limitBytes, held);
  switch (body.status) {
    case 'read':
      return body.bytes;
    case 'noRoom':
      throw overloaded();
    case 'tooLarge':
      throw new ProblemError('body-too-large', tooLarge, { field: 'body' });
    case 'notGzip': {
      const advice = 'The header says gzip; send valid gzip or drop the header.';
      throw new ProblemError('invalid-encoding', advice, { field: 'header.content-encoding' });
    }
    case 'aborted':
      throw new ProblemError('invalid-request', 'The body ended early; send it again.', { field: 'body' });
  }
}

/** The deliveries of a body; a thrown `ProblemError` where there is none, or a line cannot be one. */
export async function deliveriesIn(
  body: Buffer,
  form: DeliveryForm,
  limits: Pick<IntakeLimits, 'bodyLimitBytes' | 'batchLimitLines'>,
): Promise<readonly Uint8Array[]> {
  const bodies = form === 'batch' ? await linesOf(body, limits) : [body];
  if (bodies.every(({ length }) => length === 0)) throw emptyBody(form);
  return bodies;
}

/** The deliveries that a CSV export is cut into; all or nothing, as with lines. */
export async function csvDeliveriesIn(body: Buffer): Promise<readonly Uint8Array[]> {
  if (!isUtf8(body)) {
    const advice = 'The export is not UTF-8: convert it, as iconv does. Nothing was stored.';
    throw new ProblemError('invalid-batch', advice, { field: 'body' });
  }
  const deliveries = csvDeliveries(csvLines(body), null, ({ line, column, what }) => {
    const advice = `Line ${line}, column ${column}: ${what}. Nothing was stored.`;
    throw new ProblemError('invalid-batch', advice, { field: `body.line[${line}]` });
  });
  const bodies: Uint8Array[] = [];
  for await (const delivery of deliveries) bodies.push(Buffer.from(delivery));
  if (bodies.length === 0) throw emptyBody('batch');
  return bodies;
}

/** Lines of a CSV export, blank ones included: 16 MiB of records have fewer. */
const maxCsvLines = 400_000;
const yieldBytes = 256 * 1024;

/** Yields to the event loop now and then. */
async function* csvLines(body: Buffer): AsyncGenerator<string> {
  let [line, yieldAt] = [0, yieldBytes];
  for (let start = 0; start < body.length;) {
    if (line++ === maxCsvLines) {
      const advice = `At most ${maxCsvLines} lines, blank ones included; split the file. Nothing was stored.`;
      throw new ProblemError('too-many-lines', advice, { field: 'body' });
    }
    if (start >= yieldAt) {
      await setImmediate();
      yieldAt = start + yieldBytes;
    }
    const found = body.indexOf('\n', start);
    const end = found < 0 ? body.length : found;
    yield body.toString('utf8', start, body[end - 1] === 0x0d && end > start ? end - 1 : end);
    start = end + 1;
  }
}

async function linesOf(
  body: Buffer,
  { bodyLimitBytes, batchLimitLines }: Pick<IntakeLimits, 'bodyLimitBytes' | 'batchLimitLines'>,
): Promise<readonly Uint8Array[]> {
  const split = await splitLines(body, { lineBytes: bodyLimitBytes, lines: batchLimitLines });
  if (split.status === 'lines') return split.lines;
  if (split.status === 'tooManyLines') {
    const advice = `At most ${batchLimitLines} lines, blank ones included; split the batch. Nothing was stored.`;
    throw new ProblemError('too-many-lines', advice, { field: 'body' });
  }
  const what = {
    tooLarge: `has more than ${bodyLimitBytes} bytes, the maximum of one delivery`,
    notUtf8: 'is not UTF-8; send such a delivery alone',
  };
  throw new ProblemError('invalid-batch', `Line ${split.line} ${what[split.fault]}. Nothing was stored.`, {
    field: `body.line[${split.line}]`,
  });
}

function emptyBody(form: DeliveryForm): ProblemError {
  const advice =
    form === 'batch' ? 'Send one delivery a line.' : 'Send the delivery as the body of the request.';
  return new ProblemError('empty-body', advice, { field: 'body' });
}

function tooLargeAdvice(form: DeliveryForm, limitBytes: number): string {
  const how = form === 'batch' ? 'split the batch' : 'split the delivery';
  return `At most ${limitBytes} bytes, also after unpacking; ${how}. Nothing was stored.`;
}
