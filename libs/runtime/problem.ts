import { z } from 'zod';

/**
 * Every answer that is not a success, as RFC 9457 `application/problem+json`. The kinds are a closed list: a
 * client may switch on `type`; `detail` says what to do and never quotes a secret or a body.
 */
const kinds = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'empty-body': { status: 400, title: 'There is no delivery in the body' },
  'invalid-batch': { status: 400, title: 'The batch is not valid' },
  'invalid-encoding': { status: 400, title: 'The body is not what its content-encoding says' },
  unauthorized: { status: 401, title: 'The sender is not authenticated' },
  'not-found': { status: 404, title: 'There is nothing here' },
  'unknown-connection': { status: 404, title: 'The connection is unknown' },
  'unknown-programme': { status: 404, title: 'The programme is unknown' },
  'unknown-contract': { status: 404, title: 'The contract is unknown' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'period-not-over': { status: 409, title: 'The period is not over' },
  'book-tally-disagree': { status: 409, title: 'Book and tally disagree' },
  'catalogue-superseded': { status: 409, title: 'Another catalogue is in force' },
  'request-timeout': { status: 408, title: 'The request took too long' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'uri-too-long': { status: 414, title: 'A part of the address is too long' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported here' },
  'unsupported-encoding': { status: 415, title: 'The content encoding is not supported' },
  'too-many-requests': { status: 429, title: 'The connection sends too fast' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'internal-error': { status: 500, title: 'Something broke here' },
  overloaded: { status: 503, title: 'The queue in front of the log is full' },
  'pipeline-behind': { status: 503, title: 'Not all that was accepted is in the tally yet' },
  'log-unavailable': { status: 503, title: 'The log does not acknowledge' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof kinds;

export const problemSchema = z
  .object({
    type: z
      .enum(Object.keys(kinds).map((kind) => `urn:tallyline:problem:${kind}`))
      .describe('What kind of problem this is; stable, made to be switched on.'),
    title: z.string().describe('The kind in words.'),
    status: z.int().describe('The HTTP status again.'),
    detail: z.string().describe('What is wrong with this request, and what to do.'),
    field: z.string().optional().describe('The part of the request that is at fault, e.g. `query.from`.'),
  })
  .describe('Problem details (RFC 9457).');

export type Problem = z.infer<typeof problemSchema>;

export function problem(kind: ProblemCode, detail: string, field?: string): Problem {
  const { status, title } = kinds[kind];
  return {
    type: `urn:tallyline:problem:${kind}`,
    title,
    status,
    detail,
    ...(field === undefined ? {} : { field }),
  };
}

export const problemMediaType = 'application/problem+json';

/** Thrown at the HTTP edge only; the exception filter turns it into the answer. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemCode,
    detail: string,
    more: { readonly field?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.problem = problem(kind, detail, more.field);
    this.headers = more.headers ?? {};
  }
}
