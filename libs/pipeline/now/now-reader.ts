import type { CatalogueIndex } from '#catalogue/catalogue-index.js';
import { Now, silentContactMs } from '#domain/now/now.js';
import { nowReport, type NowReport } from '#domain/now/report.js';
import { agentName } from '#domain/live/live-scope.js';
import type { Log } from '#log/log.js';
import { decodeFact } from '#wire/facts.js';
import { topics } from '#wire/topics.js';

/** What is going on, and how far the facts were read for it. */
export interface ReadNow extends NowReport {
  /** UTC epoch ms. */
  readonly at: number;
  /** Offsets of the facts, by partition, joined by dots: all below them was taken into account. */
  readonly position: string;
}

const recordsAtOnce = 1_000;

/**
 * Follows the facts of the last day as far as it is asked: in memory, without a place in the store, so that
 * any process of any number can answer, on any log. The first question reads a day of facts, each later one
 * what came since.
 */
export class NowReader {
  readonly #log: Pick<Log, 'read' | 'bounds' | 'offsetsAt'>;
  readonly #clock: () => number;
  readonly #now = new Now();
  #positions: number[] | null = null;
  #reading: Promise<void> | null = null;

  /** `clock`: UTC epoch ms. */
  constructor(log: Pick<Log, 'read' | 'bounds' | 'offsetsAt'>, clock: () => number) {
    this.#log = log;
    this.#clock = clock;
  }

  /**
   * null: the catalogue has no such programme. `nameOf`: what an agent is called by those who ask, by the
   * platform's id; default: the agent's code.
   */
  async read(
    id: string,
    lookup: CatalogueIndex,
    nameOf: (agent: string) => string = (agent) => agentName(agent, lookup),
  ): Promise<ReadNow | null> {
    const programme = lookup.programme(id);
    if (programme === null) return null;
    await this.#catchUp();
    const at = this.#clock();
    this.#now.expire(at);
    const queues = programme.queues.map(({ name }) => name);
    const report = nowReport(this.#now, id, { scope: lookup, queues, nameOf, at });
    return { ...report, at, position: (this.#positions ?? []).join('.') };
  }

  /** The same with the programme's zone, under the catalogue that is in force when it is asked. */
  service(lookupNow: () => Promise<CatalogueIndex>) {
    return async (id: string): Promise<{ report: ReadNow; timeZone: string } | null> => {
      const lookup = await lookupNow();
      const report = await this.read(id, lookup);
      const timeZone = lookup.programme(id)?.timeZone;
      return report === null || timeZone === undefined ? null : { report, timeZone };
    };
  }

  /** All who ask at once wait for one reading. */
  async #catchUp(): Promise<void> {
    this.#reading ??= this.#readNew().finally(() => (this.#reading = null));
    await this.#reading;
  }

  async #readNew(): Promise<void> {
    const topic = topics.facts.name;
    const positions = this.#positions ?? (await this.#log.offsetsAt(topic, this.#clock() - silentContactMs));
    for (const { partition, begin, end } of await this.#log.bounds(topic)) {
      let from = Math.max(positions[partition] ?? begin, begin);
      while (from < end) {
        const records = await this.#log.read(topic, partition, from, recordsAtOnce);
        for (const { value } of records) {
          const event = decodeFact(value);
          if (event !== null) this.#now.add(event.fact);
        }
        from = (records.at(-1)?.offset ?? end - 1) + 1;
        positions[partition] = from;
      }
    }
    this.#positions = positions;
  }
}
