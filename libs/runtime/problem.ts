import { z } from 'zod';

/**
 * Every answer that is not a success, as RFC 9457 `application/problem+json`. The codes are a closed list: a
 * client may switch on `code` (or on `type`, which ends in it); `detail` says what to do and never quotes a
 * secret or a body. docs/errors.md shows this table.
 */
export const problemCodes = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  'empty-body': { status: 400, title: 'There is no delivery in the body' },
  'invalid-batch': { status: 400, title: 'The batch is not valid' },
  'invalid-encoding': { status: 400, title: 'The body does not match its content encoding' },
  unauthorized: { status: 401, title: 'The sender is not authenticated' },
  forbidden: { status: 403, title: 'The sender may not do this' },
  'foreign-origin': { status: 403, title: 'The request comes from a page of another site' },
  'not-found': { status: 404, title: 'There is no such address' },
  'unknown-connection': { status: 404, title: 'The connection is unknown' },
  'unknown-programme': { status: 404, title: 'The programme is unknown' },
  'unknown-contract': { status: 404, title: 'The contract is unknown' },
  'unknown-revision': { status: 404, title: 'The revision is unknown' },
  'no-close-request': { status: 404, title: 'No close waits for a second person' },
  'work-not-held': { status: 404, title: 'No such work is held or confirmed' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'period-not-over': { status: 409, title: 'The period is not over' },
  'period-outside-term': { status: 409, title: 'The period is none of the contract' },
  'period-held': { status: 409, title: 'The period is held' },
  'period-not-held': { status: 409, title: 'The period is not held' },
  'same-person': { status: 409, title: 'Another person has to confirm it' },
  'close-request-void': { status: 409, title: 'What was asked for can no longer be confirmed' },
  'work-parked': { status: 409, title: 'Part of the work could not be counted' },
  'omissions-not-accepted': { status: 409, title: 'The close would leave work out' },
  'book-tally-disagree': { status: 409, title: 'Journal and live tally disagree' },
  'catalogue-superseded': { status: 409, title: 'Another catalogue is in force' },
  'catalogue-overtaken': { status: 409, title: 'Another catalogue was put in force meanwhile' },
  'log-replaced': { status: 409, title: 'The figures belong to another log' },
  'event-unreadable': { status: 409, title: 'An earlier event cannot be read' },
  'edited-after-close': { status: 409, title: 'The contract was edited after a close' },
  'request-timeout': { status: 408, title: 'The request took too long' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'too-many-lines': { status: 413, title: 'The batch has too many lines' },
  'uri-too-long': { status: 414, title: 'Part of the address is too long' },
  'unsupported-media-type': { status: 415, title: 'The content type is not supported here' },
  'unsupported-encoding': { status: 415, title: 'The content encoding is not supported' },
  'expectation-failed': { status: 417, title: 'The expectation is not known here' },
  'unknown-host': { status: 421, title: 'The host of the request is not known here' },
  'faulty-catalogue': { status: 422, title: 'The files of the catalogue have faults' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'headers-too-large': { status: 431, title: 'The headers are too large' },
  'internal-error': { status: 500, title: 'Internal error' },
  'not-live': { status: 503, title: 'The process is not live' },
  'not-ready': { status: 503, title: 'The process is not ready' },
  overloaded: { status: 503, title: 'The queue of intake is full' },
  'pipeline-behind': { status: 503, title: 'Accepted deliveries are not yet in the tally' },
  'tally-recounting': { status: 503, title: 'Sums are being recounted under another catalogue' },
  'secret-missing': { status: 503, title: 'A secret of the connection is not known to this process' },
  'log-unavailable': { status: 503, title: 'The log is unavailable' },
  'identity-provider-unavailable': { status: 503, title: 'The identity provider is unavailable' },
  'store-unavailable': { status: 503, title: 'The store is unavailable' },
  'http-version-not-supported': { status: 505, title: 'The version of HTTP is not supported' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problemCodes;

const codes = Object.keys(problemCodes) as ProblemCode[];

export const problemSchema = z
  .object({
    type: z.enum(codes.map(typeOf)).describe('The code as a URI, as RFC 9457 requires.'),
    code: z.enum(codes).describe('Which problem this is. Stable: programs may switch on it.'),
    title: z.string().describe('The problem in words; the same for every answer with this code.'),
    status: z.int().describe('The HTTP status again.'),
    detail: z.string().describe('What is wrong with this request, and what to do.'),
    field: z.string().optional().describe('The part of the request that is at fault, e.g. `query.from`.'),
  })
  .describe('Problem details (RFC 9457).');

export type Problem = z.infer<typeof problemSchema>;

export function problem(code: ProblemCode, detail: string, field?: string): Problem {
  const { status, title } = problemCodes[code];
  return { type: typeOf(code), code, title, status, detail, ...(field === undefined ? {} : { field }) };
}

function typeOf(code: ProblemCode): string {
  return `urn:tallyline:problem:${code}`;
}

export const problemMediaType = 'application/problem+json';

/** Thrown on the way to an HTTP answer only; the exception filter turns it into that answer. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    detail: string,
    more: { readonly field?: string; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.problem = problem(code, detail, more.field);
    this.headers = more.headers ?? {};
  }
}
