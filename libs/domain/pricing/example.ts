import type { Contract } from '#domain/contract/contract.js';
import { AgentClocks } from '#domain/clock/agent-clocks.js';
import { claimsOf, type ClockScope } from '#domain/clock/claims.js';
import {
  materialize,
  exampleScope,
  type MaterializedExample,
  type Example,
  givenGaps,
} from '#domain/metering/example.js';
import { contractMeter, type ContractMeter, type Quantity } from '#domain/metering/contract-meter.js';
import { decimal, plain, type Decimal } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { Invoice } from './invoice.js';
import type { PastPeriod } from './period-book.js';
import { commitsOverMonths, lookBackPeriods } from './look-back.js';
import { price } from './price.js';
import { amountsByClause } from './totals.js';

/** The result of an example. No differences: it holds. */
export interface ExampleResult {
  readonly invoice: Invoice;
  readonly differences: readonly ExampleDifference[];
}

export interface ExampleDifference {
  /** Line or clause of the contract; null: the total. */
  readonly part: string | null;
  readonly expected: string;
  /** null: the invoice has no such part. */
  readonly got: string | null;
}

/** Counts and prices what the example gives, as the journal's postings are, and compares. */
export function runExample(
  contract: Contract,
  example: Example,
  reason: 'queue' | 'disposition' | 'none' = 'queue',
): ExampleResult {
  const scope = exampleScope(contract, example);
  const contents = materialize(contract, example, reason);
  const sums = measured(contractMeter(contract, scope), contents, scope);
  const invoice = price(contract, {
    contract: contract.id,
    period: example.period,
    quantities: sums.get(example.period) ?? new Map<string, number>(),
    history: historyOf(contract, sums, example.period),
  });
  return { invoice, differences: differencesOf(example, invoice) };
}

type Sums = Map<Period, Map<string, number>>;

function measured(meter: ContractMeter, contents: readonly MaterializedExample[], scope: ClockScope): Sums {
  const sums: Sums = new Map();
  const add = (quantities: readonly Quantity[], times: number): void => {
    for (const { period, key, value } of quantities) {
      const month = sums.get(period) ?? new Map<string, number>();
      sums.set(period, month.set(key, (month.get(key) ?? 0) + value * times));
    }
  };
  const clocks = new AgentClocks(
    contents.flatMap(({ content }) => claimsOf(content, scope)),
    scope,
  );
  for (const { content, repeats, times } of contents) {
    add(meter.measure(content), times);
    if (meter.isOnClock) add(meter.measureClock(content, clocks.ownTimeOf(content)), times);
    for (const { contact, given } of repeats)
      add(meter.measureRepeat(contact, givenGaps(given, meter.issueWindowsMs)), times);
  }
  return sums;
}

/**
 * From the first month that is given, or from the first that a commitment counts, without gaps: an idle month
 * is known to have been idle.
 */
function historyOf(contract: Contract, sums: Sums, period: Period): PastPeriod[] {
  const counted = commitsOverMonths(contract) ? (lookBackPeriods(contract, period).at(-1) ?? period) : period;
  const first = [...sums.keys()].reduce((earliest, month) => (month < earliest ? month : earliest), counted);
  const past: PastPeriod[] = [];
  const { shift } = periodsOf(contract);
  for (let month = first; month < period; month = shift(month, 1)) {
    past.push({ period: month, quantities: sums.get(month) ?? new Map<string, number>() });
  }
  return past;
}

function differencesOf(example: Example, invoice: Invoice): ExampleDifference[] {
  const { scale } = invoice;
  const parts = amountsByClause(invoice);
  const differs = (part: string | null, expected: string, got: Decimal | null): ExampleDifference[] => {
    if (got !== null && decimal(expected).equals(got)) return [];
    return [{ part, expected, got: got === null ? null : plain(got, scale) }];
  };
  return [
    ...(example.price === null ? [] : differs(null, example.price, invoice.totals.net)),
    ...Object.entries(example.lines).flatMap(([part, expected]) => {
      return differs(part, expected, parts.get(part) ?? null);
    }),
  ];
}
