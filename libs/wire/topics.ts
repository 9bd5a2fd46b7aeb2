/**
 * The one table of topics: name, key, retention, compaction, owner. Partitions come from configuration
 * (embedded 4, Kafka 12 by default) for the four topics that scale; the rest are small and have one.
 */
export const topics = {
  raw: {
    name: 'telephony.raw',
    owner: 'intake',
    key: 'hash of the body',
    scales: true,
    retentionDays: 30,
    compacted: false,
    value: 'exact bytes of a delivery; the only place with customer numbers: short retention, tight access',
  },
  facts: {
    name: 'telephony.facts',
    owner: 'normalizer',
    key: 'entity',
    scales: true,
    retentionDays: 400,
    compacted: false,
    value: 'one fact',
  },
  refused: {
    name: 'telephony.refused',
    owner: 'normalizer',
    key: 'refusal id',
    scales: false,
    retentionDays: 400,
    compacted: false,
    value: 'why a record or a row of it could not be used, and where it lies; or that it was resolved',
  },
  postings: {
    name: 'journal.postings',
    owner: 'meter',
    key: 'customer, or contact where the customer is unknown',
    scales: true,
    retentionDays: null,
    compacted: false,
    value: 'one posting: the book of record, append-only',
  },
  catalogue: {
    name: 'catalogue.versions',
    owner: 'standalone and cli',
    key: 'catalogue version',
    scales: false,
    retentionDays: null,
    compacted: true,
    value: 'a whole catalogue, so that a cut can name its version and anybody can price it again',
  },
  closes: {
    name: 'billing.closes',
    owner: 'invoicer',
    key: 'contract',
    scales: false,
    retentionDays: null,
    compacted: false,
    value: 'a close: contract, period, revision, cut',
  },
  invoiceReady: {
    name: 'billing.invoice-ready',
    owner: 'invoicer',
    key: 'contract',
    scales: false,
    retentionDays: null,
    compacted: false,
    value: 'an invoice-ready event',
  },
} as const satisfies Record<string, Topic>;

export interface Topic {
  readonly name: string;
  readonly owner: string;
  readonly key: string;
  readonly scales: boolean;
  readonly retentionDays: number | null;
  readonly compacted: boolean;
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
