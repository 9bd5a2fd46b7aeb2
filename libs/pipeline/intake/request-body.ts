import type { IncomingMessage } from 'node:http';
import { ProblemError } from '#runtime/problem.js';
import { type Encoding, maxBodyBytes, readBody } from './body.js';
import type { DeliveryForm, IntakeContext, IntakeLimits } from './intake-context.js';
import { splitLines } from './ndjson.js';
import { overloaded } from './rejections.js';

/** The body of a request, unpacked; a thrown `ProblemError` where it cannot be read within the limits. */
export async function bodyOf(
  { limits, bodies }: Pick<IntakeContext, 'limits' | 'bodies'>,
  form: DeliveryForm,
  encoding: Encoding,
  request: IncomingMessage,
): Promise<Buffer> {
  const limitBytes = form === 'batch' ? limits.batchLimitBytes : limits.bodyLimitBytes;
  const release = bodies.reserve(maxBodyBytes(request, encoding, limitBytes));
  if (release === null) throw overloaded();
  try {
    const body = await readBody(request, encoding, limitBytes);
    switch (body.status) {
      case 'read':
        return body.bytes;
      case 'tooLarge':
        throw new ProblemError('body-too-large', tooLargeAdvice(form, limitBytes), { field: 'body' });
      case 'notGzip':
        throw new ProblemError(
          'invalid-encoding',
          'The header says gzip; send valid gzip or drop the header.',
          {
            field: 'header.content-encoding',
          },
        );
      case 'aborted':
        throw new ProblemError('invalid-request', 'The body ended early; send it again.', { field: 'body' });
    }
  } finally {
    release();
  }
}

/** The deliveries of a body; a thrown `ProblemError` where there is none, or a line cannot be one. */
export function deliveriesIn(
  body: Buffer,
  form: DeliveryForm,
  limits: Pick<IntakeLimits, 'bodyLimitBytes'>,
): readonly Uint8Array[] {
  const bodies = form === 'batch' ? linesOf(body, limits) : [body];
  if (bodies.every(({ length }) => length === 0)) throw emptyBody(form);
  return bodies;
}

function linesOf(
  body: Buffer,
  { bodyLimitBytes }: Pick<IntakeLimits, 'bodyLimitBytes'>,
): readonly Uint8Array[] {
  const split = splitLines(body, bodyLimitBytes);
  if (split.status === 'lines') return split.lines;
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
