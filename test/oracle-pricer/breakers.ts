import { abandonedCall } from '#domain/contract/contract.fixture.js';
import type { BreakingOutcome } from '#domain/fact/breaking-outcomes.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { event, outcome } from '#domain/pricing/pricing.fixture.js';

/** What takes resolutions back beside the contacts of the work: calls that no one answered, and outcomes. */
export interface Breaker {
  readonly customer: string;
  readonly at: number;
  /** null: a call. */
  readonly event: BreakingOutcome | null;
}

/** As the journal has them. */
export function breakerContents(breakers: readonly Breaker[]): PostingContent[] {
  return breakers.map(({ customer, at, event: name }, index) =>
    name === null
      ? { ...abandonedCall(at, 1_000), contact: `c:x${index}`, customer }
      : { ...outcome(`x${index}`, event(name, at)), customer },
  );
}
