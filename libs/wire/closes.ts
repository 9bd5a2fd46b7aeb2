import { hash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.js';
import { type CloseOmissions, closeOmissionsSchema } from './omissions.js';
import { parseJson } from './parse-json.js';
import {
  type Actor,
  actorSchema,
  decodePeriodAct,
  isSamePerson,
  PeriodStandings,
  trailEntry,
} from './period-acts.js';
import { WaitingAdjustments } from './waiting-adjustments.js';

/**
 * A close: which contract and period, the cut, that is all that was known then, and what it was made with.
 * The record holds the invoice-ready event too: once it is in the log any later version can write the event
 * into its own topic, without pricing anything.
 */
export interface Close {
  readonly contract: string;
  readonly period: string;
  readonly revision: number;
  readonly cut: Cut;
  /**
   * Number of the entry by which the catalogue of the cut was in force; null: made by a version that did not
   * write it down.
   */
  readonly catalogueEntry: number | null;
  /** Per partition of the journal: up to where the tally was compared with the journal. */
  readonly comparedTo: readonly number[];
  /** The period whose invoice carries an adjustment; null: a document of its own, or the close itself. */
  readonly carriedBy: string | null;
  /**
   * Ids of the events of the adjustments that this one carries, oldest first; null: made by a version that
   * left that to billing.
   */
  readonly carries: readonly string[] | null;
  readonly invoice: string;
  /** SHA-256 (hex) of the invoice-ready event's bytes. */
  readonly digest: string;
  readonly software: Software;
  /** What it leaves out, and why that was accepted. */
  readonly omissions: CloseOmissions;
  /** Who closed, when (UTC epoch ms); absent: made by a version that did not write it down. */
  readonly closedBy?: ClosedBy | undefined;
  /** Of a contract whose periods two people close: the request that `closedBy` confirmed. */
  readonly request?: string | undefined;
}

export type ClosedBy = Actor & {
  readonly at: number;
  /** Why, where it was said. */
  readonly reason?: string | undefined;
  readonly trailEntry?: string | undefined;
};

/**
 * All that was known: a prefix of the facts, and a catalogue. A posting belongs to it if the fact that it
 * comes from lies below `facts`.
 */
export interface Cut {
  /** Version of the catalogue, as in `catalogue.versions`. */
  readonly catalogue: string;
  /** Per partition of the facts: everything below this offset. */
  readonly facts: readonly number[];
  /**
   * Per partition of the facts: head of the hash chain of their postings, empty where there are none. null:
   * made by a version that did not write it down.
   */
  readonly heads: readonly string[] | null;
  /** Per partition of the journal: all postings of these facts lie below this offset. */
  readonly journal: readonly number[];
  /** What the tally has parked and an operator has left out: it is in no book of this cut. */
  readonly without: readonly LeftOutEntity[];
}

/** All records of an entity in a partition of the journal from an offset on. */
export interface LeftOutEntity {
  readonly entity: string;
  readonly partition: number;
  readonly offset: number;
}

/** What a close was made with, beside the contract and the journal: all that may make its bytes differ. */
export interface Software {
  /** Version of the product, and a digest of the code that counts and prices. */
  readonly code: string;
  readonly node: string;
  /** Version of the time zone data. */
  readonly timeZones: string;
  /** Version of the tables of public holidays. */
  readonly holidays: string;
}

/**
 * Announces in `billing.closes` that a catalogue is about to come into force. From here on no close under an
 * earlier entry is valid, so the author knows all closes that the catalogue is to be held against.
 */
export interface CatalogueNotice {
  /** Of the entry that is to come; another author's may have it in the end. */
  readonly number: number;
  readonly version: string;
  readonly author: string;
}

/**
 * Reads the records of `billing.closes` in their order, and leaves out the closes that are not valid: those
 * under a catalogue that another one was announced to follow, earlier in the topic; those of a period that
 * was held then; those that do not carry exactly the adjustments that wait for them; and those that confirm
 * another request than the latest, or one of the same person.
 */
export class ValidCloses {
  readonly standings = new PeriodStandings();
  #notice: CatalogueNotice | null = null;
  readonly #waiting = new WaitingAdjustments();

  /** The one with the highest number so far; null: there is none. */
  get notice(): CatalogueNotice | null {
    return this.#notice;
  }

  /** null: the record is no close, or one that is not valid. */
  take(value: string): Close | null {
    const close = decodeClose(value);
    if (close !== null) {
      if (!this.#isValid(close)) return null;
      if (this.#waiting.take(close)) this.standings.closed(close.contract, close.period);
      return close;
    }
    const notice = decodeNotice(value);
    if (notice !== null && notice.number > (this.#notice?.number ?? 0)) this.#notice = notice;
    const act = notice === null ? decodePeriodAct(value) : null;
    if (act !== null) this.standings.take(act);
    return null;
  }

  /** Ids of the adjustments that the first close of a period has to carry, oldest first. */
  waitingFor(contract: string, period: string): string[] {
    return this.#waiting.waitingFor(contract, period).map(({ invoice }) => invoice);
  }

  #isValid(close: Close): boolean {
    const { catalogueEntry, contract, period } = close;
    if (this.standings.hold(contract, period) !== null || !this.#isConfirmed(close)) return false;
    const isInForce = catalogueEntry === null || catalogueEntry >= (this.#notice?.number ?? 0);
    return isInForce && this.#waiting.isValid(close);
  }

  #isConfirmed({ contract, period, revision, digest, request, closedBy }: Close): boolean {
    if (request === undefined) return true;
    const asked = this.standings.request(contract, period);
    const isAsked = asked?.request === request && asked.revision === revision && asked.digest === digest;
    return isAsked && closedBy !== undefined && !isSamePerson(asked.actor, closedBy);
  }
}

/** The valid closes of all records of the topic. */
export function validCloses(values: readonly string[]): Close[] {
  const valid = new ValidCloses();
  return values.flatMap((value) => valid.take(value) ?? []);
}

/**
 * The effective closes of a period, revision by revision, of valid ones. Where two invoicers closed at
 * once, the first record of a revision in the log is the effective one.
 */
export function effectiveCloses<T extends Pick<Close, 'contract' | 'period' | 'revision'>>(
  closes: readonly T[],
  contract: string,
  period: string,
): T[] {
  const effective: T[] = [];
  for (const close of closes) {
    if (close.contract !== contract || close.period !== period) continue;
    if (close.revision === effective.length + 1) effective.push(close);
  }
  return effective;
}

/** Deterministic: a re-run, or a second invoicer, names the same invoice. */
export function invoiceId(contract: string, period: string, revision: number): string {
  return hash('sha256', `invoice|${contract}|${period}|${revision}`, 'hex').slice(0, 32);
}

/**
 * `event`: exact text of the invoice-ready event, which is canonical JSON; it stands in the record as JSON.
 */
export function encodeClose(close: Close, event: string): string {
  const head = JSON.stringify({
    specversion: '1.0',
    id: `${close.contract}/${close.period}/${close.revision}`,
    source: '/invoicer',
    type: 'tallyline.close.v1',
    subject: close.contract,
    data: close,
  });
  return `${head.slice(0, -'}}'.length)},"event":${event}}}`;
}

/** null: the record is no close. */
export function decodeClose(value: string): Close | null {
  const parsed = closeEvent.safeParse(parseJson(value));
  return parsed.success ? parsed.data.data : null;
}

export function encodeNotice(notice: CatalogueNotice): string {
  return JSON.stringify({
    specversion: '1.0',
    id: `catalogue/${notice.number}/${notice.version}`,
    source: '/catalogue',
    type: 'tallyline.catalogue-notice.v1',
    subject: String(notice.number),
    data: notice,
  });
}

/** null: the record is no notice. */
export function decodeNotice(value: string): CatalogueNotice | null {
  const parsed = noticeEvent.safeParse(parseJson(value));
  return parsed.success ? parsed.data.data : null;
}

/** Exact text of the invoice-ready event in a record; null: it is not the one that the close names. */
export function eventInClose(value: string): string | null {
  const record = parseJson(value) as { data?: { digest?: string; event?: unknown } } | null | undefined;
  const event = record?.data?.event;
  if (event === undefined) return null;
  const text = canonicalJson(event);
  return hash('sha256', text) === record?.data?.digest ? text : null;
}

const offsets = z.array(z.int().nonnegative());

const closeEvent = z.object({
  type: z.literal('tallyline.close.v1'),
  data: z.object({
    contract: z.string(),
    period: z.string(),
    revision: z.int(),
    cut: z.object({
      catalogue: z.string(),
      facts: offsets,
      heads: z.array(z.string()).nullable().default(null),
      journal: offsets,
      without: z.array(z.object({ entity: z.string(), partition: z.int(), offset: z.int() })).default([]),
    }),
    catalogueEntry: z.int().nullable().default(null),
    comparedTo: offsets,
    carriedBy: z.string().nullable(),
    carries: z.array(z.string()).nullable().default(null),
    invoice: z.string(),
    digest: z.string(),
    software: z.object({
      code: z.string(),
      node: z.string(),
      timeZones: z.string(),
      holidays: z.string(),
    }),
    omissions: closeOmissionsSchema,
    closedBy: z
      .object({ ...actorSchema.shape, at: z.int(), reason: z.string().optional(), trailEntry })
      .optional(),
    request: z.string().optional(),
  }),
});

const noticeEvent = z.object({
  type: z.literal('tallyline.catalogue-notice.v1'),
  data: z.object({ number: z.int().positive(), version: z.string(), author: z.string() }),
});
