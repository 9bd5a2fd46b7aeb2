import { topics } from './topics.js';

/**
 * The stages that read topics, once: the group they read in, and the keyspace of the store that holds their
 * position and state. Code that looks at a stage from outside (lag, close, command line) uses this
 * table.
 */
export interface Stage {
  readonly name: 'normalizer' | 'meter' | 'tally';
  readonly topic: string;
  readonly group: string;
  /** null: its position is the group's committed offset. */
  readonly keyspace: string | null;
}

export const normalizerStage = {
  name: 'normalizer',
  topic: topics.raw.name,
  group: 'normalizer',
  keyspace: null,
} as const satisfies Stage;

export const meterStage = {
  name: 'meter',
  topic: topics.facts.name,
  group: 'meter',
  keyspace: 'meter-4',
} as const satisfies Stage;

/**
 * Format of the tally's sums and chains. Raised when it changes, so that sums of an older format are not
 * misread: the tally is rebuilt from the journal. 6: resolutions by their definition and quarter-hour.
 */
const tallyFormat = 6;
const tallyPrefix = 'tally-';

/**
 * Under which catalogue a partition counts is part of its state: another one is taken over beside the
 * reading.
 */
export const tallyStage = {
  name: 'tally',
  topic: topics.postings.name,
  group: `${tallyPrefix}${tallyFormat}`,
  keyspace: `${tallyPrefix}${tallyFormat}`,
} as const satisfies Stage;

/** Whether a keyspace of the store is a tally, of whatever format. */
export function isTallyKeyspace(keyspace: string): boolean {
  return keyspace.startsWith(tallyPrefix);
}

/** The stages that a delivery goes through, in order. */
export const stages: readonly Stage[] = [normalizerStage, meterStage, tallyStage];

/** Key of the tally's sums of a contract and period; fields are the quantity keys of its meter. */
export function contractKey(contract: string, period: string): string {
  return `contract|${contract}|${period}`;
}
