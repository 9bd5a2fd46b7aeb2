import { knownOutcomes } from './outcome.js';

/**
 * What the data of an outcome can hold, beside who and where it is about. A `decimal` is written as text, so
 * that no amount ever is a float; a `quantity` is one of at least 0
 * with up to five decimals; a `count` is a whole number from 0 on; a `score` is a number, or true and
 * false (resolved or not); a `period` is a month, `2026-11`.
 */
export type OutcomeFieldType =
  'decimal' | 'quantity' | 'integer' | 'count' | 'number' | 'score' | 'period' | 'text' | 'boolean';

export interface OutcomeField {
  readonly type: OutcomeFieldType;
  readonly required: boolean;
}

export type OutcomeFields = Readonly<Record<string, OutcomeField>>;

/** An outcome of a tenant's own, or further fields of a known one. */
export interface OutcomeDefinition {
  readonly name: string;
  readonly fields: OutcomeFields;
}

/** Read by the normalizer before an event's data: who did it, where, for whom. */
export const placeFields = ['programme', 'queue', 'agent', 'contact', 'customer'] as const;

/** Not an outcome: an activity of an agent, sent to the same endpoint. */
export const activityRecorded = 'activity.recorded';

/** Any outcome may say what it was worth. */
const amount: OutcomeFields = { amount: { type: 'decimal', required: false } };

/** Of a piece of ad-hoc work, and how much of it an approval is for. */
const adHoc: OutcomeFields = {
  hours: { type: 'quantity', required: false },
  units: { type: 'count', required: false },
  amount: { type: 'quantity', required: false },
  purchaseOrder: { type: 'text', required: false },
  ticket: { type: 'text', required: false },
};

/**
 * The fields that contracts read of the known outcomes (`metering/outcome-count.ts`, `kpi/`).
 */
const knownFields: Readonly<Record<(typeof knownOutcomes)[number], OutcomeFields>> = {
  'survey.answered': {
    question: { type: 'text', required: true },
    score: { type: 'score', required: true },
  },
  'lead.worked': amount,
  'sale.made': amount,
  'sale.cancelled': amount,
  'credit.submitted': amount,
  'credit.approved': amount,
  'credit.refused': amount,
  'customer.lost': amount,
  'customer.retained': amount,
  'task.completed': amount,
  'appointment.made': amount,
  'adhoc.recorded': { ...adHoc, purpose: { type: 'text', required: false } },
  'adhoc.approved': { ...adHoc, approver: { type: 'text', required: false } },
  'adhoc.withdrawn': {},
  'refund.made': { ...amount, topic: { type: 'text', required: false } },
  'resolution.reopened': { topic: { type: 'text', required: false } },
  'quality.evaluated': {
    score: { type: 'number', required: true },
    critical: { type: 'boolean', required: false },
  },
  'forecast.set': {
    id: { type: 'text', required: true },
    value: { type: 'count', required: true },
    period: { type: 'period', required: false },
  },
};

/** Fields by name of every outcome that can be reported: the known ones, and what the tenant defines. */
export function outcomeFields(definitions: readonly OutcomeDefinition[]): ReadonlyMap<string, OutcomeFields> {
  const all = new Map<string, OutcomeFields>(Object.entries(knownFields));
  for (const { name, fields } of definitions) all.set(name, { ...amount, ...fields, ...all.get(name) });
  return all;
}
