import { z } from 'zod';
import type { ContactFact, SegmentSummarized } from '#domain/fact/fact.js';
import { isPlausible, parseInstant } from './instant.js';
import type { RefusalCode } from '#domain/fact/refusal-codes.js';
import type { ConnectionContext, DeliveryBody, Normalized, Refusal } from './platform.js';
import type { Warning } from './warning.js';
import {
  implausibleTime,
  invalidField,
  invalidFields,
  parseBody,
  refuseDelivery,
  unknownKind,
} from './refusal.js';

/**
 * Platforms whose shippers poll rows: `{"source", "kind", "polledAt", "rows": [...]}` or one `"row"`. Each
 * row is read by itself: a bad one is refused alone, with its path (`rows[3].date`).
 */
export interface RowFormat<Row> {
  readonly source: string;
  /** The kind of delivery whose `rows` are read. */
  readonly rowsKind: string;
  /** The kind whose single `row` is read; null: there is none. */
  readonly rowKind: string | null;
  /** Kinds that exist but are not read yet: refused, so that they can be re-driven later. */
  readonly unsupportedKinds: readonly string[];
  readonly schema: z.ZodType<Row>;
  readonly read: (row: Row, context: RowContext) => ContactFact | RowRefusal;
}

export interface RowContext extends ConnectionContext {
  /** UTC epoch ms. */
  readonly receivedAt: number;
  /** When the shipper polled the platform (UTC epoch ms): a later poll supersedes the row. */
  readonly polledAt: number;
  readonly warnings: Warning[];
}

/** What is wrong with one field of a row. */
export interface RowRefusal {
  readonly code: Extract<RefusalCode, 'invalid-field' | 'implausible-time'>;
  readonly field: string;
  /** Invalid field: what is allowed. Implausible time: what of it, e.g. ` with its durations`; or nothing. */
  readonly what: string;
}

export function normalizeRows<Row>(
  format: RowFormat<Row>,
  delivery: DeliveryBody,
  connection: ConnectionContext,
): Normalized {
  const parsed = parseBody(delivery.body);
  if ('refusal' in parsed) return refuseDelivery(parsed.refusal);
  const opened = openEnvelope(format, parsed.json, delivery.receivedAt);
  if ('refusal' in opened) return refuseDelivery(opened.refusal);

  const facts: ContactFact[] = [];
  const refusals: Refusal[] = [];
  const warnings: Warning[] = [];
  const context: RowContext = {
    ...connection,
    receivedAt: delivery.receivedAt,
    polledAt: opened.polledAt,
    warnings,
  };
  for (const { json, row, path } of opened.rows) {
    const checked = format.schema.safeParse(json);
    if (!checked.success) {
      refusals.push(invalidFields(row, path, checked.error));
      continue;
    }
    const read = format.read(checked.data, context);
    if ('code' in read) refusals.push(refusalOf(row, `${path}.${read.field}`, read));
    else facts.push(read);
  }
  return { facts, refusals, warnings };
}

function refusalOf(row: number | null, path: string, refusal: RowRefusal): Refusal {
  switch (refusal.code) {
    case 'invalid-field':
      return invalidField(row, path, refusal.what);
    case 'implausible-time':
      return implausibleTime(row, path, refusal.what);
  }
}

/** When the work in the row ended (UTC epoch ms); finished work cannot end long after it was received. */
export function endedAt(
  stay: Pick<SegmentSummarized, 'enteredAt' | 'waitMs' | 'talkMs' | 'holdMs' | 'acwMs'>,
): number {
  return stay.enteredAt + stay.waitMs + (stay.talkMs ?? 0) + (stay.holdMs ?? 0) + (stay.acwMs ?? 0);
}

interface RowAtPath {
  readonly json: unknown;
  readonly row: number | null;
  readonly path: string;
}

type OpenedEnvelope =
  { readonly polledAt: number; readonly rows: readonly RowAtPath[] } | { readonly refusal: Refusal };

const envelope = z.object({
  source: z.string(),
  kind: z.string(),
  polledAt: z.unknown().optional(),
  rows: z.unknown().optional(),
  row: z.unknown().optional(),
});

function openEnvelope<Row>(format: RowFormat<Row>, json: unknown, receivedAt: number): OpenedEnvelope {
  const { source, rowsKind, rowKind, unsupportedKinds: unread } = format;
  const kinds = rowKind === null ? `'${rowsKind}'` : `'${rowsKind}' or '${rowKind}'`;
  const checked = envelope.safeParse(json);
  if (!checked.success || checked.data.source !== source) {
    return {
      refusal: unknownKind(
        'source',
        `the delivery must be an object with source '${source}' and kind ${kinds}`,
      ),
    };
  }
  const { kind } = checked.data;
  if (unread.includes(kind)) {
    return {
      refusal: unknownKind('kind', `'${kind}' is not read yet; it is kept and can be re-driven`),
    };
  }
  if (kind !== rowsKind && kind !== rowKind) return { refusal: unknownKind('kind', `kind must be ${kinds}`) };

  const polled = typeof checked.data.polledAt === 'string' ? parseInstant(checked.data.polledAt, null) : null;
  if (polled === null) {
    const what = 'must be the instant of the poll with its offset, such as 2026-11-20T10:05:04Z';
    return { refusal: invalidField(null, 'polledAt', what) };
  }
  if (!isPlausible(polled.at, receivedAt)) return { refusal: implausibleTime(null, 'polledAt') };

  if (kind === rowKind)
    return { polledAt: polled.at, rows: [{ json: checked.data.row, row: null, path: 'row' }] };
  const { rows } = checked.data;
  if (!Array.isArray(rows)) return { refusal: invalidField(null, 'rows', 'must be a list of rows') };
  return {
    polledAt: polled.at,
    rows: rows.map((row: unknown, index) => ({ json: row, row: index, path: `rows[${index}]` })),
  };
}
