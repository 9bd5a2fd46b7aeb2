import type { Contract } from '#domain/contract/contract.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { type ContractMeter, contractMeter } from '#domain/metering/contract-meter.js';
import { plain, Decimal } from '#domain/money/money.js';
import type { AdHocQuantity } from '#domain/contract/measure.js';
import { adHocApproved, adHocPiece, adHocRecorded } from '#domain/metering/ad-hoc.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { Period } from '#domain/period/period.js';
import type { OmittedWork } from '#wire/omissions.js';

/** Decimals of an amount as it is recorded at most. */
const amountScale = 5;

interface Piece {
  /** Postings less those that were taken back: 0, or 1. */
  held: number;
  hoursMs: number;
  units: number;
  /** In `10^-5`. */
  amount: number;
  recorded: OutcomeEvent;
}

/**
 * Ad-hoc work that a contract would charge in a period and that is not approved, or not all of it: what it
 * counts more as if it were.
 */
export class UnapprovedWork {
  readonly #period: Period;
  /** As it is, and as if all were approved; null: the contract charges no such work. */
  readonly #meters: readonly [ContractMeter, ContractMeter] | null;
  readonly #pieces = new Map<string, Piece>();

  constructor(contract: Contract, period: Period, scope: LiveScope) {
    this.#period = period;
    const counts = contract.versions.some(({ terms, windows }) =>
      [terms, ...windows.map((window) => window.terms)].some(({ measures }) =>
        Object.values(measures).some(({ kind }) => kind === 'adHoc'),
      ),
    );
    this.#meters = counts
      ? [contractMeter(contract, scope), contractMeter(contract, { ...scope, takesAsApproved: true })]
      : null;
  }

  count(content: OutcomeContent, sign: 1 | -1): void {
    const piece = this.#meters === null ? null : adHocPiece(content);
    if (piece === null || this.#meters === null || !this.#isMissing(content, this.#meters)) return;
    const missing = (of: AdHocQuantity): number =>
      sign * ((adHocRecorded(piece.recorded, of, amountScale) ?? 0) - adHocApproved(piece, of, amountScale));
    const sum = this.#pieces.get(content.outcome) ?? { held: 0, hoursMs: 0, units: 0, amount: 0 };
    this.#pieces.set(content.outcome, {
      held: sum.held + sign,
      hoursMs: sum.hoursMs + missing('hours'),
      units: sum.units + missing('units'),
      amount: sum.amount + missing('amount'),
      recorded: piece.recorded,
    });
  }

  /** By subject. */
  work(): OmittedWork[] {
    return [...this.#pieces]
      .filter(([, { held }]) => held !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([
          id,
          {
            hoursMs,
            units,
            amount,
            recorded: { data },
          },
        ]): OmittedWork => {
          const text = (field: string): string | null =>
            data[field] === undefined ? null : String(data[field]);
          const adHoc = {
            units: units === 0 ? null : units,
            amount: amount === 0 ? null : plain(new Decimal(amount).div(10 ** amountScale)),
            purpose: text('purpose'),
            purchaseOrder: text('purchaseOrder'),
            ticket: text('ticket'),
          };
          return { kind: 'unapprovedWork', id, contacts: 0, durationMs: hoursMs, adHoc };
        },
      );
  }

  #isMissing(
    content: OutcomeContent,
    [asItIs, asApproved]: readonly [ContractMeter, ContractMeter],
  ): boolean {
    const inPeriod = (meter: ContractMeter): string =>
      JSON.stringify(meter.measure(content).filter(({ period }) => period === this.#period));
    return asApproved.measure(content).length > 0 && inPeriod(asItIs) !== inPeriod(asApproved);
  }
}
