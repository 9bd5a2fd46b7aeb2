import type { CatalogueNotice, Close } from '#wire/closes.js';
import type { CloseLog, RecordedClose } from './close-log.js';

export interface ClosedPeriod {
  readonly status: 'closed';
  /** False: nothing was to be written; the latest revision is the answer. */
  readonly isNew: boolean;
  readonly close: Close;
  /** Exact text of the invoice-ready event. */
  readonly event: string;
}

/** A change of the catalogue was announced while this was closed: it is not valid, nothing was invoiced. */
export interface OvertakenClose {
  readonly status: 'overtaken';
  readonly by: CatalogueNotice;
}

/**
 * Another close of the contract was recorded at the same moment: the invoice would not carry all that waits
 * for it, or the carrier is closed; or the period was held meanwhile. Nothing was invoiced.
 */
export interface CrossedClose {
  readonly status: 'crossed';
}

/**
 * Two invoicers may both come here: the first close of a revision in the log is effective, for both. It is
 * not valid where another catalogue was announced before it.
 */
export async function recordClose(
  close: Close,
  event: string,
  deps: { readonly closeLog: CloseLog },
): Promise<ClosedPeriod | OvertakenClose | CrossedClose> {
  const { closeLog } = deps;
  const { contract, period, revision } = close;
  await closeLog.append(await withTrailEntry(close, closeLog), event);
  const effective = (await closeLog.effective(contract, period)).slice(0, revision);
  await closeLog.writeEvents(effective);
  if (effective.length < revision) {
    const { notice } = closeLog;
    const isOvertaken = notice !== null && notice.number > (close.catalogueEntry ?? 0);
    return isOvertaken ? { status: 'overtaken', by: notice } : { status: 'crossed' };
  }
  return closedAnswer(effective[revision - 1], effective[revision - 1]?.digest === close.digest, deps);
}

/** The entry of the audit trail comes first, so that no close is without. */
async function withTrailEntry(close: Close, { trail }: CloseLog): Promise<Close> {
  const { closedBy, contract, period, revision, invoice, digest, omissions, request } = close;
  if (closedBy === undefined) return close;
  const { at, reason, ...actor } = closedBy;
  const { acceptedBecause } = omissions;
  const isBoth = reason !== undefined && acceptedBecause !== null;
  const trailEntry = await trail.write({
    act: revision === 1 ? 'period-closed' : 'period-adjusted',
    actor,
    at,
    subject: `${contract} ${period} revision ${revision}`,
    reason: reason ?? acceptedBecause,
    details: {
      contract,
      period,
      revision,
      invoice,
      digest,
      ...(isBoth && { omissionsAccepted: acceptedBecause }),
      ...(request !== undefined && { request }),
    },
  });
  return { ...close, closedBy: { ...closedBy, trailEntry } };
}

export async function closedAnswer(
  recorded: RecordedClose | undefined,
  isNew: boolean,
  { closeLog }: { readonly closeLog: CloseLog },
): Promise<ClosedPeriod> {
  if (recorded === undefined) throw new Error('a close was acknowledged but is not there');
  const { offset: _, ...close } = recorded;
  return { status: 'closed', isNew, close, event: await closeLog.eventOf(recorded) };
}
