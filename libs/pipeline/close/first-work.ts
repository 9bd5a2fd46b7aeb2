import type { Contract } from '#domain/contract/contract.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { type ContractPeriods, periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { Posting, PostingContent } from '#domain/posting/posting.js';
import { plausibleWork } from '#domain/scope/plausible-work.js';
import {
  type Assignment,
  assignActivity,
  assignLeg,
  assignOutcome,
  assignSide,
  assignStay,
  assignStretch,
} from '#domain/scope/work-scope.js';

/**
 * Finds the first period that holds work of a contract's programme, or work that is mapped to no programme
 * and may be of it. What was posted and taken back is none: a corrected instant leaves no trace. Nor is what
 * is held as implausible: a clock that was set back would move the beginning of the contract.
 */
export class FirstWork {
  readonly #scope: LiveScope;
  readonly #programme: string;
  readonly #periods: ContractPeriods;
  readonly #postings = new Map<Period, number>();

  constructor(contract: Contract, scope: LiveScope) {
    this.#scope = scope;
    this.#programme = contract.programme;
    this.#periods = periodsOf(contract);
  }

  count({ content: delivered, sign }: Posting): void {
    const content = plausibleWork(delivered, this.#scope);
    if (content === null) return;
    const at = Math.min(...this.#instantsOf(content));
    if (at === Infinity) return;
    const period = this.#periods.at(at);
    this.#postings.set(period, (this.#postings.get(period) ?? 0) + sign);
  }

  /** null: there is none. */
  period(): Period | null {
    const held = [...this.#postings].filter(([, count]) => count > 0).map(([period]) => period);
    return held.sort()[0] ?? null;
  }

  #instantsOf(content: PostingContent): number[] {
    const scope = this.#scope;
    switch (content.kind) {
      case 'contact': {
        const stays = content.segments.filter((stay) => this.#maybeOwn(assignStay(stay, scope)));
        const legs = content.legs.filter((leg) => this.#maybeOwn(assignLeg(leg, scope)));
        const sides = (content.sideWork ?? []).filter((side) => this.#maybeOwn(assignSide(side, scope)));
        const missed = content.missed.filter(
          ({ queue, at }) => queue === null || this.#maybeOwn(scope.assignmentOf(queue, at)),
        );
        return [
          ...stays.map(({ enteredAt }) => enteredAt),
          ...[...legs, ...sides].map(({ startedAt }) => startedAt),
          ...missed.map(({ at }) => at),
        ];
      }
      case 'activity':
        return this.#maybeOwn(assignActivity(content, scope)) ? [content.startedAt] : [];
      case 'timeline':
        return content.stretches
          .filter((stretch) => this.#maybeOwn(assignStretch(content, stretch, scope)))
          .map(({ startedAt }) => startedAt);
      case 'outcome': {
        const at = content.events[0]?.at;
        return at !== undefined && this.#maybeOwn(assignOutcome(content, scope)) ? [at] : [];
      }
      // Sums of an agent, to compare with: of which programme they do not say.
      case 'totals':
        return [content.startedAt];
      // What is planned is no work.
      case 'schedule':
        return [];
    }
  }

  #maybeOwn(assigned: Pick<Assignment, 'programme'> | null): boolean {
    return assigned === null || assigned.programme === this.#programme;
  }
}
