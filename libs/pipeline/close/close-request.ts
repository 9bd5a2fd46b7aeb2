import { hash } from 'node:crypto';
import type { Contract } from '#domain/contract/contract.js';
import { canonicalJson } from '#wire/canonical-json.js';
import {
  type CatalogueNotice,
  type Close,
  decodeClose,
  effectiveCloses,
  encodeClose,
  eventInClose,
} from '#wire/closes.js';
import { type Actor, type CloseRequest, type Hold, isSamePerson } from '#wire/period-acts.js';
import type { Period } from '#domain/period/period.js';
import type { CloseLog } from './close-log.js';
import { type ClosedPeriod, type OvertakenClose, recordClose } from './record-close.js';

/** A close that one person has made and another one is asked to confirm. */
export interface RequestedClose {
  readonly status: 'requested';
  readonly request: CloseRequest;
  /** Exact text of the invoice-ready event, as it is emitted if it is confirmed. */
  readonly event: string;
}

/** Writes down what one person asks for; nothing is invoiced. A request before it counts no more. */
export async function requestClose(
  close: Close,
  event: string,
  { actor, reason, at }: { readonly actor: Actor; readonly reason: string | null; readonly at: number },
  closeLog: CloseLog,
): Promise<RequestedClose> {
  const { contract, period, revision, digest, invoice } = close;
  const request = hash('sha256', canonicalJson({ contract, period, revision, digest, actor, at })).slice(
    0,
    16,
  );
  const trailEntry = await closeLog.trail.write({
    act: 'close-requested',
    actor,
    at,
    subject: `${contract} ${period} revision ${revision}`,
    reason: reason ?? close.omissions.acceptedBecause,
    details: { contract, period, revision, invoice, digest, request },
  });
  const said = { contract, period, actor, at, reason, request, revision, digest, trailEntry };
  const asked: CloseRequest = { act: 'requested', ...said, record: encodeClose(close, event) };
  await closeLog.appendAct(asked);
  return { status: 'requested', request: asked, event };
}

/** What waits for a second person; null: nothing is asked for. */
export async function pendingRequest(
  closeLog: CloseLog,
  contract: string,
  period: Period,
): Promise<RequestedClose | null> {
  await closeLog.closes();
  const request = closeLog.standings.request(contract, period);
  return request === null ? null : { status: 'requested', request, event: eventOf(request) };
}

export type ConfirmResult =
  | ClosedPeriod
  | { readonly status: 'held'; readonly by: Hold }
  /** Another request came after it, or what it asks for can no longer be: a new one is needed. */
  | { readonly status: 'requestVoid'; readonly because: 'unknown' | 'replaced' | 'overtaken' }
  /** Who asked for it cannot confirm it. */
  | { readonly status: 'samePerson'; readonly by: Actor }
  | { readonly status: 'superseded'; readonly own: string; readonly inForce: string | null }
  | OvertakenClose;

export interface ConfirmDeps {
  readonly closeLog: CloseLog;
  /** As of `CloseDeps`. */
  readonly inForce: (
    announced: CatalogueNotice | null,
  ) => Promise<{ readonly version: string; readonly number: number } | null>;
  /** UTC epoch ms. */
  readonly now: () => number;
}

/** Who confirms, and which request. */
export interface Confirmation {
  readonly request: string;
  readonly actor: Actor;
  readonly reason: string | null;
}

/**
 * Closes what another person has asked for: the event is the one of the request, byte for byte, whatever
 * became known since; the difference is an adjustment. Doing it again changes nothing.
 */
export async function confirmClose(
  { id }: Pick<Contract, 'id'>,
  period: Period,
  deps: ConfirmDeps,
  { request, actor, reason }: Confirmation,
): Promise<ConfirmResult> {
  const { closeLog } = deps;
  const effective = effectiveCloses(await closeLog.closes(), id, period);
  await closeLog.writeEvents(effective);
  const done = effective.find((close) => close.request === request);
  if (done !== undefined) {
    const { offset: _, ...close } = done;
    return { status: 'closed', isNew: false, close, event: await closeLog.eventOf(done) };
  }
  const hold = closeLog.standings.hold(id, period);
  if (hold !== null) return { status: 'held', by: hold };
  const asked = closeLog.standings.request(id, period);
  if (asked === null) return { status: 'requestVoid', because: 'unknown' };
  if (asked.request !== request) return { status: 'requestVoid', because: 'replaced' };
  if (isSamePerson(asked.actor, actor)) return { status: 'samePerson', by: asked.actor };
  const close = closeOf(asked);
  const inForce = await deps.inForce(closeLog.notice);
  if (inForce?.number !== close.catalogueEntry)
    return { status: 'superseded', own: close.cut.catalogue, inForce: inForce?.version ?? null };
  const closedBy = { ...actor, at: deps.now(), ...(reason !== null && { reason }) };
  const result = await recordClose({ ...close, request, closedBy }, eventOf(asked), deps);
  return result.status === 'crossed' ? { status: 'requestVoid', because: 'overtaken' } : result;
}

function closeOf({ record, request }: CloseRequest): Close {
  const close = decodeClose(record);
  if (close === null) throw new Error(`the request ${request} holds no close`);
  return close;
}

function eventOf({ record, request }: CloseRequest): string {
  const event = eventInClose(record);
  if (event === null) throw new Error(`the request ${request} holds another event than it names`);
  return event;
}
