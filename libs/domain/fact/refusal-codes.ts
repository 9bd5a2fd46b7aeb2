/**
 * Why a record, a delivery or a row of it could not be used: every code with its meaning, once. A code is in
 * the topic `telephony.refused` (member `reason`), in a metric and in `tallyline refused list`; it keeps its
 * meaning, and is not removed while records with it are kept. docs/errors.md shows this table.
 */
export const refusalCodes = {
  unreadable: 'It is no JSON in UTF-8 (or CSV, of rows), or not a record of the kind that the topic holds.',
  'unknown-connection': 'The catalogue has no connection of this id.',
  'unknown-kind': 'It is JSON or CSV, but not of a kind that this platform sends or that is read.',
  'invalid-field': 'A required field is missing, or a field has an impossible value.',
  'not-permitted': 'The catalogue limits its sender to other programmes or outcomes.',
  'implausible-time': 'An instant lies before 1990 or later after the receipt than the connection allows.',
  'nested-too-deeply': 'Lists and objects lie in each other more than 64 levels deep.',
  'too-many-rows': 'The delivery has more rows, events, sessions or values than a delivery may have.',
  'span-too-long': 'The work lasts longer than an agent can work in one go; split it.',
  'not-understood':
    'The program failed on the delivery: a defect. It is kept, and can be re-driven after a fix.',
  'too-many-facts': 'Its contact, timeline or outcome has as many facts as are kept of one.',
  parked: 'Its contact, activity or outcome is parked: something that came of it could not be counted.',
} as const;

export type RefusalCode = keyof typeof refusalCodes;

/** The codes that each stage may give. */
export const refusalCodesByStage = {
  normalizer: [
    'unreadable',
    'unknown-connection',
    'unknown-kind',
    'invalid-field',
    'not-permitted',
    'implausible-time',
    'nested-too-deeply',
    'too-many-rows',
    'span-too-long',
    'not-understood',
  ],
  meter: ['unreadable', 'parked', 'too-many-facts'],
  tally: ['unreadable', 'parked'],
} as const satisfies Record<string, readonly RefusalCode[]>;
