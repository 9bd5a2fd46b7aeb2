import type { ClockScope } from '#domain/clock/claims.js';
import type { Extent } from '#domain/metering/contract-index.js';
import type { PostingContent } from '#domain/posting/posting.js';
import type { Log } from '#log/log.js';
import { ClaimedTime } from './claimed-time.js';
import { eachPosting } from './each-posting.js';

/**
 * What claims persons' time in the journal below `ends`, in a window and as far as what lies in it in part
 * depends on. Reads the journal once, and once more for each time that this reaches further.
 */
export async function readClaimed(
  log: Log,
  ends: readonly number[],
  scope: ClockScope,
  question: {
    readonly window: Extent;
    readonly isCounted: (content: PostingContent) => boolean;
    /** See `ClaimedTime`. */
    readonly holdsSchedules?: boolean;
  },
): Promise<ClaimedTime> {
  const { isCounted, holdsSchedules = false } = question;
  for (let window: Extent = question.window; ;) {
    const claimed: ClaimedTime = new ClaimedTime(scope, window, holdsSchedules);
    await eachPosting(
      log,
      ends,
      (posting) => claimed.add(posting, 1, isCounted(posting.content)),
      () => claimed.begin(),
    );
    const wider = claimed.widerWindow();
    if (wider === null) return claimed;
    window = wider;
  }
}
