import { Decimal, plain } from '#domain/money/money.js';
import { rules, type RuleId } from './calculation-rules.js';

/**
 * One step of a calculation, recorded so that it can be recomputed: the rule, what went in and what came out,
 * unrounded. An input is a value of the book or contract, or the result of an earlier row.
 */
export interface TraceRow {
  readonly id: string;
  readonly step: PricingStep;
  readonly rule: RuleId;
  /** Version of the contract whose clause was applied. */
  readonly contractVersion: number;
  readonly inputs: Readonly<Record<string, Input>>;
  readonly result: string;
}

export type Input = string | { readonly row: string; readonly value: string };

/** In the order of evaluation. */
export type PricingStep =
  | 'measure'
  | 'increment'
  | 'cap'
  | 'price'
  | 'line'
  | 'corridor'
  | 'gate'
  | 'kpi'
  | 'bonusMalus'
  | 'kpiCap'
  | 'overallCap'
  | 'discount'
  | 'limit'
  | 'commitment'
  | 'credit'
  | 'rounding'
  | 'carried'
  | 'total'
  | 'vat'
  | 'payment';

/** A value and the row that explains it. */
export interface Term {
  readonly row: string;
  readonly value: Decimal;
}

/** Computes and explains in one: pricing knows a value only as the result of a row. */
export class CalculationTrace {
  readonly #rows: TraceRow[];

  /** Continues after rows that exist already. */
  constructor(rows: readonly TraceRow[] = []) {
    this.#rows = [...rows];
  }

  get rows(): readonly TraceRow[] {
    return this.#rows;
  }

  apply(
    step: PricingStep,
    rule: RuleId,
    contractVersion: number,
    given: Readonly<Record<string, Term | Decimal | string | number>>,
  ): Term {
    const inputs = Object.fromEntries(Object.entries(given).map(([name, input]) => [name, written(input)]));
    const value = evaluate(
      rule,
      new Map(Object.entries(inputs).map(([name, input]) => [name, textOf(input)])),
    );
    const row = `r${this.#rows.length + 1}`;
    this.#rows.push({ id: row, step, rule, contractVersion, inputs, result: plain(value) });
    return { row, value };
  }

  /** Each term under the name of its row. */
  sum(step: PricingStep, contractVersion: number, terms: readonly Term[]): Term {
    return this.apply(
      step,
      'sum',
      contractVersion,
      Object.fromEntries(terms.map((term) => [term.row, term])),
    );
  }
}

/**
 * Recomputes a calculation from its rows alone: from the values that came from outside on, with the results
 * of earlier rows as recomputed here, not as written. Returns the result of each row by its id; throws where
 * a row is missing.
 */
export function recompute(rows: readonly TraceRow[]): ReadonlyMap<string, Decimal> {
  const results = new Map<string, Decimal>();
  for (const row of rows) {
    const inputs = Object.entries(row.inputs).map(([name, input]) => {
      if (typeof input === 'string') return [name, input] as const;
      const earlier = results.get(input.row);
      if (earlier === undefined)
        throw new Error(`row ${row.id} needs row ${input.row}, which is not before it`);
      return [name, plain(earlier)] as const;
    });
    results.set(row.id, evaluate(row.rule, new Map(inputs)));
  }
  return results;
}

/** The rows that a result rests on, in order; the last is its own. */
export function rowsBehind(rows: readonly TraceRow[], id: string): readonly TraceRow[] {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const needed = new Set<string>();
  const open = [id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const row = byId.get(next);
    if (row === undefined) throw new Error(`there is no row ${next}`);
    if (needed.has(next)) continue;
    needed.add(next);
    for (const input of Object.values(row.inputs)) if (typeof input !== 'string') open.push(input.row);
  }
  return rows.filter((row) => needed.has(row.id));
}

function evaluate(rule: RuleId, inputs: ReadonlyMap<string, string>): Decimal {
  return rules[rule]({
    text(name) {
      const text = inputs.get(name);
      if (text === undefined) throw new Error(`rule ${rule} needs '${name}'`);
      return text;
    },
    number(name) {
      return new Decimal(this.text(name));
    },
    has: (name) => inputs.has(name),
    all: (prefix = '') =>
      [...inputs].flatMap(([name, text]) => (name.startsWith(prefix) ? [new Decimal(text)] : [])),
  });
}

function written(input: Term | Decimal | string | number): Input {
  if (typeof input === 'string') return input;
  if (typeof input === 'number') return String(input);
  if (input instanceof Decimal) return plain(input);
  return { row: input.row, value: plain(input.value) };
}

function textOf(input: Input): string {
  return typeof input === 'string' ? input : input.value;
}
