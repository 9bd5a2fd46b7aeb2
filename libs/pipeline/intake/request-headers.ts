import type { IncomingMessage } from 'node:http';
import { ProblemError } from '#runtime/problem.js';
import type { DeliveryKind } from '#wire/raw.js';
import { type Encoding, encodingOf } from './body.js';
import type { DeliveryForm } from './intake-context.js';

/** Each header once, its values joined. */
export function singleHeaders({ headersDistinct }: IncomingMessage): Record<string, string> {
  // Without a prototype, as Node's own: a header may have any name.
  const headers = Object.create(null) as Record<string, string>;
  for (const name in headersDistinct) headers[name] = headersDistinct[name]?.join(', ') ?? '';
  return headers;
}

/**
 * A platform may give its bodies any media type; a batch is of lines, outcomes are CloudEvents in JSON.
 */
export function requireMediaType(
  form: DeliveryForm,
  kind: DeliveryKind,
  contentType: string | undefined,
): void {
  const mediaType = mediaTypeOf(contentType);
  const allowed = form === 'batch' ? batchTypes(kind) : kind === 'outcome' ? cloudEvents : [];
  if (allowed.length === 0 || allowed.includes(mediaType)) return;
  const advice =
    form === 'batch'
      ? `Send the batch as ${batchTypes(kind).join(' or ')}, one delivery or record a line.`
      : `Send CloudEvents in JSON as one of ${cloudEvents.join(', ')}.`;
  throw new ProblemError('unsupported-media-type', advice, {
    field: 'header.content-type',
    headers: { accept: allowed.join(', ') },
  });
}

export function mediaTypeOf(contentType: string | undefined): string {
  return contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Of rows that a platform exports. */
export const csv = 'text/csv';

/** Outcomes are never rows. */
function batchTypes(kind: DeliveryKind): readonly string[] {
  return kind === 'platform' ? [...ndjson, csv] : ndjson;
}

const ndjson = ['application/x-ndjson', 'application/ndjson'];
export const cloudEvents = [
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/json',
];

export function requireEncoding(header: string | undefined): Encoding {
  const encoding = encodingOf(header);
  if (encoding !== null) return encoding;
  throw new ProblemError('unsupported-encoding', 'Send the body plain, or as gzip.', {
    field: 'header.content-encoding',
    headers: { 'accept-encoding': 'gzip' },
  });
}
