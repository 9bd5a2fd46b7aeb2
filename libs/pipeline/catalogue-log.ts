import type { Catalogue } from '#catalogue/catalogue.js';
import {
  catalogueOfEntry,
  encodeEntry,
  type EntryHead,
  entryHead,
  firstStartAuthor,
} from '#catalogue/entry.js';
import { withConfirmed } from '#catalogue/confirmed.js';
import { CatalogueFaults } from '#catalogue/load.js';
import { GrowingTopic } from '#log/growing-topic.js';
import { type Log, type LogRecord, WrongLog } from '#log/log.js';
import { type CatalogueNotice, type Close, encodeNotice, ValidCloses } from '#wire/closes.js';
import type { Actor } from '#wire/period-acts.js';
import { topics } from '#wire/topics.js';
import type { TrailAct } from '#wire/trail.js';
import { AuditTrail } from './audit-trail.js';
import { editsAfterClose } from './contract-history.js';

const topic = topics.catalogue.name;

/** Who puts a catalogue in force, and why. */
export interface Act {
  readonly author: string;
  readonly reason: string | null;
  /** UTC epoch ms. */
  readonly at: number;
  /** For the audit trail, which has an entry of it then; absent: no one decided it. */
  readonly actor?: Actor;
}

/** An entry, and where it lies. */
export interface LoggedEntry extends EntryHead {
  readonly offset: number;
}

export type ApplyResult =
  | { readonly status: 'applied'; readonly entry: LoggedEntry }
  /** It is in force already; nothing was written. */
  | { readonly status: 'unchanged'; readonly entry: LoggedEntry }
  /** Another one was put in force since the caller looked; this one was not. */
  | { readonly status: 'overtaken'; readonly inForce: LoggedEntry };

/**
 * Which catalogue is in force, and which ones were. A catalogue comes into force by an entry in the log and
 * in no other way: looking at one, or starting a process that was given one, changes nothing.
 *
 * Entries are numbered, and of two with one number the first holds, so that of two authors at once one
 * learns that the other was faster. The topic only grows: it is read once, and then what is new.
 */
export class CatalogueLog {
  readonly #log: Log;
  readonly #entries: LoggedEntry[] = [];
  readonly #topic: GrowingTopic;
  readonly #trail: AuditTrail;
  readonly #closes: Close[] = [];
  readonly #valid = new ValidCloses();
  readonly #closesRead: GrowingTopic;
  #reading: Promise<void> = Promise.resolve();

  constructor(log: Log) {
    this.#log = log;
    this.#topic = new GrowingTopic(log, topic);
    this.#trail = new AuditTrail(log);
    this.#closesRead = new GrowingTopic(log, topics.closes.name);
  }

  /** All that were put in force, oldest first. */
  async history(): Promise<readonly LoggedEntry[]> {
    const reading = this.#reading.catch(() => undefined).then(() => this.#readOn());
    this.#reading = reading;
    await reading;
    return this.#entries;
  }

  /** null: none was ever put in force. */
  async inForce(): Promise<LoggedEntry | null> {
    return (await this.history()).at(-1) ?? null;
  }

  /** The content of an entry. Throws where the record is damaged. */
  async catalogueOf({ offset, version }: LoggedEntry): Promise<Catalogue> {
    const [record] = await this.#log.read(topic, 0, offset, 1);
    if (record?.offset === offset && entryHead(record.value)?.version === version) {
      return catalogueOfEntry(record.value);
    }
    throw new WrongLog(
      'log-replaced',
      `${topic}/0 has lost catalogue ${version} at ${offset}, or has another there: the topic was recreated, or ` +
        'another log connected; restore it, or connect the log that was read before (docs/faults.md, "Another log")',
    );
  }

  /** The content in force; null: none was ever put in force. */
  async catalogueInForce(): Promise<Catalogue | null> {
    const entry = await this.inForce();
    return entry === null ? null : this.catalogueOf(entry);
  }

  /** The catalogue of a version that is or was in force; null: it never was. */
  async find(version: string): Promise<Catalogue | null> {
    const entry = (await this.history()).find((each) => each.version === version);
    return entry === undefined ? null : this.catalogueOf(entry);
  }

  /**
   * Puts files in force, with all that operators have confirmed. `since`: what was in force when the author
   * decided; null: nothing. It and a close under way exclude each other: its notice comes before the close,
   * which then is not valid, or the close is seen here.
   * @throws {CatalogueFaults} where it changes in place what closed periods were priced by.
   */
  async apply(files: Catalogue, act: Act, since: LoggedEntry | null): Promise<ApplyResult> {
    return this.#apply(await this.asApplied(files), act, since, fromFiles);
  }

  /** The same for what is in force with other confirmations, an act of another name on these works. */
  async applyConfirmed(
    catalogue: Catalogue,
    act: Act,
    since: LoggedEntry,
    [name, works]: readonly [name: ConfirmingAct, works: readonly string[]],
  ): Promise<ApplyResult> {
    return this.#apply(catalogue, act, since, { name, subject: works.join(', ') });
  }

  /** What putting the files in force comes to: what is confirmed is in no file, and stays. */
  async asApplied(files: Catalogue): Promise<Catalogue> {
    const confirmed = (await this.catalogueInForce())?.confirmed;
    return confirmed === undefined ? files : withConfirmed(files, confirmed);
  }

  async #apply(
    catalogue: Catalogue,
    act: Act,
    since: LoggedEntry | null,
    trailed: TrailedAct,
  ): Promise<ApplyResult> {
    for (let tries = 1; ; tries++) {
      const before = await this.inForce();
      if (before !== null && !(await this.#isUnchanged(since))) {
        return { status: 'overtaken', inForce: before };
      }
      if (before?.version === catalogue.version) return { status: 'unchanged', entry: before };
      await this.#refuseEdits(catalogue);
      const number = (before?.number ?? 0) + 1;
      // Before the first entry nothing closes.
      if (before !== null) {
        await this.#announce({ number, version: catalogue.version, author: act.author });
        await this.#refuseEdits(catalogue);
      }
      const { entry, isOwn } = await this.#append(number, catalogue, act, trailed);
      if (isOwn) return { status: 'applied', entry };
      if (tries === maxTries || !(await this.#isUnchanged(since))) {
        return { status: 'overtaken', inForce: entry };
      }
    }
  }

  /**
   * In force once every change that was announced is decided. One whose author has not come to its entry is
   * left out for good: an entry puts in force again what is in force. So a close waits for no one.
   * `notice`: the latest that the closes of the caller come after; null: there is none. `now`: UTC epoch ms.
   */
  async decided(notice: CatalogueNotice | null, now: number): Promise<LoggedEntry | null> {
    for (;;) {
      const before = await this.inForce();
      if (before === null || notice === null || notice.number <= before.number) return before;
      const reason = `the change to ${notice.version} that ${notice.author} announced was not made before a close`;
      const act = { author: closeAuthor, reason, at: now };
      await this.#append(before.number + 1, await this.catalogueOf(before), act);
    }
  }

  /** Of two entries with one number the first in the log holds. */
  async #append(
    number: number,
    catalogue: Catalogue,
    { actor, ...act }: Act,
    { name, subject }: TrailedAct = fromFiles,
  ): Promise<{ readonly entry: LoggedEntry; readonly isOwn: boolean }> {
    const trailEntry =
      actor === undefined
        ? undefined
        : await this.#trail.write({
            act: name,
            actor,
            at: act.at,
            subject: subject ?? `catalogue ${catalogue.version}`,
            reason: act.reason,
            details: { version: catalogue.version, number, author: act.author },
          });
    const value = encodeEntry({ ...act, number, catalogue, trailEntry });
    const [position] = await this.#log.append(topic, [{ key: String(number), value }]);
    const entry = (await this.history())[number - 1];
    if (entry === undefined)
      throw new Error(`the entry of catalogue ${catalogue.version} was acknowledged but is not there`);
    return { entry, isOwn: entry.offset === position?.offset };
  }

  async #announce(notice: CatalogueNotice): Promise<void> {
    const record = { key: noticeKey, value: encodeNotice(notice) };
    await this.#log.append(topics.closes.name, [record]);
  }

  async #refuseEdits(catalogue: Catalogue): Promise<void> {
    await this.#closesRead.readOn(({ value }) => {
      const close = this.#valid.take(value);
      if (close !== null) this.#closes.push(close);
    });
    const faults = await editsAfterClose(this.#closes, catalogue, async (version) => this.find(version));
    if (faults.length > 0) throw new CatalogueFaults(faults);
  }

  /** Whether what was in force then has been so ever since, whatever entries say so again. */
  async #isUnchanged(since: LoggedEntry | null): Promise<boolean> {
    const later = (await this.history()).slice(since?.number ?? 0);
    return later.every(({ version }) => version === since?.version);
  }

  async #readOn(): Promise<void> {
    await this.#topic.readOn((record) => this.#note(record));
  }

  /** A record without number is of a release that knew none: it does not count beside those that have one. */
  #note({ offset, timestamp, value }: LogRecord): void {
    const head = entryHead(value);
    if (head === null) return;
    const before = this.#entries.at(-1);
    const number = (before?.number ?? 0) + 1;
    if (head.number === number) this.#entries.push({ ...head, offset });
    if (head.number !== null || before?.version === head.version) return;
    if (this.#entries.some(({ author }) => author !== unknownAuthor)) return;
    this.#entries.push({
      version: head.version,
      number,
      author: unknownAuthor,
      at: timestamp,
      reason: null,
      offset,
    });
  }
}

type ConfirmingAct = Extract<TrailAct, 'work-confirmed' | 'confirmation-withdrawn'>;

/** `subject` null: the catalogue. */
interface TrailedAct {
  readonly name: 'catalogue-applied' | ConfirmingAct;
  readonly subject: string | null;
}

const fromFiles: TrailedAct = { name: 'catalogue-applied', subject: null };

/** So often an author tries where only closes come between. */
const maxTries = 5;
const noticeKey = 'catalogue';
/** The author of an entry that leaves out a change that was announced. */
const closeAuthor = 'tallyline (close)';

/** Of records that releases without authors wrote. */
const unknownAuthor = 'unknown';

/** What a process works under. */
export interface CatalogueAtStart {
  readonly catalogue: Catalogue;
  readonly entry: LoggedEntry;
  /**
   * `first`: the files were put in force now, for there was nothing. `same`: the files are what is in force.
   * `differs`: they are not, so they are not used.
   */
  readonly files: 'first' | 'same' | 'differs';
}

/** The catalogue in force; where the log has none, the files are put in force. `now`: UTC epoch ms. */
export async function catalogueAtStart(
  catalogues: CatalogueLog,
  files: Catalogue,
  now: number,
): Promise<CatalogueAtStart> {
  const inForce = await catalogues.inForce();
  if (inForce === null) {
    const actor: Actor = { name: firstStartAuthor, via: 'process', address: null };
    const act = { author: firstStartAuthor, reason: null, at: now, actor };
    const result = await catalogues.apply(files, act, null);
    if (result.status === 'applied') return { catalogue: files, entry: result.entry, files: 'first' };
  }
  const entry = inForce ?? (await catalogues.inForce());
  if (entry === null) throw new Error('a catalogue was put in force and is not there');
  const applied = await catalogues.asApplied(files);
  if (entry.version === applied.version) return { catalogue: applied, entry, files: 'same' };
  return { catalogue: await catalogues.catalogueOf(entry), entry, files: 'differs' };
}
