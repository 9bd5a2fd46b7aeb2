import type { KeyObject } from 'node:crypto';
import type { Period } from '#domain/period/period.js';
import type { Log } from '#log/log.js';
import type { CatalogueLog } from '#pipeline/catalogue-log.js';
import type { ContributionTable } from './contribution-table.js';
import { CloseLog } from './close-log.js';
import { KnownCatalogues } from './known-catalogues.js';
import { proofLines } from './proof-lines.js';
import { type CountedSums, readContributions } from './read-contributions.js';

/** Which invoice-ready event: 1 is the close itself, higher revisions adjust it. */
export interface InvoiceName {
  readonly contract: string;
  readonly period: Period;
  readonly revision: number;
}

/** The invoice-ready events of closed periods, and the work that they were made of. */
export class Invoices {
  readonly #log: Log;
  readonly #closeLog: CloseLog;
  readonly #proofKey: KeyObject | null;
  readonly #catalogues: KnownCatalogues;
  #last: Promise<unknown> = Promise.resolve();

  /** `proofKey`: to sign proofs with; null: they are not signed. */
  constructor(log: Log, catalogues: CatalogueLog, proofKey: KeyObject | null = null) {
    this.#log = log;
    this.#proofKey = proofKey;
    this.#closeLog = new CloseLog(log);
    this.#catalogues = new KnownCatalogues(catalogues, []);
  }

  /** Its exact text; or how many revisions there are. */
  async event({ contract, period, revision }: InvoiceName): Promise<string | number> {
    const closes = await this.#closeLog.effective(contract, period);
    const close = closes[revision - 1];
    return close === undefined ? closes.length : this.#closeLog.eventOf(close);
  }

  /** The pieces of work behind some sums of an event. One journal is read at a time for all who ask. */
  async contributions<T>(
    name: InvoiceName,
    sums: CountedSums,
    use: (contributions: ContributionTable) => T,
  ): Promise<T> {
    const before = this.#last;
    const own = (async () => {
      await before.catch(() => undefined);
      const table = await readContributions(name, sums, this.#readers());
      try {
        return use(table);
      } finally {
        table.close();
      }
    })();
    this.#last = own;
    return own;
  }

  /** The lines of its proof: see `proofLines`. */
  proof({ contract, period, revision }: InvoiceName): AsyncIterable<string> {
    return proofLines(contract, period, revision, this.#readers(), this.#proofKey);
  }

  #readers() {
    return {
      log: this.#log,
      closeLog: this.#closeLog,
      lookupOf: async (version: string) => this.#catalogues.of(version),
    };
  }
}
