/**
 * Months that share what is agreed for all of them: of the calendar, of the contract (twelve or three months
 * from its first day on, again and again), or its whole term.
 */
export const commitmentSpans = [
  'calendarQuarter',
  'calendarYear',
  'contractQuarter',
  'contractYear',
  'term',
] as const;
export type CommitmentSpan = (typeof commitmentSpans)[number];
