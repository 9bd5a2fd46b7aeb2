import { type BreakingOutcome, breakingOutcomes } from '#domain/fact/breaking-outcomes.js';

/**
 * What a business process reported about one subject (a sale, a credit request, a survey, a lead): the set of
 * its events, in order of their instants. Later events of a subject (a cancellation, an approval) change this
 * content, and the posting of the old one is taken back, so no reader has to remember.
 */
export interface OutcomeContent {
  readonly kind: 'outcome';
  /** `<connection>:<native id>` of the subject. */
  readonly outcome: string;
  readonly connection: string;
  /** The programme it belongs to, as reported; null: by its queue. */
  readonly programme: string | null;
  readonly queue: string | null;
  readonly agent: string | null;
  readonly contact: string | null;
  /** Pseudonym, or null: unknown. */
  readonly customer: string | null;
  readonly events: readonly OutcomeEvent[];
}

export interface OutcomeEvent {
  /** `sale.made`, `survey.answered`, ...; tenants may define names of their own. */
  readonly name: string;
  readonly at: number;
  /** Amounts are decimal strings; scores and counts numbers. */
  readonly data: Readonly<Record<string, string | number | boolean>>;
}

export const knownOutcomes = [
  'survey.answered',
  'lead.worked',
  'sale.made',
  'sale.cancelled',
  'credit.submitted',
  'credit.approved',
  'credit.refused',
  'customer.lost',
  'customer.retained',
  'task.completed',
  'appointment.made',
  'adhoc.recorded',
  'adhoc.approved',
  'adhoc.withdrawn',
  'refund.made',
  'resolution.reopened',
  'quality.evaluated',
  'forecast.set',
] as const;

/** Whether it takes back a resolution that it follows. */
export function isBreaking(name: string): name is BreakingOutcome {
  return (breakingOutcomes as readonly string[]).includes(name);
}
