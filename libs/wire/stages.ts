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
 * misread: the tally is rebuilt from the journal. 4: answers to surveys and quality evaluations.
 */
const tallyFormat = 4;

/**
 * Sums made under one catalogue live in a keyspace of their own, and are made by a group of their own: a
 * corrected mapping is a new tally from the same journal, built while the old one is still in use.
 */
export function tallyStage(catalogueVersion: string) {
  const keyspace = tallyKeyspace(catalogueVersion);
  return {
    name: 'tally',
    topic: topics.postings.name,
    group: keyspace,
    keyspace,
  } as const satisfies Stage;
}

export function tallyKeyspace(catalogueVersion: string): string {
  return `${tallyPrefix}${tallyFormat}-${catalogueVersion}`;
}

/** Whether a keyspace of the store is a tally, of whatever catalogue and format. */
export function isTallyKeyspace(keyspace: string): boolean {
  return keyspace.startsWith(tallyPrefix);
}

const tallyPrefix = 'tally-';

/** The stages that a delivery goes through, in order. */
export function stagesOf(catalogueVersion: string): readonly Stage[] {
  return [normalizerStage, meterStage, tallyStage(catalogueVersion)];
}

/** Key of the tally's sums of a contract and period; fields are the quantity keys of its meter. */
export function contractKey(contract: string, period: string): string {
  return `contract|${contract}|${period}`;
}
