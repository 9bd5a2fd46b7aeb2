import type { Contract, Terms } from '#domain/contract/contract.js';
import type { Forecast } from '#domain/contract/forecast.js';
import { cellKey } from '#domain/contract/key.js';
import type { Period } from '#domain/period/period.js';
import type { Stage } from './book-lines.js';
import type { Book } from './invoice.js';
import type { Ledger, Term } from './row.js';

/** What all steps of one pricing share. */
export interface Pricing {
  readonly contract: Contract;
  readonly book: Book;
  readonly stages: readonly Stage[];
  readonly judge: Judge;
  readonly ledger: Ledger;
  /** What could not be applied and why; told with the invoice. */
  readonly notes: Note[];
}

export interface Note {
  readonly clause: string;
  readonly message: string;
}

/** What is judged once a month is judged by the version in force at its end. */
export interface Judge {
  readonly version: number;
  readonly terms: Terms;
}

/** null: the contract does not reach into the period. */
export function judgeOf(contract: Contract, stages: readonly Stage[]): Judge | null {
  const last = stages.toSorted((a, b) => a.to - b.to).at(-1);
  const version = contract.versions.find((candidate) => candidate.version === last?.version);
  return version === undefined ? null : { version: version.version, terms: version.terms };
}

/** The number agreed or told for a period; null: none. */
export function forecastTerm(
  { book, judge, ledger }: Pricing,
  forecast: Forecast,
  period: Period,
): Term | null {
  const key =
    forecast.kind === 'event' ? cellKey({ subject: 'forecast', id: forecast.id }) : `agreed ${period}`;
  const value = forecast.kind === 'event' ? book.quantities.get(key) : forecast.values[period];
  return value === undefined ? null : ledger.apply('measure', 'sum', judge.version, { [key]: value });
}
