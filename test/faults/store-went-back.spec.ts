import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { meter, meterKeyspace } from '#pipeline/meter/meter.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { onlyCatalogue } from '#pipeline/tally/tally-state.js';
import { tally } from '#pipeline/tally/tally.js';
import type { CatalogueView } from '#catalogue/view.js';
import { fact } from '#domain/contact/facts.fixture.js';
import { inNamespace } from '#log/in-namespace.js';
import type { BatchResult, Log, PartitionHandler } from '#log/log.js';
import { encodeFact } from '#wire/facts.js';
import { tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';

/**
 * The store loses what it had between two batches of an owner who does not know yet. Acting on what it
 * answers then would bring wrong postings into the journal, under the positions of the right ones.
 */
const view: CatalogueView = {
  catalogueVersion: 'v1',
  contracts: [],
  assignmentOf: (queue) => ({ programme: 'p', queue }),
  hasProgramme: () => true,
  rules: () => ({ thresholdsMs: [20_000], reason: 'none', agentTime: 'split', fcrWindowsMs: [] }),
  agent: () => null,
  agentCode: (agent) => agent,
};
const { keyspace: tallied } = tallyStage;

/** The facts of a contact in two batches; the second takes back what the first posted. */
const first = [fact('queue.entered', 0), fact('agent.joined', 9_000), fact('queue.left', 10_000)];
const second = [fact('agent.left', 70_000), fact('agent.wrapped', 110_000)];

const facts = [...first, ...second].map((each) => ({ key: 'c', value: encodeFact(each) }));

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-back-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(1));
  await embedded.log.append(topics.facts.name, facts);
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

async function batch(
  handler: PartitionHandler,
  topic: string,
  from: number,
  to: number,
): Promise<BatchResult> {
  const records = await embedded.log.read(topic, 0, from, to - from);
  return handler.batch({ topic, partition: 0, records, end: to });
}

async function journal(log: Log = embedded.log): Promise<string[]> {
  return (await log.read(topics.postings.name, 0, 0, 100)).map(({ value }) => value);
}

/** With room for one entity only, as when there are more of them than memory. */
function smallMeter(log: Log = embedded.log): PartitionHandler {
  const { store } = embedded;
  return meter({ log, store, onRefused: () => undefined, cachedEntities: 0 });
}

describe('A store that was wiped between two batches', () => {
  it('makes the meter post nothing and begin again, to the same journal', async () => {
    const elsewhere = inNamespace(embedded.log, 'elsewhere');
    await elsewhere.createTopics(topicSettings(1));
    await elsewhere.append(topics.facts.name, facts);
    const undisturbed = smallMeter(elsewhere);
    await undisturbed.assigned(0);
    await batch(undisturbed, topics.facts.name, 0, 3);
    await batch(undisturbed, topics.facts.name, 3, 5);
    const wanted = await journal(elsewhere);

    await embedded.store.drop(meterKeyspace);
    const disturbed = smallMeter();
    await disturbed.assigned(0);
    await batch(disturbed, topics.facts.name, 0, 3);
    const before = await journal();
    await embedded.store.drop(meterKeyspace);
    expect(await batch(disturbed, topics.facts.name, 3, 5)).toEqual({ status: 'fenced' });
    expect(await journal()).toEqual(before);
    expect(await disturbed.assigned(0)).toBe(0);
    expect(await batch(disturbed, topics.facts.name, 0, 5)).toEqual({ status: 'done', next: 5 });
    expect(await journal()).toEqual(wanted);
  });

  it('makes the tally begin again and not stop at what it cannot take back', async () => {
    const whole = smallMeter();
    await whole.assigned(0);
    await batch(whole, topics.facts.name, 0, 3);
    await batch(whole, topics.facts.name, 3, 5);
    const { length } = await journal();
    const { log, store } = embedded;
    for (let seen = 1; seen < length; seen++) {
      const counting = tally({
        log,
        store,
        catalogues: onlyCatalogue(view),
        onRefused: () => undefined,
        cachedChains: 0,
      });
      await counting.assigned(0);
      expect(await batch(counting, topics.postings.name, 0, seen)).toEqual({ status: 'done', next: seen });
      await store.drop(tallied);
      expect(await batch(counting, topics.postings.name, seen, length)).toEqual({ status: 'fenced' });
      expect(await counting.assigned(0)).toBe(0);
      const again = await batch(counting, topics.postings.name, 0, length);
      expect(again).toEqual({ status: 'done', next: length });
      await store.drop(tallied);
    }
  });
});
