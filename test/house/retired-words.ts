export interface RetiredWord {
  readonly pattern: RegExp;
  /** What we say now. */
  readonly instead: string;
  /** Files that may go on saying it, by their path from the root: a record of what was, for example. */
  readonly exceptIn?: readonly string[];
}

/** Words and names that are gone. One line for each; the rule beside this file finds where they come back. */
export const retiredWords: readonly RetiredWord[] = [
  { pattern: /(?<!node_modules\/)(?<![\w.])\.bin\//, instead: 'tools/' },
  {
    pattern: /\.contract\.(ts|js)\b/,
    instead: '.conformance.ts, for a suite that every adapter of a port passes',
  },
  { pattern: /\bdescribe(Log|Store)Contract\b/, instead: 'describeLogConformance, describeStoreConformance' },
  { pattern: /\bwithoutStack\b/, instead: 'describeWith of test/stack/describe-with.ts' },
  // Words of prose, in code also as parts of names. One meaning each: docs/glossary.md.
  {
    pattern: /\b([Tt]old|[Tt]ells?|[Tt]elling)\b|[a-z](Told|Tells?)\b/,
    instead: 'reported, recorded, emitted; says; is given to',
  },
  { pattern: /\banew\b/i, instead: 'again, recreated' },
  { pattern: /\bmade otherwise\b/i, instead: 'differs' },
  { pattern: /\b(whoever|somebody|nobody)\b/i, instead: 'the caller, another process, no one, none' },
  { pattern: /\b(he|his|him|himself)\b/i, instead: 'they, the sender, the caller' },
  { pattern: /\bpatience(Ms)?\b/i, instead: 'stall timeout, timeout' },
  { pattern: /\b(a|the|for) breath\b|\bbreathe\b/i, instead: 'pause, fetch throttle' },
  { pattern: /\bmisplaced\b/i, instead: 'offset out of range' },
  { pattern: /\btormented\b/i, instead: 'under faults' },
  { pattern: /\bno record of ours\b/i, instead: 'unrecognised record' },
  { pattern: /\bunless said\b/i, instead: 'by default' },
  { pattern: /\b(Reception|Acceptor)\b/, instead: 'IntakeContext, DeliveryWriter' },
  { pattern: /\b(most|least)[A-Z]\w*\b/, instead: 'maxX, minX' },
  { pattern: /\bstanding(Close|close)/, instead: 'effective close' },
  // Names of types and functions.
  { pattern: /\b(Regimes?|regimesOf|regimesIn)\b/, instead: 'TermsInForce' },
  { pattern: /\b(MeasuredSubject|KpiSubject|subjectsOf)\b/, instead: 'MeteredItem' },
  { pattern: /\b(ContactShare|activityHome|outcomeHome)\b/, instead: 'ScopedContact, Assignment' },
  { pattern: /\b(Ledger|judgeOf|judgedFraction)\b/, instead: 'CalculationTrace, period-end terms' },
  { pattern: /\b(takeIn|encodeSeen|decodeSeen|factWins)\b/, instead: 'advance, Watermark, supersedes' },
  { pattern: /\b(MeterScope|tallySpace|meterSpace)\b/, instead: 'WorkScope, keyspace' },
  { pattern: /\brestWhileIdle\b/, instead: 'disableIdlePolling' },
];
