import type { ContractMeter, Quantity } from '#domain/metering/contract-meter.js';
import { claimsOf } from '#domain/clock/claims.js';
import type { HeldTogether } from '#domain/clock/together.js';
import {
  issueWindowsOf,
  type ContractIndex,
  contractIndex,
  type Extent,
} from '#domain/metering/contract-index.js';
import type { HandledContact } from '#domain/kpi/chain-links.js';
import { type RepeatChain, changeChain, emptyChain } from '#domain/kpi/repeat-chain.js';
import type { LiveScope } from '#domain/live/live-scope.js';
import { resolvingProgrammes } from '#domain/metering/resolving.js';
import { handledContacts } from '#domain/live/repeat-tally.js';
import { periodsOf } from '#domain/period/contract-periods.js';
import type { Period } from '#domain/period/period.js';
import type { JournalRecord } from '#domain/posting/journal-record.js';
import { LinkBalance } from '#domain/posting/link-balance.js';
import {
  type Posting,
  type PostingContent,
  type PostingPosition,
  subjectOf,
} from '#domain/posting/posting.js';
import { holdingTogether, plausibleWork, worksOf } from '#domain/scope/plausible-work.js';
import { decodeWatermark, type Watermark, advance } from '#domain/posting/watermark.js';
import { type Log, LogUnusable } from '#log/log.js';
import type { LeftOutEntity } from '#wire/closes.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics } from '#wire/topics.js';
import { ClaimedTime, watchesTogether } from './claimed-time.js';

/** Integers of a contract and period by quantity key; 0 is absent. */
export type Quantities = ReadonlyMap<string, number>;

/** What of the journal a book holds. */
export interface JournalLimit {
  /** Per partition of the facts: postings whose fact lies below this offset; null: whatever their fact. */
  readonly facts: readonly number[] | null;
  /** Per partition of the facts: where the hash chain of these postings must end; absent: not known. */
  readonly heads?: readonly string[];
  /** Per partition of the journal: records below this offset. */
  readonly journal: readonly number[];
  /**
   * Per partition of the facts: what another interpretation of the same facts has changed at or above this
   * offset is left out of what is summed; repeat contacts are followed over it. Default: nothing is left out.
   */
  readonly leftOutFrom?: readonly number[];
  /** Left out altogether, with all that follows from it; what of it lies before its offset is counted. */
  readonly without?: readonly LeftOutEntity[];
}

/**
 * Called with every posting that is read, once, also where no limit holds it. `held`: what is implausible
 * together with other work, by the first request that is not in full.
 */
export type OnPosting = (posting: Posting, held: HeldTogether) => void;

export interface QuantitiesRequest {
  readonly period: Period;
  readonly meter: ContractMeter;
  /** How the catalogue maps work; of the meter too. */
  readonly view: LiveScope;
  readonly limit: JournalLimit;
  /** Called with all that is added to the sums or taken back from them. */
  readonly onAddition?: OnAddition;
  /**
   * Without regard to other work of the same person, as the tally sums: neither to what else claims a second,
   * nor to what is implausible together (`domain/clock/together.ts`).
   */
  readonly isInFull?: boolean;
}

/** `value`: with its sign. `work`: what it is of; of a repeat contact, the handled contact. */
export type OnAddition = (
  key: string,
  value: number,
  work: PostingContent | HandledContact,
  sign: 1 | -1,
) => void;

/**
 * The book: sums of the journal within a limit, by the very functions with which the tally counts, for any
 * number of contracts, periods, mappings and limits. Each posting is read once for 31 limits.
 */
export async function readQuantities(
  log: Log,
  requests: readonly QuantitiesRequest[],
  onPosting: OnPosting = () => undefined,
): Promise<Quantities[]> {
  const books = requests.map(() => new Map<string, number>());
  const byLimit = Map.groupBy(requests.entries(), ([, { limit, isInFull = false }]) =>
    JSON.stringify([limit, isInFull]),
  );
  const groups = [...byLimit.values()];
  for (let from = 0; from < groups.length; from += limitsAtOnce) {
    const some = groups.slice(from, from + limitsAtOnce);
    const reading = new JournalReading(some, books);
    while (reading.beginClaims()) await readJournal(log, reading, (...each) => reading.claim(...each));
    const isFirst = from === 0;
    await readJournal(
      log,
      reading,
      (...each) => reading.count(...each),
      isFirst ? (posting) => onPosting(posting, reading.heldTogether()) : () => undefined,
    );
    reading.requireWhole();
  }
  for (const book of books) for (const [key, value] of book) if (value === 0) book.delete(key);
  return books;
}

/** Bits of a set of limits. */
const limitsAtOnce = 31;
const recordsAtOnce = 2_000;

/** Called with each posting that a limit holds; `summed`: by those that have it in their sums. */
type Visit = (posting: Posting, within: LimitSet, summed: LimitSet) => void;

/** All contacts of a customer are in one partition, so repeat contacts are found within it. */
async function readJournal(
  log: Log,
  reading: JournalReading,
  visit: Visit,
  onPosting: ((posting: Posting) => void) | null = null,
): Promise<void> {
  const partitions = Math.max(0, ...reading.limits.map(({ journal }) => journal.length));
  for (let partition = 0; partition < partitions; partition++) {
    const end = Math.max(...reading.limits.map(({ journal }) => journal[partition] ?? 0));
    await readPartition(log, partition, end, reading, visit, onPosting);
  }
}

async function readPartition(
  log: Log,
  partition: number,
  end: number,
  reading: JournalReading,
  visit: Visit,
  onPosting: ((posting: Posting) => void) | null,
): Promise<void> {
  const seen: Watermark = decodeWatermark(null);
  reading.begin();
  for (let from = 0; from < end;) {
    const records = await log.read(topics.postings.name, partition, from, recordsAtOnce);
    const last = records.at(-1);
    if (last === undefined) throw new Error(`journal partition ${partition} ends before its cut at ${end}`);
    from = last.offset + 1;
    for (const { offset, value } of records) {
      if (offset >= end) return;
      const record = decodeJournalRecord(value);
      if (record === null) continue;
      const within = reading.limitsOf(partition, offset, record.position);
      const counted = record.postings.filter(({ position }) => advance(seen, position));
      if (onPosting !== null) for (const posting of counted) onPosting(posting);
      if (within === 0) continue;
      // of several readings the last one says whether all is there
      const isLast = onPosting !== null;
      if (isLast && (counted.length > 0 || record.postings.length === 0)) reading.link(record, within);
      const counting = within & ~reading.without(partition, offset, record);
      const summed = counting & ~reading.leavingOut(record);
      for (const posting of counted) visit(posting, counting, summed);
    }
  }
}

type RequestsOfLimit = readonly (readonly [index: number, request: QuantitiesRequest])[];

/** A set of limits as bits, by their index. */
type LimitSet = number;

/** The book of a period within a limit, by its index. */
interface BookWithin {
  readonly limit: number;
  readonly book: Map<string, number>;
  readonly onAddition: OnAddition | undefined;
}

/** Books of a contract by period: it measures a posting once for all of them. */
interface ContractBooks {
  readonly meter: ContractMeter;
  readonly books: Map<Period, readonly BookWithin[]>;
  /** Those of the books in which a person's second counts once. */
  readonly onClock: Map<Period, readonly BookWithin[]>;
  /** Whether other work of a person matters to any of them. */
  isBesideOthers: boolean;
}

class JournalReading {
  readonly limits: readonly JournalLimit[];
  readonly #views: readonly MappingReading[];
  /** By limit; null: it is none of facts. */
  readonly #balances: readonly (LinkBalance | null)[];
  readonly #firstNet: { readonly view: LiveScope; readonly limit: number } | null;

  /** `groups`: requests with one limit each; `books`: of all requests, by their index. */
  constructor(groups: readonly RequestsOfLimit[], books: readonly Map<string, number>[]) {
    this.limits = groups.flatMap(([first]) => (first === undefined ? [] : [first[1].limit]));
    const views = new Map<LiveScope, Map<ContractMeter, ContractBooks>>();
    let net: LimitSet = 0;
    for (const [limit, group] of groups.entries()) {
      for (const [index, { view, meter, period, onAddition, isInFull = false }] of group) {
        const byMeter = views.get(view) ?? new Map<ContractMeter, ContractBooks>();
        views.set(view, byMeter);
        const own: ContractBooks = byMeter.get(meter) ?? {
          meter,
          books: new Map(),
          onClock: new Map(),
          isBesideOthers: false,
        };
        byMeter.set(meter, own);
        const book = books[index] ?? new Map<string, number>();
        const within = { limit, book, onAddition };
        own.books.set(period, [...(own.books.get(period) ?? []), within]);
        if (isInFull) continue;
        net |= 1 << limit;
        if (meter.isOnClock || watchesTogether(view)) own.isBesideOthers = true;
        if (meter.isOnClock) own.onClock.set(period, [...(own.onClock.get(period) ?? []), within]);
      }
    }
    // Up to some offset of the journal it may end in the middle of what a crash left.
    this.#balances = this.limits.map(({ facts }) => (facts === null ? null : new LinkBalance()));
    const all = 2 ** groups.length - 1;
    this.#views = [...views].map(([view, byMeter]) => {
      return new MappingReading(view, [...byMeter.values()], { all, net });
    });
    const first = groups.flat().find(([, { isInFull = false }]) => !isInFull);
    this.#firstNet = first === undefined ? null : { view: first[1].view, limit: lowestBit(net) };
  }

  /** By the first request that is not in full. */
  heldTogether(): HeldTogether {
    const first = this.#firstNet;
    const view = this.#views.find((each) => each.view === first?.view);
    return first === null || view === undefined ? nothingHeld : view.heldOf(first.limit);
  }

  /** A partition begins. */
  begin(): void {
    for (const view of this.#views) view.begin();
  }

  limitsOf(partition: number, offset: number, source: PostingPosition): LimitSet {
    let within = 0;
    for (const [index, { facts, journal }] of this.limits.entries()) {
      if (offset >= (journal[partition] ?? 0)) continue;
      if (facts !== null && source.offset >= (facts[source.partition] ?? 0)) continue;
      within |= 1 << index;
    }
    return within;
  }

  link(record: JournalRecord, within: LimitSet): void {
    for (const [index, balance] of this.#balances.entries()) {
      if ((within & (1 << index)) !== 0) balance?.add(record);
    }
  }

  /**
   * Throws where what was counted within a limit is not one chain of postings per source, or not the one
   * whose head is known.
   */
  requireWhole(): void {
    const broken = this.#balances.flatMap((balance, index) => {
      return balance?.brokenSources(this.limits[index]?.heads) ?? [];
    })[0];
    if (broken === undefined) return;
    throw new LogUnusable(
      'log-damaged',
      `the postings of facts partition ${broken} in ${topics.postings.name} are not the whole chain that was posted: ` +
        'one is missing or another one, or two stand for one; tallyline audit names the first record that differs',
    );
  }

  /** Limits that leave the postings of a record out of their sums. */
  leavingOut({ cause, position }: JournalRecord): LimitSet {
    if (cause !== 'software') return 0;
    let leaving = 0;
    for (const [index, { leftOutFrom }] of this.limits.entries()) {
      const from = leftOutFrom?.[position.partition] ?? (leftOutFrom === undefined ? Infinity : 0);
      if (position.offset >= from) leaving |= 1 << index;
    }
    return leaving;
  }

  /** Limits that are without a record: of the entity that the tally would name, as a whole. */
  without(partition: number, offset: number, { postings: [first] }: JournalRecord): LimitSet {
    let without = 0;
    for (const [index, limit] of this.limits.entries()) {
      if (limit.without === undefined || first === undefined) continue;
      const entity = subjectOf(first.content);
      const isLeftOut = limit.without.some(
        (each) => each.entity === entity && each.partition === partition && offset >= each.offset,
      );
      if (isLeftOut) without |= 1 << index;
    }
    return without;
  }

  count(posting: Posting, within: LimitSet, summed: LimitSet): void {
    for (const view of this.#views) view.count(posting, within, summed);
  }

  /** Whether the journal is to be read for claims on persons' time, or read for them once more. */
  beginClaims(): boolean {
    return this.#views.map((view) => view.beginClaims()).includes(true);
  }

  claim(posting: Posting, _: LimitSet, summed: LimitSet): void {
    for (const view of this.#views) view.claim(posting, summed);
  }
}

/** The chain of a customer's contacts as the limits of a set have it. */
interface ChainWithin {
  readonly limits: LimitSet;
  readonly chain: RepeatChain;
}

/** Books by one mapping of work. */
class MappingReading {
  readonly view: LiveScope;
  readonly #contracts: ContractIndex<ContractBooks>;
  /** Windows of anchored issues, of each programme whose repeat contacts matter. */
  readonly #windows: ReadonlyMap<string, readonly number[]>;
  readonly #resolving: ReadonlySet<string>;
  readonly #all: LimitSet;
  /** Limits of books in which other work of a person matters. */
  readonly #net: LimitSet;
  readonly #books: readonly ContractBooks[];
  readonly #scopes = new Map<number, LiveScope>();
  #chains = new Map<string, readonly ChainWithin[]>();
  #claimed: ClaimedTime | null = null;
  #isClaiming = false;

  constructor(
    view: LiveScope,
    contracts: readonly ContractBooks[],
    { all, net }: { readonly all: LimitSet; readonly net: LimitSet },
  ) {
    this.view = view;
    this.#all = all;
    this.#net = net;
    this.#books = contracts;
    this.#contracts = contractIndex(contracts.map(indexed));
    const meters = contracts.map(({ meter }) => meter);
    this.#resolving = resolvingProgrammes(meters.map(({ contract }) => contract));
    const reading = meters.filter(({ reads }) => reads.repeat);
    const programmes = new Set(reading.map(({ contract }) => contract.programme));
    this.#windows = new Map(
      [...programmes].map((programme) => [programme, issueWindowsOf(meters, programme)]),
    );
  }

  begin(): void {
    this.#chains = new Map();
    if (this.#isClaiming) this.#claimed?.begin();
  }

  /** Whether this needs all claims, from the beginning of the journal on. */
  beginClaims(): boolean {
    const window = this.#claimed === null ? claimWindow(this.#books) : this.#claimed.widerWindow();
    this.#isClaiming = window !== null;
    const holdsSchedules = this.#books.some(({ meter }) => meter.reads.schedule);
    if (window !== null) this.#claimed = new ClaimedTime(this.view, window, holdsSchedules);
    return this.#isClaiming;
  }

  claim(posting: Posting, summed: LimitSet): void {
    const within = summed & this.#net;
    if (!this.#isClaiming || this.#claimed === null || within === 0) return;
    this.#claimed.add(posting, within, this.#isCounted(posting.content));
  }

  /** What of the journal is held together with other work, within a limit, by its index. */
  heldOf(limit: number): HeldTogether {
    return this.#claimed?.heldOf(limit) ?? nothingHeld;
  }

  #isCounted(content: PostingContent): boolean {
    if (this.#contracts.of(content).some(({ isBesideOthers }) => isBesideOthers)) return true;
    if (this.#windows.size === 0) return false;
    return handledContacts(content, this.view, this.#resolving).some((link) =>
      this.#contracts.ofRepeat(link).some(({ isBesideOthers }) => isBesideOthers),
    );
  }

  count({ content, sign }: Posting, within: LimitSet, summed: LimitSet): void {
    for (const { left, limits } of this.#leftIn(content, summed)) {
      if (left === null) continue;
      for (const { meter, books, onClock } of this.#contracts.of(left)) {
        put(books, meter.measure(left), sign, limits, left);
        if (onClock.size > 0) this.#countOnClock({ content: left, sign }, meter, onClock, limits);
      }
    }
    for (const link of handledContacts(content, this.view, this.#resolving)) {
      const windows = this.#windows.get(link.programme);
      if (windows === undefined) continue;
      const chain = link.resolution === undefined ? link.reason : null;
      const key = JSON.stringify([link.programme, chain, link.customer]);
      // Limits that have counted the same postings so far share one chain.
      const known = this.#chains.get(key) ?? [{ limits: this.#all, chain: emptyChain }];
      const next: ChainWithin[] = [];
      for (const { limits, chain: before } of known) {
        const [counting, others] = [limits & within, limits & ~within];
        if (others !== 0) next.push({ limits: others, chain: before });
        if (counting === 0) continue;
        const { chain, changes } = changeChain(before, link, sign, windows);
        next.push({ limits: counting, chain });
        for (const change of changes) {
          for (const { meter, books } of this.#contracts.ofRepeat(change.contact)) {
            // Chains are followed over what is held together with other work; it counts for nothing itself.
            const paid = this.#withoutHeld(change.contact.contact, counting);
            if (paid === 0) continue;
            put(books, meter.measureRepeat(change.contact, change), change.sign, paid, change.contact);
          }
        }
      }
      this.#chains.set(key, next);
    }
  }

  /** What of a content is not held together with other work, by the limits that have the same of it. */
  #leftIn(
    content: PostingContent,
    within: LimitSet,
  ): readonly { readonly left: PostingContent | null; readonly limits: LimitSet }[] {
    const works = this.#claimed === null ? [] : worksOf(content);
    const holding = this.#limitsWhere(within, (held) => works.some((work) => held.has(work)));
    const others = within & ~holding;
    const partly = indexesOf(holding).map((limit) => {
      let scope = this.#scopes.get(limit);
      if (scope === undefined)
        this.#scopes.set(limit, (scope = holdingTogether(this.view, this.heldOf(limit))));
      return { left: plausibleWork(content, scope), limits: 1 << limit };
    });
    return others === 0 ? partly : [{ left: content, limits: others }, ...partly];
  }

  #withoutHeld(work: string, within: LimitSet): LimitSet {
    return within & ~this.#limitsWhere(within, (held) => held.has(work));
  }

  #limitsWhere(within: LimitSet, holds: (held: HeldTogether) => boolean): LimitSet {
    let found = 0;
    if (this.#claimed === null || !watchesTogether(this.view)) return found;
    for (const limit of indexesOf(within & this.#net)) {
      const held = this.heldOf(limit);
      if (held.size > 0 && holds(held)) found |= 1 << limit;
    }
    return found;
  }

  /** What the clock takes from work whose seconds something else claims too; what schedules add beside it. */
  #countOnClock(
    { content, sign }: Pick<Posting, 'content' | 'sign'>,
    meter: ContractMeter,
    books: ContractBooks['books'],
    summed: LimitSet,
  ): void {
    if (this.#claimed === null) return;
    const claims = claimsOf(content, this.view);
    if (claims.length === 0 && content.kind !== 'schedule') return;
    for (const limit of new Set([...books.values()].flatMap((each) => each.map((own) => own.limit)))) {
      if ((summed & (1 << limit)) === 0) continue;
      const clocks = this.#claimed.clocksOf(limit);
      if (content.kind === 'schedule') {
        put(books, meter.measureSchedule(content, clocks.dayOf), sign, 1 << limit, content);
        continue;
      }
      if (!clocks.isContested(claims)) continue;
      put(books, meter.measureClock(content, clocks.ownTimeOf(content)), sign, 1 << limit, content);
    }
  }
}

/** Of what is counted beside other work of persons; null: nothing is. */
function claimWindow(contracts: readonly ContractBooks[]): Extent | null {
  const clocked = contracts.filter(({ isBesideOthers }) => isBesideOthers).map(indexed);
  if (clocked.length === 0) return null;
  const from = Math.min(...clocked.map((each) => each.from)) - claimMarginMs;
  return { from, to: Math.max(...clocked.map((each) => each.to)) + claimMarginMs };
}

/**
 * Work that begins before a period or ends after it, and the days of what lies beside it, seldom reach
 * further: else the journal is read again.
 */
const claimMarginMs = 72 * 3_600_000;

const nothingHeld: HeldTogether = new Map();

function indexesOf(limits: LimitSet): number[] {
  const indexes: number[] = [];
  for (let left = limits; left !== 0; left &= left - 1) indexes.push(lowestBit(left));
  return indexes;
}

/** Its index. */
function lowestBit(limits: LimitSet): number {
  return 31 - Math.clz32(limits & -limits);
}

/** A contract meters only work that touches a period requested of it. */
function indexed(item: ContractBooks) {
  const periods = periodsOf(item.meter.contract);
  const bounds = [...item.books.keys()].map((period) => periods.bounds(period));
  const from = Math.min(...bounds.map(({ start }) => start));
  return { item, meter: item.meter, from, to: Math.max(...bounds.map(({ end }) => end)) };
}

function put(
  books: ContractBooks['books'],
  quantities: readonly Quantity[],
  sign: 1 | -1,
  within: LimitSet,
  work: PostingContent | HandledContact,
): void {
  for (const { period, key, value } of quantities) {
    for (const { limit, book, onAddition } of books.get(period) ?? []) {
      if ((within & (1 << limit)) === 0) continue;
      book.set(key, (book.get(key) ?? 0) + sign * value);
      onAddition?.(key, sign * value, work, sign);
    }
  }
}
