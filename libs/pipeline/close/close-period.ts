import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { hash } from 'node:crypto';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import type { Fault } from '#catalogue/fault.js';
import { historyFaults } from '#catalogue/history.js';
import { closesFrom, closeTermsOf } from '#domain/contract/close-terms.js';
import type { Contract } from '#domain/contract/contract.js';
import { decimal } from '#domain/money/money.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import { type Period, zonedTime } from '#domain/period/period.js';
import { type Log, WrongLog } from '#log/log.js';
import { type CatalogueNotice, type Close, effectiveCloses, invoiceId, type Software } from '#wire/closes.js';
import { closedContracts, latestCloses } from '#pipeline/contract-history.js';
import type { Actor, CloseRequest, Hold } from '#wire/period-acts.js';
import { type CloseOmissions, isNothing, type OmittedWork } from '#wire/omissions.js';
import { TallyRecounting } from '#pipeline/tally-reader.js';
import type { CloseLog } from './close-log.js';
import { requestClose, type RequestedClose } from './close-request.js';
import {
  closedAnswer,
  type ClosedPeriod,
  type CrossedClose,
  type OvertakenClose,
  recordClose,
} from './record-close.js';
import { earlierRevision, eventsOf } from './earlier-events.js';
import { behindCloses, journalEnds, type MeteredFacts, type StageBehind } from './cut.js';
import { type ParkedWork, withoutParked } from './parked-work.js';
import { ContributionTrees } from './contribution-trees.js';
import { estimatedValues, refusedOf } from './omissions.js';
import { FirstWork } from './first-work.js';
import { OmittedWorkSums } from './omitted-work.js';
import { type BookWithHistory, readBooks } from './read-books.js';
import type { Quantities } from './read-quantities.js';
import { bookRequests, carrierAmong, revisionEvent, type RevisionInput } from './revision.js';

export interface CloseDeps {
  readonly log: Log;
  readonly closeLog: CloseLog;
  readonly lookup: CatalogueIndex;
  /** What the meter has committed. */
  readonly metered: () => Promise<MeteredFacts>;
  /**
   * The tally's sums of a contract and period with the journal offset of each partition at which they
   * were read.
   */
  readonly tallied: (contract: string, period: string) => Promise<TalliedQuantities>;
  /** What is parked of a contract and period. */
  readonly parked: (contract: Contract, period: Period) => Promise<readonly ParkedWork[]>;
  /** The catalogue of a version, for cuts of earlier ones. */
  readonly lookupOf: (catalogueVersion: string) => Promise<CatalogueIndex>;
  /**
   * The entry of the catalogue in force once the change that was announced is decided; null: none was ever
   * put in force.
   */
  readonly inForce: (
    announced: CatalogueNotice | null,
  ) => Promise<{ readonly version: string; readonly number: number } | null>;
  /** UTC epoch ms. */
  readonly now: () => number;
  readonly software: Software;
}

export interface TalliedQuantities {
  readonly offsets: readonly number[];
  readonly quantities: Quantities;
}

/**
 * `close`: the period is closed once; a repeated close answers the same event. `adjust`: where it has been
 * closed, what it costs now less what was invoiced for it is invoiced as a further revision.
 */
export type CloseMode = 'close' | 'adjust';

export type CloseResult =
  | ClosedPeriod
  /** Two people close the contract's periods: this waits for the other one. Nothing was invoiced. */
  | RequestedClose
  /** The same, and no person asked: `request` waits for a second one; null: nothing is asked for yet. */
  | { readonly status: 'twoPeople'; readonly request: CloseRequest | null }
  /** The period lasts, or the contract still waits for late events of it (`period.graceHours`). */
  /** `endsAt`, `closesFrom`: in the zone of the contract, with offset. */
  | { readonly status: 'notOver'; readonly endsAt: string; readonly closesFrom: string }
  /**
   * The contract has no such period: it lies outside of its term; or the contract names no first day, and
   * there is no work before or in it. Periods in the contract's rhythm; null: without limit, or none known.
   */
  | {
      readonly status: 'outsideTerm';
      readonly first: Period | null;
      readonly last: Period | null;
      /** What says so of the first period. */
      readonly by: 'term' | 'work';
    }
  /**
   * The catalogue of this process is not in force: what it would invoice, the next one would take back.
   * `inForce` null: none ever was.
   */
  | { readonly status: 'superseded'; readonly own: string; readonly inForce: string | null }
  | OvertakenClose
  /** Meter or tally have followed another log: their state says nothing of this one. */
  | { readonly status: 'otherLog'; readonly detail: string }
  /** An operator holds it, or did while it was closed: nothing was invoiced. */
  | { readonly status: 'held'; readonly by: Hold }
  /** Something that belongs to the period, or may, could not be counted: it waits for a decision. */
  | { readonly status: 'parked'; readonly work: readonly ParkedWork[] }
  /**
   * The contract was edited in place though closed periods were priced by it: an amendment is to be written.
   */
  | { readonly status: 'edited'; readonly faults: readonly Fault[] }
  /** The tally is taking over the catalogue in force, and this contract counts otherwise under it. */
  | { readonly status: 'recounting'; readonly detail: string }
  | { readonly status: 'disagree'; readonly differences: readonly Difference[] }
  /** The close would leave something out, and no reason was given to accept that. */
  | { readonly status: 'omissions'; readonly omissions: CloseOmissions }
  | StageBehind;

/** Where book and tally differ at equal offsets: a broken invariant, so nothing is billed. */
export interface Difference {
  readonly key: string;
  readonly book: number;
  readonly tally: number;
}

/**
 * Closes a period, or adjusts it: cut, book, compare with the tally, price, write down. The close is written
 * before the event and holds its bytes: what a crash leaves undone is done from there, by any later version.
 * The event of a revision never changes. `acceptOmissions`: why the first close may leave out what the
 * catalogue does not know and what was refused; null: it does not. `actor`,
 * `reason`: for the record of the close. Where the contract takes two people, it is asked for only: see
 * `confirmClose`.
 */
export async function closePeriod(
  contract: Contract,
  period: Period,
  deps: CloseDeps,
  mode: CloseMode = 'close',
  acceptOmissions: string | null = null,
  actor: Actor | null = null,
  reason: string | null = null,
): Promise<CloseResult> {
  for (let tries = 0; tries < 100; tries++) {
    const result = await closeOnce({ contract, period, mode, acceptOmissions, actor, reason }, deps);
    if (result.status !== 'crossed') return result;
  }
  throw new Error(`${contract.id} ${period}: each time another close of the contract came first`);
}

/** As `closePeriod` is given it. */
interface CloseWish {
  readonly contract: Contract;
  readonly period: Period;
  readonly mode: CloseMode;
  readonly acceptOmissions: string | null;
  readonly actor: Actor | null;
  readonly reason: string | null;
}

async function closeOnce(wish: CloseWish, deps: CloseDeps): Promise<CloseResult | CrossedClose> {
  const { contract, period } = wish;
  const closes = await deps.closeLog.closes();
  const effective = effectiveCloses(closes, contract.id, period);
  const carries = effective.length > 0 ? [] : deps.closeLog.waitingFor(contract.id, period);
  await deps.closeLog.writeEvents(effective);
  const [first] = effective;
  if (first !== undefined && wish.mode === 'close') return closedAnswer(first, false, deps);
  // What waits for a period is paid with it, also where the contract has come to end before.
  const outside = first !== undefined || carries.length > 0 ? null : outsideTerm(contract, period);
  const notOver = first !== undefined ? null : notOverYet(contract, period, deps.now());
  const stopped = outside ?? notOver ?? stoppedByPeople(wish, deps);
  if (stopped !== null) return stopped;
  const own = deps.lookup.catalogue.version;
  // After the closes were read: what is announced from here on, makes the close invalid.
  const inForce = await deps.inForce(deps.closeLog.notice);
  if (inForce?.version !== own) return { status: 'superseded', own, inForce: inForce?.version ?? null };
  const faults = await editsOf(contract, closes, deps);
  if (faults.length > 0) return { status: 'edited', faults };

  const parked = await deps.parked(contract, period);
  const waiting = parked.filter(({ decision }) => decision === null);
  if (waiting.length > 0) return { status: 'parked', work: waiting };

  const without = withoutParked(parked);
  const reached = await reachedNow(contract, period, closes, deps);
  if ('status' in reached) return reached;
  const { facts, heads, tallied } = reached;
  const cut = { catalogue: own, facts, heads, journal: await journalEnds(deps.log), without };

  const since = await earlierRevision(effective, deps);
  const carried = await eventsOf(carries, deps);
  const input = { contract, mapping: deps.lookup, period, cut, since, carried };
  const limit = { facts: null, journal: tallied.offsets, without };
  const omitted = new OmittedWorkSums(contract, period, deps.lookup);
  const isBegun = first !== undefined || carries.length > 0 || contract.term.firstDay !== null;
  const work = isBegun ? null : new FirstWork(contract, deps.lookup);
  const revision = effective.length + 1;
  const invoice = invoiceId(contract.id, period, revision);
  using trees = new ContributionTrees(invoice);
  const requests = [{ ...input, limit, isInFull: true }, ...bookRequests(input, trees)];
  const [compared, ...books] = await readBooks(deps.log, requests, (posting, held) => {
    if (posting.position.offset >= (facts[posting.position.partition] ?? 0)) return;
    omitted.count(posting, held);
    work?.count(posting);
  });
  const differences = compare(compared, tallied.quantities);
  if (differences.length > 0) return { status: 'disagree', differences };

  const begun = work?.period() ?? null;
  if (begun !== null && period < begun) return outsideWork(contract, begun);
  const isBeforeWork = work !== null && begun === null;
  if (isLeftToPeople(wish))
    return isBeforeWork ? outsideWork(contract, null) : { status: 'twoPeople', request: null };

  const omissions = await omissionsOf(
    { work: omitted.work(), parked },
    input,
    books,
    wish.acceptOmissions,
    deps,
  );
  if (first === undefined && omissions.acceptedBecause === null && !isNothing(omissions)) {
    return { status: 'omissions', omissions };
  }
  const carriedBy = since === null ? null : carrierAmong(closes, contract, period);
  const head = { revision, carriedBy, carries: carries.map(({ invoice: id }) => id), invoice };
  const event = revisionEvent({ ...head, omissions }, input, books, trees);
  if (event === null) return await closedAnswer(effective.at(-1), false, deps);
  // Where no work is known at all, nothing says when the contract began: nothing may be charged then.
  if (isBeforeWork && chargesAnything(event)) return outsideWork(contract, null);
  const made = { catalogueEntry: inForce.number, software: deps.software, digest: hash('sha256', event) };
  const ofPeriod = { contract: contract.id, period, cut, comparedTo: tallied.offsets, omissions };
  return await recordedOrAskedFor({ ...ofPeriod, ...head, ...made }, event, wish, deps);
}

/** Someone holds it, or has asked a second person to confirm it; null: neither. */
function stoppedByPeople(
  wish: CloseWish,
  { closeLog: { standings } }: Pick<CloseDeps, 'closeLog'>,
): CloseResult | null {
  const { contract, period } = wish;
  const hold = standings.hold(contract.id, period);
  if (hold !== null) return { status: 'held', by: hold };
  const request = standings.request(contract.id, period);
  return request !== null && isLeftToPeople(wish) ? { status: 'twoPeople', request } : null;
}

/** It takes two people to close, and here is none, or only the schedule. */
function isLeftToPeople({ contract, actor }: CloseWish): boolean {
  return takesTwo(contract) && (actor === null || actor.via === 'schedule');
}

function takesTwo(contract: Contract): boolean {
  return closeTermsOf(contract).fourEyes === true;
}

async function recordedOrAskedFor(
  close: Close,
  event: string,
  { contract, actor, reason }: CloseWish,
  deps: CloseDeps,
): Promise<CloseResult | CrossedClose> {
  if (actor === null) return recordClose(close, event, deps);
  const at = deps.now();
  if (takesTwo(contract)) return requestClose(close, event, { actor, reason, at }, deps.closeLog);
  const closedBy = { ...actor, at, ...(reason !== null && { reason }) };
  return recordClose({ ...close, closedBy }, event, deps);
}

/**
 * How far the stages have come, unless that is in another log, sums are being recounted, or a stage is behind
 * an earlier close. The order counts: all postings of what the meter has committed lie below ends of the
 * journal that are read after it.
 */
async function reachedNow(
  contract: Contract,
  period: Period,
  closes: readonly Close[],
  deps: CloseDeps,
): Promise<(MeteredFacts & { readonly tallied: TalliedQuantities }) | StoppedByStages> {
  try {
    const metered = await deps.metered();
    const tallied = await talliedNow(contract, period, deps);
    if ('status' in tallied) return tallied;
    return behindCloses(closes, metered.facts, tallied.offsets) ?? { ...metered, tallied };
  } catch (error) {
    if (error instanceof WrongLog) return { status: 'otherLog', detail: error.message };
    throw error;
  }
}

type StoppedByStages = StageBehind | Extract<CloseResult, { status: 'otherLog' | 'recounting' }>;

/** The tally's sums, unless they are being recounted. */
async function talliedNow(
  { id }: Contract,
  period: Period,
  { tallied }: Pick<CloseDeps, 'tallied'>,
): Promise<TalliedQuantities | Extract<CloseResult, { status: 'recounting' }>> {
  try {
    return await tallied(id, period);
  } catch (error) {
    if (error instanceof TallyRecounting) return { status: 'recounting', detail: error.message };
    throw error;
  }
}

async function omissionsOf(
  {
    work,
    parked: decided,
  }: { readonly work: readonly OmittedWork[]; readonly parked: readonly ParkedWork[] },
  input: RevisionInput,
  [book]: readonly BookWithHistory[],
  acceptedBecause: string | null,
  { log, lookup }: CloseDeps,
): Promise<CloseOmissions> {
  const refused = await refusedOf(log, lookup, input.contract);
  if (book === undefined) throw new Error('the book was not read');
  const values = await estimatedValues(log, { ...input, mapping: lookup }, work, book);
  const parked = decided.flatMap(({ stage, entity, refusal, decision }) =>
    decision === null ? [] : [{ stage, entity, refusal, author: decision.author, reason: decision.reason }],
  );
  const isAny = !isNothing({ work: [...work], refused, parked });
  const omissions = { work: [...work], estimatedValues: values, refused, parked };
  return { ...omissions, acceptedBecause: isAny ? acceptedBecause : null };
}

function outsideWork(contract: Contract, first: Period | null): CloseResult {
  return { status: 'outsideTerm', first, last: lastPeriod(contract), by: 'work' };
}

function chargesAnything(event: string): boolean {
  const { lines = [], allowancesAndCharges = [] } = decodeInvoiceReady(event)?.data ?? {};
  const amounts = [
    ...lines.map(({ netAmount }) => netAmount),
    ...allowancesAndCharges.map(({ amount }) => amount),
  ];
  return amounts.some(({ amount }) => !decimal(amount).isZero());
}

/** By the contract alone; null: the period lies in its term, as far as the contract names one. */
function outsideTerm(contract: Contract, period: Period): CloseResult | null {
  const { firstDay } = contract.term;
  const periods = periodsOf(contract);
  const first = firstDay === null ? null : periods.ofDay(firstDay);
  const last = lastPeriod(contract);
  const isOutside = (first !== null && period < first) || (last !== null && period > last);
  return isOutside ? { status: 'outsideTerm', first, last, by: 'term' } : null;
}

function lastPeriod(contract: Contract): Period | null {
  const { lastDay } = contract.term;
  return lastDay === null ? null : periodsOf(contract).ofDay(lastDay);
}

function notOverYet(contract: Contract, period: Period, now: number): CloseResult | null {
  const endsAt = periodsOf(contract).bounds(period).end;
  const from = closesFrom(contract, period);
  if (now >= from) return null;
  const local = (at: number): string => zonedTime(at, contract.timeZone);
  return { status: 'notOver', endsAt: local(endsAt), closesFrom: local(from) };
}

/** What the catalogue changes in place of what closed periods of the contract were priced by. */
async function editsOf(
  { id }: Contract,
  closes: readonly Close[],
  { lookup, lookupOf }: CloseDeps,
): Promise<readonly Fault[]> {
  const [latest] = latestCloses(closes.filter((close) => close.contract === id));
  if (latest === undefined || latest.close.cut.catalogue === lookup.catalogue.version) return [];
  const then = await lookupOf(latest.close.cut.catalogue);
  return historyFaults(
    lookup.catalogue,
    closedContracts([latest], () => then.catalogue),
  );
}

function compare(book: BookWithHistory | undefined, tally: Quantities): Difference[] {
  const own = book?.quantities ?? new Map<string, number>();
  return [...new Set([...own.keys(), ...tally.keys()])]
    .map((key) => ({ key, book: own.get(key) ?? 0, tally: tally.get(key) ?? 0 }))
    .filter((each) => each.book !== each.tally);
}
