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
];
