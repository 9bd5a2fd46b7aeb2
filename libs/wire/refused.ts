import { hash } from 'node:crypto';
import { z } from 'zod';
import { type RefusalCode, refusalCodes } from '#domain/fact/refusal-codes.js';
import { parseJson } from './parse-json.js';

/**
 * A record, or one row of a delivery, that could not be used: why, and where it lies. It never holds the
 * content itself, which may name a customer; that stays in the topic it came from.
 */
export interface RefusedRecord {
  readonly state: 'refused';
  readonly id: string;
  readonly stage: 'normalizer' | 'meter' | 'tally';
  /** Where the record lies. */
  readonly from: { readonly topic: string; readonly partition: number; readonly offset: number };
  readonly connection: string | null;
  readonly delivery: string | null;
  /** Index of the row in the delivery; null: all of it. */
  readonly row: number | null;
  /** A refusal code. */
  readonly reason: RefusalCode;
  readonly path: string;
  readonly message: string;
  /** How many rows it stands for, where the rest of a delivery is summed up; absent: one. */
  readonly rows?: number | undefined;
}

/** A re-driven delivery was read: the refusal of that id is resolved. */
export interface RefusalResolved {
  readonly state: 'resolved';
  readonly id: string;
}

/** The same row of the same delivery has one id, however often it is refused. */
export function refusalId(stage: RefusedRecord['stage'], what: string, row: number | null): string {
  return hash('sha256', `${stage}|${what}|${row ?? 'all'}`, 'base64url').slice(0, 16);
}

export function encodeRefused(refused: RefusedRecord | RefusalResolved): string {
  const { id, state, ...data } = refused;
  return JSON.stringify({
    specversion: '1.0',
    id,
    source: '/refused',
    type: `tallyline.${state}.v1`,
    data,
  });
}

export function decodeRefused(value: string): RefusedRecord | RefusalResolved | null {
  const parsed = refusedEvent.safeParse(parseJson(value));
  if (!parsed.success) return null;
  const { id, type, data } = parsed.data;
  return type === 'tallyline.resolved.v1' ? { state: 'resolved', id } : { state: 'refused', id, ...data };
}

const refusedEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('tallyline.refused.v1'),
    id: z.string(),
    data: z.object({
      stage: z.enum(['normalizer', 'meter', 'tally']),
      from: z.object({ topic: z.string(), partition: z.int(), offset: z.int() }),
      connection: z.string().nullable(),
      delivery: z.string().nullable(),
      row: z.int().nullable(),
      reason: z.enum(Object.keys(refusalCodes) as RefusalCode[]),
      path: z.string(),
      message: z.string(),
      rows: z.int().optional(),
    }),
  }),
  z.object({ type: z.literal('tallyline.resolved.v1'), id: z.string(), data: z.object({}) }),
]);
