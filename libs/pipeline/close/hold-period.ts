import type { Period } from '#domain/period/period.js';
import type { Actor, Hold } from '#wire/period-acts.js';
import type { CloseLog } from './close-log.js';

/** Who decided it, why and when (UTC epoch ms). */
export interface PeriodDecision {
  readonly actor: Actor;
  readonly reason: string;
  readonly at: number;
}

export type HoldResult =
  /** `revision`: what is closed already, and stays so; 0: nothing is. */
  | { readonly status: 'held'; readonly hold: Hold; readonly revision: number }
  | { readonly status: 'released'; readonly revision: number }
  | { readonly status: 'notHeld' };

/**
 * From here on the period is neither closed nor adjusted. A close under way that comes to the log later is
 * not valid, however long its process stood still.
 */
export async function holdPeriod(
  closeLog: CloseLog,
  contract: string,
  period: Period,
  decision: PeriodDecision,
): Promise<HoldResult> {
  const trailEntry = await entryOf('period-held', closeLog, contract, period, decision);
  const hold: Hold = { act: 'held', contract, period, ...decision, trailEntry };
  await closeLog.appendAct(hold);
  return { status: 'held', hold, revision: (await closeLog.effective(contract, period)).length };
}

/** Takes a hold back. What is due then is closed at the next look. */
export async function releasePeriod(
  closeLog: CloseLog,
  contract: string,
  period: Period,
  decision: PeriodDecision,
): Promise<HoldResult> {
  const closes = await closeLog.effective(contract, period);
  if (closeLog.standings.hold(contract, period) === null) return { status: 'notHeld' };
  const trailEntry = await entryOf('period-released', closeLog, contract, period, decision);
  await closeLog.appendAct({ act: 'released', contract, period, ...decision, trailEntry });
  return { status: 'released', revision: closes.length };
}

async function entryOf(
  act: 'period-held' | 'period-released',
  { trail }: CloseLog,
  contract: string,
  period: Period,
  { actor, reason, at }: PeriodDecision,
): Promise<string> {
  const subject = `${contract} ${period}`;
  return trail.write({ act, actor, at, subject, reason, details: { contract, period } });
}
