import { decodeFact } from './facts.js';
import { parseJson } from './parse-json.js';
import { decodeJournalRecord } from './postings.js';
import { decodeStateRecord } from './states.js';
import { topics } from './topics.js';

/**
 * What a record of any topic says, with the names of its fields: for people. Where it is not what its topic
 * holds, its text as it is.
 */
export function namedRecord(topic: string, value: string): unknown {
  switch (topic) {
    case topics.facts.name:
      return named(decodeFact(value)) ?? parsed(value);
    case topics.postings.name:
      return named(decodeJournalRecord(value)) ?? parsed(value);
    case topics.states.name:
      return decodeStateRecord(value) ?? parsed(value);
    default:
      return parsed(value);
  }
}

function named(record: { readonly recordedAt: number | null } | null): unknown {
  if (record === null) return null;
  const { recordedAt, ...rest } = record;
  return { recordedAt: recordedAt === null ? null : new Date(recordedAt).toISOString(), ...rest };
}

function parsed(value: string): unknown {
  return parseJson(value) ?? value;
}
