import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Interpret } from '#domain/entity/fold.js';
import type { Fact } from '#domain/fact/fact.js';
import type { JournalRecord } from '#domain/posting/journal-record.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { meter } from '#pipeline/meter/meter.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { topics, topicSettings } from '#wire/topics.js';

/** Facts of one partition on the embedded engine, and a meter that folds them as some program took them. */
export class FoldedFacts {
  readonly #directory = mkdtempSync(join(tmpdir(), 'tallyline-reinterpret-'));
  readonly embedded = openEmbedded(this.#directory);

  static async open(): Promise<FoldedFacts> {
    const folded = new FoldedFacts();
    await folded.embedded.log.createTopics(topicSettings(1));
    return folded;
  }

  async close(): Promise<void> {
    await this.embedded.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async append(...facts: readonly Fact[]): Promise<void> {
    const records = facts.map((each) => ({ key: each.entity, value: encodeFact(each) }));
    await this.embedded.log.append(topics.facts.name, records);
  }

  /** Archived at once, so that each act rehydrates. */
  async fold(interpret: Interpret, version: number): Promise<void> {
    const { log, store } = this.embedded;
    const onRefused = (refused: unknown): void => {
      throw new Error(JSON.stringify(refused));
    };
    const handler = meter({
      log,
      store,
      onRefused,
      archiveAfterMs: 0,
      interpretation: { version, interpret },
    });
    for (let next = await handler.assigned(0); ;) {
      const records = await log.read(topics.facts.name, 0, next, 3);
      if (records.length === 0) return;
      next = (records.at(-1)?.offset ?? 0) + 1;
      const result = await handler.batch({ topic: topics.facts.name, partition: 0, records, end: next });
      if (result.status !== 'done' || result.next !== next) throw new Error(JSON.stringify({ result, next }));
    }
  }

  async journal(): Promise<JournalRecord[]> {
    const records = await this.embedded.log.read(topics.postings.name, 0, 0, 1_000);
    return records.flatMap(({ value }) => decodeJournalRecord(value) ?? []);
  }
}
