/** Where the pipeline and the oracle differ. */
export interface Difference {
  readonly code: DifferenceCode;
  readonly message: string;
}

export type DifferenceCode =
  /** What was accepted, beside the log of facts. */
  | 'facts'
  | 'refused'
  | 'journal'
  | 'sums'
  | 'live'
  /** What was invoiced in all, under the catalogue in force. */
  | 'final-price'
  /** What a revision restates, by the facts below its cut. */
  | 'price-at-cut'
  /** The journal that a revision read holds only a part of what the facts below its cut changed. */
  | 'torn-cut'
  | 'events-do-not-sum'
  /** An adjustment that is not on the invoice that carries it, or on another one too. */
  | 'carried'
  /** Not the bytes that the close names, or other bytes beside them. */
  | 'other-event'
  /** A revision at a cut that is behind the one before. */
  | 'cut-went-back'
  /** The tally holds a wrong sum, and a close did not say so. */
  | 'wrong-sum-closed';

export type OnDifference = (code: DifferenceCode, message: string) => void;
