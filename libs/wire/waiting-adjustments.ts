/** What of a close decides who carries an adjustment. */
export interface CarryingClose {
  readonly contract: string;
  readonly period: string;
  readonly revision: number;
  /** The period whose invoice carries it; null: it is no adjustment, or a document of its own. */
  readonly carriedBy: string | null;
  /** Ids of the events that it carries; null: made by a version that carried nothing. */
  readonly carries: readonly string[] | null;
  /** Id of its event. */
  readonly invoice: string;
}

/**
 * Which adjustments wait for which invoice, by the closes in the order of the log. The first close of a
 * period carries all that wait for it at its place in the log, and nothing else; an adjustment waits for a
 * period that is open at its own place. A close for which that does not hold is not valid: another invoicer
 * was faster, and it is made again. So each adjustment is carried exactly once.
 *
 * Versions that carried nothing themselves left it to billing to put the lines of an adjustment on the
 * invoice of its carrier. Their closes are valid whatever waits; of theirs only what waits for a period that
 * is still open is carried.
 */
export class WaitingAdjustments {
  readonly #contracts = new Map<string, WaitingOfContract>();

  isValid(close: CarryingClose): boolean {
    const { contract, period, revision, carries, carriedBy } = close;
    const own = this.#contracts.get(contract);
    if (carries === null || revision !== (own?.revisions.get(period) ?? 0) + 1) return true;
    if (carriedBy !== null && own?.revisions.has(carriedBy) === true) return false;
    const expected = revision === 1 ? this.waitingFor(contract, period) : [];
    return carries.length === expected.length && expected.every(({ invoice }, at) => carries[at] === invoice);
  }

  /** A valid close, in its turn. Answers whether it is the effective one of its revision. */
  take(close: CarryingClose): boolean {
    const { contract, period, revision, carries, carriedBy } = close;
    const own = this.#contracts.get(contract) ?? { revisions: new Map<string, number>(), waiting: [] };
    this.#contracts.set(contract, own);
    if (revision !== (own.revisions.get(period) ?? 0) + 1) return false;
    own.revisions.set(period, revision);
    own.waiting = own.waiting.filter((each) => {
      const isBilled = carries === null && each.carries === null && each.carriedBy === period;
      return carries?.includes(each.invoice) !== true && !isBilled;
    });
    if (carriedBy !== null) own.waiting.push(close);
    return true;
  }

  /** All adjustments of a contract that wait for an invoice, oldest first. */
  of(contract: string): readonly CarryingClose[] {
    return this.#contracts.get(contract)?.waiting ?? [];
  }

  /**
   * The adjustments that the first close of a period has to carry, oldest first. Where a version that carries
   * nothing closed the carrier, the next period is the carrier.
   */
  waitingFor(contract: string, period: string): readonly CarryingClose[] {
    const own = this.#contracts.get(contract);
    if (own === undefined) return [];
    return own.waiting.filter(
      ({ carriedBy }) => carriedBy === period || (carriedBy !== null && own.revisions.has(carriedBy)),
    );
  }
}

interface WaitingOfContract {
  /** How many revisions each period has. */
  readonly revisions: Map<string, number>;
  waiting: CarryingClose[];
}
