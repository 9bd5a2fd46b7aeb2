import { z } from 'zod';
import type { Fact, SegmentSummarized } from '#domain/fact/fact.js';
import { isPlausible, parseInstant } from './instant.js';
import type { RefusalCode } from '#domain/fact/refusal-codes.js';
import {
  type ConnectionContext,
  type DeliveryBody,
  latestPlausible,
  type Normalized,
  type Refusal,
} from './platform.js';
import { readCsv } from './csv.js';
import { maxRows, maxValues, overlongIn, tooManyRows } from './limits.js';
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
  /** A column of its CSV that no other kind of the platform has. */
  readonly csvColumn: string;
  readonly schema: z.ZodType<Row>;
  readonly read: (row: Row, context: RowContext) => Fact | readonly Fact[] | RowRefusal;
}

export interface RowContext extends ConnectionContext {
  /** UTC epoch ms. */
  readonly latestAt: number;
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

/** A format whose rows are of a type that only it knows, among others of a platform. */
export interface RowKind extends Pick<RowFormat<never>, 'source' | 'rowsKind' | 'rowKind' | 'csvColumn'> {
  normalize(opened: OpenedRows, latestAt: number, connection: ConnectionContext): Normalized;
}

export function rowKind<Row>(format: RowFormat<Row>): RowKind {
  return {
    ...format,
    normalize: (opened, latestAt, connection) => readRows(format, opened, latestAt, connection),
  };
}

/** Reads a delivery by the first of the kinds that it is of; where it is of none, as if of the first. */
export function normalizeRows(
  kinds: readonly [RowKind, ...RowKind[]],
  delivery: DeliveryBody,
  connection: ConnectionContext,
): Normalized {
  const ofCsv = normalizeCsv(kinds, delivery, connection);
  if (ofCsv !== null) return ofCsv;
  const parsed = parseBody(delivery.body);
  if ('refusal' in parsed) return refuseDelivery(parsed.refusal);
  return normalizeRowsIn(kinds, parsed.json, latestPlausible(delivery, connection), connection);
}

/**
 * Rows as CSV, whose header has the names of the fields: an export, for backfill. It is taken as polled when
 * it was received. null: the body is no CSV of any of these kinds.
 */
export function normalizeCsv(
  kinds: readonly [RowKind, ...RowKind[]],
  delivery: DeliveryBody,
  connection: ConnectionContext,
): Normalized | null {
  if (/^\s*[{[]/.test(delivery.body)) return null;
  const table = readCsv(delivery.body, maxRows);
  if (table === null) return null;
  const kind = kinds.find(({ csvColumn }) => table.columns.includes(csvColumn));
  if (kind === undefined) return table.columns.every(isName) ? refuseDelivery(unknownCsv(kinds)) : null;
  const { columns, records, rows } = table;
  const twice = columns.find((name, index) => columns.indexOf(name) !== index);
  if (twice !== undefined)
    return refuseDelivery(invalidField(null, 'line[1]', 'has a column twice; each may be there once'));
  if (records > maxRows) return refuseDelivery(tooManyRows('', records, maxRows, 'rows'));
  if (rows.length * columns.length > maxValues)
    return refuseDelivery(tooManyRows('', rows.length * columns.length, maxValues, 'values'));
  const at = (index: number): string => `line[${rows[index]?.line ?? 0}]`;
  const whole = rows.flatMap(({ values }, row) =>
    values === null ? [] : [{ json: values, row, path: at(row) }],
  );
  const opened = { polledAt: delivery.receivedAt, rows: whole };
  const normalized = kind.normalize(opened, latestPlausible(delivery, connection), connection);
  const faults = rows.flatMap(({ fault }, row) =>
    fault === null ? [] : [invalidField(row, at(row), `is no record: column ${fault.column}: ${fault.what}`)],
  );
  return { ...normalized, refusals: [...normalized.refusals, ...faults] };
}

function isName(column: string): boolean {
  return /^[#\p{L}][^\p{Cc}]{0,63}$/u.test(column);
}

function unknownCsv(kinds: readonly RowKind[]): Refusal {
  const said = kinds.map(({ csvColumn, rowsKind }) => `${csvColumn} (${rowsKind})`).join(', ');
  return unknownKind('line[1]', `the header must have a column that says what the rows are: ${said}`);
}

/** As `normalizeRows`, of a body that is parsed already. */
export function normalizeRowsIn(
  kinds: readonly [RowKind, ...RowKind[]],
  json: unknown,
  latestAt: number,
  connection: ConnectionContext,
): Normalized {
  const named = typeof json === 'object' && json !== null && 'kind' in json ? json.kind : null;
  const isOf = ({ rowsKind, rowKind: one }: RowKind): boolean => named === rowsKind || named === one;
  const kind = kinds.find(isOf) ?? kinds[0];
  const opened = openEnvelope(kinds, kind, json, latestAt);
  return 'refusal' in opened ? refuseDelivery(opened.refusal) : kind.normalize(opened, latestAt, connection);
}

function readRows<Row>(
  format: RowFormat<Row>,
  opened: OpenedRows,
  latestAt: number,
  connection: ConnectionContext,
): Normalized {
  const facts: Fact[] = [];
  const refusals: Refusal[] = [];
  const warnings: Warning[] = [];
  const context: RowContext = {
    ...connection,
    latestAt,
    polledAt: opened.polledAt,
    warnings,
  };
  for (const { json, row, path } of opened.rows) {
    if (typeof json !== 'object' || json === null) {
      refusals.push(invalidField(row, path, 'must be an object'));
      continue;
    }
    const checked = format.schema.safeParse(json);
    if (!checked.success) {
      refusals.push(invalidFields(row, path, checked.error));
      continue;
    }
    const read = format.read(checked.data, context);
    if ('field' in read) {
      refusals.push(refusalOf(row, `${path}.${read.field}`, read));
      continue;
    }
    const own = 'type' in read ? [read] : read;
    const overlong = overlongIn(own, row, path);
    if (overlong === null) facts.push(...own);
    else refusals.push(overlong);
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

export interface RowAtPath {
  readonly json: unknown;
  readonly row: number | null;
  readonly path: string;
}

export interface OpenedRows {
  readonly polledAt: number;
  readonly rows: readonly RowAtPath[];
}

type OpenedEnvelope = OpenedRows | { readonly refusal: Refusal };

const envelope = z.object({
  source: z.string(),
  kind: z.string(),
  polledAt: z.unknown().optional(),
  rows: z.unknown().optional(),
  row: z.unknown().optional(),
});

function openEnvelope(
  all: readonly RowKind[],
  { source, rowsKind, rowKind }: RowKind,
  json: unknown,
  latestAt: number,
): OpenedEnvelope {
  const known = all.flatMap((each) => [each.rowsKind, each.rowKind]).filter((each) => each !== null);
  const kinds = known
    .map((each) => `'${each}'`)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1');
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
  if (kind !== rowsKind && kind !== rowKind) return { refusal: unknownKind('kind', `kind must be ${kinds}`) };

  const polled = typeof checked.data.polledAt === 'string' ? parseInstant(checked.data.polledAt, null) : null;
  if (polled === null) {
    const what = 'must be the instant of the poll with its offset, such as 2026-11-20T10:05:04Z';
    return { refusal: invalidField(null, 'polledAt', what) };
  }
  if (!isPlausible(polled.at, latestAt)) return { refusal: implausibleTime(null, 'polledAt') };

  if (kind === rowKind)
    return { polledAt: polled.at, rows: [{ json: checked.data.row, row: null, path: 'row' }] };
  const { rows } = checked.data;
  if (!Array.isArray(rows)) return { refusal: invalidField(null, 'rows', 'must be a list of rows') };
  if (rows.length > maxRows) return { refusal: tooManyRows('rows', rows.length, maxRows, 'rows') };
  return {
    polledAt: polled.at,
    rows: rows.map((row: unknown, index) => ({ json: row, row: index, path: `rows[${index}]` })),
  };
}
