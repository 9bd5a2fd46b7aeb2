/**
 * Outcomes that take back a resolution which they follow. They name the customer, and are posted where the
 * customer's contacts are.
 */
export const breakingOutcomes = ['refund.made', 'resolution.reopened'] as const;
export type BreakingOutcome = (typeof breakingOutcomes)[number];
