import type { Fact } from '#domain/fact/fact.js';
import type { PlatformName } from '#domain/fact/platform-names.js';
import type { RefusalCode } from '#domain/fact/refusal-codes.js';
import type { OutcomeDefinition } from '#domain/outcome/fields.js';
import type { Warning } from './warning.js';

/**
 * A platform translates its deliveries into facts. Pure: no clock, no I/O. What it cannot read it refuses
 * with the field and the fix; a bad row is refused alone, not its neighbours.
 */
export interface Platform {
  readonly name: PlatformName;
  normalize(delivery: DeliveryBody, connection: ConnectionContext): Normalized;
}

export interface DeliveryBody {
  /** Exact text of the body. */
  readonly body: string;
  /** UTC epoch ms. */
  readonly receivedAt: number;
  /** UTC epoch ms, when it was last sent through the pipeline again; absent: never. */
  readonly redrivenAt?: number | undefined;
}

/**
 * The moment (UTC epoch ms) by which instants of a delivery are judged plausible: what was too far ahead at
 * its receipt may be so no longer when it is sent again.
 */
export function judgedAt({ receivedAt, redrivenAt = receivedAt }: DeliveryBody): number {
  return Math.max(receivedAt, redrivenAt);
}

/**
 * The latest instant (UTC epoch ms) that a delivery may name: clocks differ, so it may lie after the receipt,
 * by as much as the connection allows.
 */
export function latestPlausible(
  delivery: DeliveryBody,
  { aheadMs = dayMs }: Pick<ConnectionContext, 'aheadMs'>,
): number {
  return judgedAt(delivery) + aheadMs;
}

const dayMs = 86_400_000;

export interface ConnectionContext {
  /** Id of the connection: the prefix of every id, and part of every fact's identity. */
  readonly connection: string;
  /** IANA zone of the platform's local times, for platforms that send any. */
  readonly timeZone: string;
  /** Calling code (digits) of national numbers such as `06 12 …`; null: such numbers cannot be made E.164. */
  readonly country: string | null;
  /**
   * Keyed hash of E.164 digits (or of another customer id): the only form in which a customer leaves this
   * library.
   */
  readonly pseudonym: (customer: string) => string;
  /** Names and fields of the outcomes that the tenant defines; absent: only the known ones are read. */
  readonly outcomes?: readonly OutcomeDefinition[];
  /** What its business events may be about; absent: anything. */
  readonly mayReport?: ReportableWork;
  /** By how much (ms) an instant may lie after the receipt; absent: by a day. */
  readonly aheadMs?: number;
  /** Whether the catalogue has a connection of that id: an outcome may name ids of another connection. */
  readonly isConnection?: (id: string) => boolean;
}

/** To what a sender of business events is limited; null: it is not. */
export interface ReportableWork {
  /** Ids. An event then has to name one of them itself: to whom a queue belongs, the catalogue says later. */
  readonly programmes: readonly string[] | null;
  /** Names of events. */
  readonly outcomes: readonly string[] | null;
}

export interface Normalized {
  readonly facts: readonly Fact[];
  readonly refusals: readonly Refusal[];
  readonly warnings: readonly Warning[];
}

export interface Refusal {
  /** Index of the row in the delivery; null: the whole delivery. */
  readonly row: number | null;
  readonly code: RefusalCode;
  /** Where in the row or delivery, e.g. `rows[3].segstart_utc`; empty: all of it. */
  readonly path: string;
  /** What is wrong and what is allowed. Never quotes a value that may hold a customer's number. */
  readonly message: string;
}
