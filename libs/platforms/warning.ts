/**
 * Something odd in a delivery that does not stop the fact: every code with its meaning, once. A code keeps
 * its meaning; docs/errors.md shows this table.
 */
export const warningCodes = {
  'unknown-value': 'The field has a value that we do not know; its meaning is taken as unknown.',
  'missing-value': 'The field is usually there and is missing; what depends on it is unknown.',
  'unusable-value': 'The field has a value that cannot be read and is ignored.',
  'inconsistent-durations': 'Durations of the row contradict each other.',
  'ambiguous-local-time':
    'The local time happened twice when the clocks went back; the earlier one is taken.',
  'skipped-local-time':
    'The local time did not happen, as the clocks went forward; it is read as before them.',
  'link-interrupted':
    'A bridge lost or regained its link to the switch: what agents did meanwhile was not seen.',
  'field-dropped':
    'A field that the catalogue does not define, or a code that may name a customer, is not kept; the value says why.',
} as const;

export type WarningCode = keyof typeof warningCodes;

export interface Warning {
  readonly code: WarningCode;
  readonly field: string;
  /** The unknown word, or what exactly is odd; null: the code says it all. Never free text of a customer. */
  readonly value: string | null;
}
