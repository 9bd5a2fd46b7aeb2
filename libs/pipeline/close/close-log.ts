import { type InvoiceReadyEvent, requireInvoiceReady } from '#wire/invoice-ready.js';
import type { Period } from '#domain/period/period.js';
import { GrowingTopic } from '#log/growing-topic.js';
import type { Log } from '#log/log.js';
import { AuditTrail } from '#pipeline/audit-trail.js';
import {
  type CatalogueNotice,
  type Close,
  effectiveCloses,
  encodeClose,
  eventInClose,
  ValidCloses,
} from '#wire/closes.js';
import { encodePeriodAct, type PeriodAct, type PeriodStandings } from '#wire/period-acts.js';
import { parseJson } from '#wire/parse-json.js';
import { topics } from '#wire/topics.js';

const closesTopic = topics.closes.name;
const eventsTopic = topics.invoiceReady.name;

/** A close with its place in `billing.closes`. */
export type RecordedClose = Close & { readonly offset: number };

/**
 * The closes in the log, and which of their events have been written. Both topics only grow, so each is read
 * once, and then what is new; of a close all but its event is kept in memory.
 */
export class CloseLog {
  /** Where closes, holds and releases have their entries first. */
  readonly trail: AuditTrail;
  readonly #log: Log;
  readonly #closes: RecordedClose[] = [];
  readonly #valid = new ValidCloses();
  readonly #written = new Set<string>();
  readonly #closesRead: GrowingTopic;
  readonly #eventsRead: GrowingTopic;
  #reading: Promise<void> = Promise.resolve();

  constructor(log: Log) {
    this.#log = log;
    this.trail = new AuditTrail(log);
    this.#closesRead = new GrowingTopic(log, closesTopic);
    this.#eventsRead = new GrowingTopic(log, eventsTopic);
  }

  /** All valid ones there are now, oldest first; also those that are not effective. */
  async closes(): Promise<readonly RecordedClose[]> {
    const reading = this.#reading.catch(() => undefined).then(() => this.#readOn());
    this.#reading = reading;
    await reading;
    return [...this.#closes];
  }

  /** The latest change of the catalogue that was announced before the closes were read; null: none was. */
  get notice(): CatalogueNotice | null {
    return this.#valid.notice;
  }

  /** The adjustments that the first close of a period has to carry, oldest first, of the closes read. */
  waitingFor(contract: string, period: Period): RecordedClose[] {
    return this.named(this.#valid.waitingFor(contract, period));
  }

  /** The closes read that made the events of these ids. */
  named(invoices: readonly string[]): RecordedClose[] {
    return invoices.map((invoice) => {
      const found = this.#closes.find((close) => close.invoice === invoice);
      if (found === undefined) throw new Error(`${closesTopic} has no close of the event ${invoice}`);
      return found;
    });
  }

  /** Holds and waits, as of when the closes were read. */
  get standings(): PeriodStandings {
    return this.#valid.standings;
  }

  /** The effective closes of a period, revision by revision. */
  async effective(contract: string, period: Period): Promise<RecordedClose[]> {
    return effectiveCloses(await this.closes(), contract, period);
  }

  /** The exact text of the event of a close. */
  async eventOf({ offset, contract, period, revision }: RecordedClose): Promise<string> {
    const [record] = await this.#log.read(closesTopic, 0, offset, 1);
    const event = record?.offset === offset ? eventInClose(record.value) : null;
    if (event !== null) return event;
    throw new Error(
      `${closesTopic} has at ${offset} no event of ${contract} ${period} revision ${revision}, or another`,
    );
  }

  /** The same, read. Throws `EventUnreadable`. */
  async readEventOf(close: RecordedClose): Promise<InvoiceReadyEvent> {
    const { contract, period, revision } = close;
    return requireInvoiceReady(await this.eventOf(close), `${contract} ${period}, revision ${revision},`);
  }

  /**
   * Effective closes whose event is not in its topic: another process is about to write it, or was killed.
   */
  async unwritten(): Promise<RecordedClose[]> {
    const left = (await this.closes()).filter(({ invoice }) => !this.#written.has(invoice));
    const periods = Map.groupBy(left, ({ contract, period }) => JSON.stringify([contract, period]));
    return [...periods.values()].flatMap(([first]) => {
      if (first === undefined) return [];
      return effectiveCloses(this.#closes, first.contract, first.period).filter(
        ({ invoice }) => !this.#written.has(invoice),
      );
    });
  }

  async append(close: Close, event: string): Promise<void> {
    await this.#log.append(closesTopic, [{ key: close.contract, value: encodeClose(close, event) }]);
  }

  async appendAct(act: PeriodAct): Promise<void> {
    await this.#log.append(closesTopic, [{ key: act.contract, value: encodePeriodAct(act) }]);
  }

  /**
   * Writes into their topic the events that a crash has left out: of the closes given, in order, each after
   * those of the adjustments that it carries. Another invoicer may do the same at this moment; both write the
   * same bytes.
   */
  async writeEvents(closes: readonly RecordedClose[]): Promise<void> {
    for (const close of closes.flatMap((each) => [...this.named(each.carries ?? []), each])) {
      if (this.#written.has(close.invoice)) continue;
      await this.#log.append(eventsTopic, [{ key: close.contract, value: await this.eventOf(close) }]);
      this.#written.add(close.invoice);
    }
  }

  async #readOn(): Promise<void> {
    await this.#closesRead.readOn(({ value, offset }) => {
      const close = this.#valid.take(value);
      if (close !== null) this.#closes.push({ ...close, offset });
    });
    await this.#eventsRead.readOn(({ value }) => {
      const event = parseJson(value) as { readonly id?: string } | null | undefined;
      if (event?.id !== undefined) this.#written.add(event.id);
    });
  }
}
