import type { Contract, Scope } from '#domain/contract/contract.js';
import type { Leg, SideWork } from '#domain/posting/posting.js';
import type { Definition, MeasuredItem } from '#domain/metering/metered-item.js';
import { incremented, type TimePlan } from '#domain/scope/contact-time.js';
import {
  admitContact,
  narrowContact,
  type ScopedContact,
  type Worker,
} from '#domain/scope/scoped-contact.js';
import type { UnbilledCause } from './cause.js';
import { type ContractLines, contactStop } from './contract-lines.js';
import type { Cell } from './pieces.js';

/** A cell of a leg, or of work beside legs, of a contact. */
export interface WorkCell {
  readonly work: Leg | SideWork;
  readonly cell: Cell;
}

/** How far a cell comes with one contract, and how much of it its lines count. */
export interface TimeStop {
  readonly cause: UnbilledCause;
  readonly countedMs: number;
}

/**
 * What a contract does with the time of its part of a contact, cell by cell; these are in the order in which
 * caps are taken: legs by start, each by time, then the work beside them. Where a line counts the contact by
 * the act, the time of known agents in it is counted with it.
 */
export function timeStops(
  own: ContractLines,
  contact: ScopedContact,
  cells: readonly WorkCell[],
): TimeStop[] {
  const paid = paidByTheAct(own, contact);
  const byLine = own.lines.map((line) => countedByLine(own, line, contact, cells));
  const inScope = new WorkersInScope(own.contract, contact);
  return cells.map(({ work, cell }, index) => {
    if (paid.has(work)) return { cause: 'notCharged', countedMs: cell.ms };
    const counted = byLine.map((line) => line[index] ?? null).filter((ms) => ms !== null);
    if (counted.length > 0) return { cause: 'aboveMaximum', countedMs: Math.max(...counted) };
    return { cause: causeOf(own, inScope, work, cell), countedMs: 0 };
  });
}

type Workers = ReadonlyMap<Leg | SideWork, Worker>;

function workersOf(part: ScopedContact | null): Workers {
  return new Map<Leg | SideWork, Worker>([
    ...(part?.legs ?? []).map((worker) => [worker.leg, worker] as const),
    ...(part?.sides ?? []).map((worker) => [worker.side, worker] as const),
  ]);
}

/** Those whom an agreed scope admits, by scope: a contact may have many legs, but few scopes are agreed. */
class WorkersInScope {
  readonly #contract: Contract;
  readonly #contact: ScopedContact;
  readonly #known = new Map<Scope, Workers>();

  constructor(contract: Contract, contact: ScopedContact) {
    this.#contract = contract;
    this.#contact = contact;
  }

  under(scope: Scope): Workers {
    const known = this.#known.get(scope) ?? workersOf(narrowContact(this.#contract, this.#contact, scope));
    this.#known.set(scope, known);
    return known;
  }
}

function paidByTheAct(own: ContractLines, contact: ScopedContact): ReadonlySet<Leg | SideWork> {
  if (contactStop(own, contact) !== null) return new Set();
  const interval = own.terms.at(contact.at);
  const part = interval === null ? null : narrowContact(own.contract, contact, interval.inForce.terms.scope);
  return new Set([...workersOf(part)].flatMap(([work, { agent }]) => (agent === null ? [] : [work])));
}

function causeOf(
  own: ContractLines,
  inScope: WorkersInScope,
  work: Leg | SideWork,
  cell: Cell,
): UnbilledCause {
  const interval = own.terms.at(instantOf(own, cell));
  if (interval === null) return 'outsideTerm';
  const worker = inScope.under(interval.inForce.terms.scope).get(work);
  if (worker === undefined) return 'outsideScope';
  return worker.agent === null ? 'unknownAgent' : 'notCharged';
}

/** The instant whose terms a cell is under. */
export function instantOf({ contract }: ContractLines, { from, startedAt, endedAt }: Cell): number {
  switch (contract.attribution.time) {
    case 'split':
    case 'contact':
      return from;
    case 'start':
      return startedAt;
    case 'end':
      return Math.max(startedAt, endedAt - 1);
  }
}

/** Milliseconds of each cell that a line counts; null: it is not about it. The same order as the meter's. */
function countedByLine(
  own: ContractLines,
  line: MeasuredItem,
  contact: ScopedContact,
  cells: readonly WorkCell[],
): (number | null)[] {
  const definition = definitionAt(line, firstWorkAt(contact));
  const plan = definition?.plan ?? null;
  if (definition === undefined || plan === null || definition.workedBy === 'machines')
    return cells.map(() => null);
  if (definition.measure.kind !== 'time') return cells.map(() => null);
  const scoped = narrowContact(own.contract, contact, definition.terms.scope);
  const part = scoped === null ? null : admitContact(own.contract, scoped, definition.measure.where);
  const workers = workersOf(part);
  const caps = new Caps(plan, part);
  return cells.map(({ work, cell }) => {
    const worker = workers.get(work);
    if (worker === undefined || worker.agent === null || !isCounted(plan, cell)) return null;
    const capped = caps.takeOfState(work, cell);
    const interval = line.intervals.at(instantOf(own, cell));
    if (interval === null) return null;
    const kept = caps.takeOfAll(capped);
    return line.definitions[interval.inForce.index]?.measure.kind === 'time' ? kept : null;
  });
}

function isCounted({ counts }: TimePlan, { state }: Cell): boolean {
  return (counts as Readonly<Record<string, boolean>>)[state] === true;
}

function definitionAt(line: MeasuredItem, at: number): Definition | undefined {
  const interval = line.intervals.at(at);
  const own = interval === null ? undefined : line.definitions[interval.inForce.index];
  return own ?? line.definitions.find((each) => each !== undefined);
}

function firstWorkAt({ legs: [first], at }: ScopedContact): number {
  return first === undefined ? at : first.leg.startedAt - first.leg.dialMs;
}

/** What caps leave: of each state, then of the whole with what increments add to legs. */
class Caps {
  readonly #plan: TimePlan;
  readonly #ofState: Record<string, number> | null;
  #ofAll: number;
  #leg: Leg | SideWork | null = null;
  #legMs = 0;

  constructor(plan: TimePlan, part: ScopedContact | null) {
    this.#plan = plan;
    this.#ofState = plan.caps === null ? null : { ...plan.caps };
    this.#ofAll = plan.capMs ?? Infinity;
    if (!plan.counts.WAIT) return;
    for (const { segment } of part?.stays ?? []) this.#ofAll -= this.#take('WAIT', segment.waitMs);
  }

  takeOfState(work: Leg | SideWork, { state, ms }: Cell): number {
    if (work !== this.#leg) {
      const { increment } = this.#plan;
      if (increment?.per === 'leg') this.#ofAll -= incremented(this.#legMs, increment) - this.#legMs;
      this.#leg = work;
      this.#legMs = 0;
    }
    const kept = this.#take(state, ms);
    this.#legMs += kept;
    return kept;
  }

  takeOfAll(ms: number): number {
    const kept = Math.max(0, Math.min(ms, this.#ofAll));
    this.#ofAll -= kept;
    return kept;
  }

  #take(state: string, ms: number): number {
    if (this.#ofState === null) return ms;
    const left = this.#ofState[state] ?? 0;
    const kept = Math.min(ms, left);
    this.#ofState[state] = left - kept;
    return kept;
  }
}
