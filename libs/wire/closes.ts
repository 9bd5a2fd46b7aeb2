import { hash } from 'node:crypto';
import { z } from 'zod';
import { parseJson } from './parse-json.js';

/**
 * A close: which contract and period, and the cut, that is all that was known then. The invoice is a pure
 * function of it, so a lost invoice-ready event can be created again, byte for byte.
 */
export interface Close {
  readonly contract: string;
  readonly period: string;
  readonly revision: number;
  readonly cut: Cut;
  /** The period whose invoice carries an adjustment; null: a document of its own, or the close itself. */
  readonly carriedBy: string | null;
  readonly invoice: string;
  /** SHA-256 (hex) of the invoice-ready event's bytes. */
  readonly digest: string;
}

export interface Cut {
  /** Version of the catalogue, as in `catalogue.versions`. */
  readonly catalogue: string;
  /** Per partition of the journal: everything below this offset. */
  readonly offsets: readonly number[];
}

/**
 * The effective closes of a period, revision by revision. Where two invoicers closed at once, the first
 * record of a revision in the log is the effective one.
 */
export function effectiveCloses(closes: readonly Close[], contract: string, period: string): Close[] {
  const effective: Close[] = [];
  for (const close of closes) {
    if (close.contract !== contract || close.period !== period) continue;
    if (close.revision === effective.length + 1) effective.push(close);
  }
  return effective;
}

/** Deterministic: a re-run, or a second invoicer, names the same invoice. */
export function invoiceId(contract: string, period: string, revision: number): string {
  return hash('sha256', `invoice|${contract}|${period}|${revision}`, 'hex').slice(0, 32);
}

export function encodeClose(close: Close): string {
  return JSON.stringify({
    specversion: '1.0',
    id: `${close.contract}/${close.period}/${close.revision}`,
    source: '/invoicer',
    type: 'tallyline.close.v1',
    subject: close.contract,
    data: close,
  });
}

export function decodeClose(value: string): Close | null {
  const parsed = closeEvent.safeParse(parseJson(value));
  return parsed.success ? parsed.data.data : null;
}

const closeEvent = z.object({
  type: z.literal('tallyline.close.v1'),
  data: z.object({
    contract: z.string(),
    period: z.string(),
    revision: z.int(),
    cut: z.object({ catalogue: z.string(), offsets: z.array(z.int()) }),
    carriedBy: z.string().nullable().default(null),
    invoice: z.string(),
    digest: z.string(),
  }),
});
