/**
 * The one table of topics: name, owner, key, retention, compaction, format. Partitions come from
 * configuration (embedded 4, Kafka 12 by default) for the topics that scale; the rest are small and have
 * one.
 */
export const topics = {
  raw: {
    name: 'telephony.raw',
    owner: 'intake',
    key: 'hash of the body',
    scales: true,
    retentionDays: 30,
    compacted: false,
    format: 'libs/wire/raw.ts',
    value: 'exact bytes of a delivery; the only place with customer numbers: short retention, tight access',
  },
  facts: {
    name: 'telephony.facts',
    owner: 'normalizer; the meter, what follows for other subjects',
    key: 'entity',
    scales: true,
    retentionDays: 400,
    compacted: false,
    format: 'libs/wire/facts.ts',
    value: 'one fact',
  },
  refused: {
    name: 'telephony.refused',
    owner: 'normalizer',
    key: 'refusal id',
    scales: false,
    retentionDays: 400,
    compacted: false,
    format: 'libs/wire/refused.ts',
    value: 'why a record or a row of it could not be used, and where it lies; or that it was resolved',
  },
  postings: {
    name: 'journal.postings',
    owner: 'meter',
    key: 'customer, or contact where the customer is unknown; subject of an outcome; agent',
    scales: true,
    retentionDays: null,
    compacted: false,
    format: 'libs/wire/postings.ts',
    value: 'what one fact changed under one key, -1 and +1: the book of record, append-only',
  },
  states: {
    name: 'meter.states',
    owner: 'meter',
    key: 'entity; lies in the partition of its facts',
    scales: true,
    retentionDays: null,
    compacted: false,
    format: 'libs/wire/states.ts',
    value:
      'the state of an archived entity with all its facts; up to where such states suffice without facts',
  },
  customerKeys: {
    name: 'customer.keys',
    owner: 'normalizer, standalone and cli',
    key: 'fingerprint of the key',
    scales: false,
    retentionDays: null,
    compacted: false,
    format: 'libs/wire/customer-keys.ts',
    value: 'which key makes the pseudonyms of customers from here on: its fingerprint, by whom and why',
  },
  catalogue: {
    name: 'catalogue.versions',
    owner: 'standalone and cli',
    key: 'number of the entry',
    scales: false,
    retentionDays: null,
    compacted: false,
    format: 'libs/catalogue/entry.ts',
    value: 'an act: a whole catalogue is put in force, by whom and when; the last one is in force',
  },
  operatorActs: {
    name: 'operator.acts',
    owner: 'standalone and cli',
    key: 'kind of the act',
    scales: false,
    retentionDays: null,
    compacted: false,
    format: 'libs/wire/operator-acts.ts',
    value: 'what an operator has decided about sums that drift and what is parked, by whom and why',
  },
  trail: {
    name: 'audit.trail',
    owner: 'standalone, invoicer and cli',
    key: 'kind of the act',
    scales: false,
    retentionDays: null,
    compacted: false,
    format: 'libs/wire/trail.ts',
    value: 'who is about to do what, when and why, chained by hashes to all entries before it',
  },
  closes: {
    name: 'billing.closes',
    owner: 'invoicer',
    key: 'contract',
    scales: false,
    retentionDays: null,
    compacted: false,
    format: 'libs/wire/closes.ts',
    value:
      'a close: contract, period, revision, cut, and the bytes of its event; or the notice of another catalogue',
  },
  invoiceReady: {
    name: 'billing.invoice-ready',
    owner: 'invoicer',
    key: 'contract',
    scales: false,
    retentionDays: null,
    compacted: false,
    format: 'libs/wire/invoice-ready-schema.ts',
    value: 'an invoice-ready event',
  },
} as const satisfies Record<string, Topic>;

export interface Topic {
  readonly name: string;
  /** The app that writes it. */
  readonly owner: string;
  readonly key: string;
  /** Whether it has as many partitions as configured; else it has one. */
  readonly scales: boolean;
  /** null: kept for ever. */
  readonly retentionDays: number | null;
  readonly compacted: boolean;
  /** The file that defines the format of its values. */
  readonly format: string;
  /** What a value is. */
  readonly value: string;
}

/** Settings of every topic for an engine whose scaling topics have `partitions` partitions. */
export function topicSettings(partitions: number): {
  name: string;
  partitions: number;
  retentionMs: number | null;
  compacted: boolean;
}[] {
  return Object.values(topics).map((topic) => ({
    name: topic.name,
    partitions: topic.scales ? partitions : 1,
    retentionMs: topic.retentionDays === null ? null : topic.retentionDays * 86_400_000,
    compacted: topic.compacted,
  }));
}
