import type { Catalogue } from '#catalogue/catalogue.js';
import {
  catalogueOfEntry,
  encodeEntry,
  type EntryHead,
  entryHead,
  firstStartAuthor,
} from '#catalogue/entry.js';
import { CatalogueFaults } from '#catalogue/load.js';
import { GrowingTopic } from '#log/growing-topic.js';
import { type Log, type LogRecord, WrongLog } from '#log/log.js';
import { topics } from '#wire/topics.js';
import { editsAfterClose } from './contract-history.js';

const topic = topics.catalogue.name;

/** Who puts a catalogue in force, and why. */
export interface Act {
  readonly author: string;
  readonly reason: string | null;
  /** UTC epoch ms. */
  readonly at: number;
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
  #reading: Promise<void> = Promise.resolve();

  constructor(log: Log) {
    this.#log = log;
    this.#topic = new GrowingTopic(log, topic);
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
   * `since`: what was in force when the author decided; null: nothing.
   * @throws {CatalogueFaults} where it changes in place what closed periods were priced by.
   */
  async apply(catalogue: Catalogue, act: Act, since: LoggedEntry | null): Promise<ApplyResult> {
    const before = await this.inForce();
    if (before !== null && before.number !== since?.number) return { status: 'overtaken', inForce: before };
    if (before?.version === catalogue.version) return { status: 'unchanged', entry: before };
    const faults = await editsAfterClose(this.#log, catalogue, async (version) => this.find(version));
    if (faults.length > 0) throw new CatalogueFaults(faults);
    const number = (before?.number ?? 0) + 1;
    const value = encodeEntry({ ...act, number, catalogue });
    const [position] = await this.#log.append(topic, [{ key: String(number), value }]);
    const entry = (await this.history())[number - 1];
    if (entry === undefined)
      throw new Error(`the entry of catalogue ${catalogue.version} was acknowledged but is not there`);
    return entry.offset === position?.offset
      ? { status: 'applied', entry }
      : { status: 'overtaken', inForce: entry };
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
    const result = await catalogues.apply(files, { author: firstStartAuthor, reason: null, at: now }, null);
    if (result.status === 'applied') return { catalogue: files, entry: result.entry, files: 'first' };
  }
  const entry = inForce ?? (await catalogues.inForce());
  if (entry === null) throw new Error('a catalogue was put in force and is not there');
  if (entry.version === files.version) return { catalogue: files, entry, files: 'same' };
  return { catalogue: await catalogues.catalogueOf(entry), entry, files: 'differs' };
}
