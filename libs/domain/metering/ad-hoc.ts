import type { AdHocQuantity } from '#domain/contract/measure.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import { scaledInteger } from '#domain/outcome/outcome-events.js';

/** A piece of work beside the contacts, as the events of its subject say. */
export interface AdHocPiece {
  /** The last `adhoc.recorded` of the subject: one subject is one piece, however often it was sent. */
  readonly recorded: OutcomeEvent;
  /**
   * When it was approved first, since an approval was last withdrawn: further approvals change nothing of it.
   * null: it is not approved.
   */
  readonly approvedAt: number | null;
  /** The last approval in force: it may say how much is approved. */
  readonly approval: OutcomeEvent | null;
}

/** null: the subject is no ad-hoc work. At one instant a withdrawal comes after an approval. */
export function adHocPiece({ events }: OutcomeContent): AdHocPiece | null {
  const recorded = events.findLast(({ name }) => name === 'adhoc.recorded');
  if (recorded === undefined) return null;
  let first: OutcomeEvent | null = null;
  let last: OutcomeEvent | null = null;
  for (const event of events) {
    if (event.name === 'adhoc.approved') {
      first ??= event;
      last = event;
    }
    if (event.name === 'adhoc.withdrawn') first = last = null;
  }
  return { recorded, approvedAt: first?.at ?? null, approval: last };
}

/** Hours have up to five decimals: the smallest step is 36 ms, so that all are whole milliseconds. */
const hourScale = 5;
const msPerHourStep = 36;

/** As an integer: milliseconds of hours, units, an amount in `10^-scale`; null: not recorded in it. */
export function adHocRecorded(event: OutcomeEvent, of: AdHocQuantity, scale: number): number | null {
  const written = event.data[of];
  if (of !== 'hours') return scaledInteger(written, of === 'units' ? 0 : scale);
  const steps = scaledInteger(written, hourScale);
  return steps === null ? null : steps * msPerHourStep;
}

/** What of it is approved, as an integer like {@link adHocRecorded}. */
export function adHocApproved({ recorded, approval }: AdHocPiece, of: AdHocQuantity, scale: number): number {
  if (approval === null) return 0;
  const whole = adHocRecorded(recorded, of, scale) ?? 0;
  return Math.min(whole, adHocRecorded(approval, of, scale) ?? whole);
}
