import type { Contract } from '#domain/contract/contract.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { type ContractPeriods, periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { Posting, PostingContent } from '#domain/posting/posting.js';
import {
  type Assignment,
  assignActivity,
  assignLeg,
  assignOutcome,
  assignStay,
  assignStretch,
} from '#domain/scope/work-scope.js';

/**
 * Finds the first period that holds work of a contract's programme, or work that is mapped to no programme
 * and may be of it. What was posted and taken back is none: a corrected instant leaves no trace.
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

  count({ content, sign }: Posting): void {
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
        const legs = content.legs.filter(
          (leg) => leg.queue !== null && this.#maybeOwn(assignLeg(leg, scope)),
        );
        return [...stays.map(({ enteredAt }) => enteredAt), ...legs.map(({ startedAt }) => startedAt)];
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
      // Sums to compare with, which are billed by none.
      case 'totals':
        return [];
    }
  }

  #maybeOwn(assigned: Pick<Assignment, 'programme'> | null): boolean {
    return assigned === null || assigned.programme === this.#programme;
  }
}
