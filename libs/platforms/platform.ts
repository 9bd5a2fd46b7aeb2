import type { Fact } from '#domain/fact/fact.js';
import type { OutcomeDefinition } from '#domain/outcome/fields.js';

/**
 * A platform translates what it delivers into facts. Pure: no clock, no I/O. What it cannot read it refuses
 * with the field and the fix; one bad row refuses that row, not its neighbours.
 */
export interface Platform {
  readonly name: string;
  normalize(delivery: DeliveryBody, connection: ConnectionContext): Normalized;
}

export interface DeliveryBody {
  /** Exact text of the body. */
  readonly body: string;
  /** UTC epoch ms. */
  readonly receivedAt: number;
}

export interface ConnectionContext {
  /** Id of the connection: the prefix of every id, and part of every fact's identity. */
  readonly connection: string;
  /** IANA zone of the platform's local times, for platforms that send any. */
  readonly timeZone: string;
  /** Calling code (digits) of national numbers such as `06 12 …`; null: such numbers cannot be made E.164. */
  readonly country: string | null;
  /**
   * Keyed hash of E.164 digits (or of another customer id): the only form in which a customer leaves this
   * layer.
   */
  readonly pseudonym: (customer: string) => string;
  /** What the tenant's own outcomes are called and hold; left out: only the known ones are read. */
  readonly outcomes?: readonly OutcomeDefinition[];
  /** Whether there is a connection of that id: what is told of outcomes may name ids of another one. */
  readonly isConnection?: (id: string) => boolean;
}

export interface Normalized {
  readonly facts: readonly Fact[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly Warning[];
}

export interface Refusal {
  /** Index of the row in the delivery; null: the whole delivery. */
  readonly row: number | null;
  readonly reason: RefusalReason;
  /** Where in the row or delivery, e.g. `rows[3].segstart_utc`; empty: all of it. */
  readonly path: string;
  /** What is wrong and what is allowed. Never quotes a value that may hold a customer's number. */
  readonly message: string;
}

export type RefusalReason =
  | 'unreadable' // not JSON, not text
  | 'unknown-connection' // the catalogue does not know who sent it
  | 'unknown-kind' // JSON, but nothing this platform sends
  | 'invalid-field' // a needed field is missing or impossible
  | 'implausible-time'; // before 1990 or after the receipt by more than a day

/**
 * Something odd that does not stop the fact: an unknown word of an enumeration, totals that do not add up.
 */
export interface Warning {
  readonly field: string;
  /** The unknown word, or a fixed code; never free text of a customer. */
  readonly value: string;
}
