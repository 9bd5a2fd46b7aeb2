import type { Contract } from '#domain/contract/contract.js';
import type { ContactCount, WorkedBy } from '#domain/contract/measure.js';
import { type RatingIntervals, ratingIntervals, termsInForce } from '#domain/contract/terms-in-force.js';
import { measureContact } from '#domain/metering/contact-meter.js';
import { type MeasuredItem, meteredItems } from '#domain/metering/metered-item.js';
import { Sums } from '#domain/metering/sums.js';
import { admitContact, narrowContact, type ScopedContact } from '#domain/scope/scoped-contact.js';
import type { UnbilledCause } from './cause.js';

/** A contract as far as it says which work its lines use. */
export interface ContractLines {
  readonly contract: Contract;
  /** Lines with a measure, and measures that a fixed amount includes. */
  readonly lines: readonly MeasuredItem[];
  readonly terms: RatingIntervals;
  /** Instants at which other terms come into force, or none any more. */
  readonly borders: readonly number[];
}

export function contractLines(contract: Contract): ContractLines {
  const inForce = termsInForce(contract);
  const included = new Set(
    inForce.flatMap(({ terms }) =>
      terms.lines.flatMap((line) =>
        line.model === 'fixed' && line.includes !== null ? [line.includes.measure] : [],
      ),
    ),
  );
  const items = meteredItems(contract, inForce).filter((item) => item.kind !== 'kpi');
  return {
    contract,
    lines: items.filter(({ kind, id }) => kind === 'line' || included.has(id)),
    terms: ratingIntervals(contract, inForce, () => []),
    borders: [...new Set(inForce.flatMap(({ from, to }) => [from, to]))].filter(Number.isFinite),
  };
}

/** How far a contact as such comes with a contract; null: a line counts it. */
export function contactStop(own: ContractLines, contact: ScopedContact): UnbilledCause | null {
  const interval = own.terms.at(contact.at);
  if (interval === null) return 'outsideTerm';
  const part = narrowContact(own.contract, contact, interval.inForce.terms.scope);
  if (part === null) return 'outsideScope';
  const { legs } = part;
  if (legs.length > 0 && legs.every(({ agent }) => agent === null)) return 'unknownAgent';
  let cause: UnbilledCause = 'notCharged';
  for (const line of own.lines) {
    const { measure, workedBy = 'people' } = line.definitions[interval.inForce.index] ?? {};
    if (workedBy === 'machines') continue;
    if (measure?.kind === 'resolved' && legs.length > 0) return null;
    if (measure?.kind === 'time' && measure.states.includes('WAIT') && waits(own, part, line, workedBy))
      return null;
    if (measure?.kind !== 'contacts') continue;
    const sums = new Sums();
    measureContact(own.contract, line, contact, workedBy, sums);
    if (sums.quantities().length > 0) return null;
    const admitted = admitContact(own.contract, part, measure.where);
    if (admitted !== null && isTooShort(measure, admitted)) cause = 'belowMinimum';
  }
  return cause;
}

function waits(
  { contract }: ContractLines,
  part: ScopedContact,
  line: MeasuredItem,
  workedBy: WorkedBy,
): boolean {
  const sums = new Sums();
  measureContact(contract, line, { ...part, legs: [], sides: [] }, workedBy, sums);
  return sums.quantities().length > 0;
}

function isTooShort({ of, minTalkMs }: ContactCount, { legs, result }: ScopedContact): boolean {
  const isMeant = of === 'handled' ? legs.length > 0 : of === 'answered' && result === 'answered';
  return isMeant && legs.reduce((sum, { leg }) => sum + (leg.talkMs ?? 0), 0) < minTalkMs;
}
