import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import type { Consumption, Log, PartitionProgress } from '#log/log.js';
import { until } from '#log/log.harness.js';
import { openEmbedded } from '#pipeline/engine/embedded.js';
import { runnableMeter } from '#pipeline/engine/stages.js';
import { encodeFact } from '#wire/facts.js';
import { topics, topicSettings } from '#wire/topics.js';

let directories: string[];
beforeEach(() => {
  directories = [];
});
afterEach(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

function newDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-another-log-'));
  directories.push(directory);
  return directory;
}

/** Calls of their own customers, one fact each, all in one partition. */
async function appendCalls(log: Log, from: number, to: number): Promise<void> {
  await log.createTopics(topicSettings(1));
  const records = Array.from({ length: to - from }, (_, index) => {
    const entity = `c:${from + index}`;
    const call = fact('segment.summarized', 1_000 * (from + index), {
      entity,
      customer: `customer ${entity}`,
    });
    return { key: entity, value: encodeFact({ ...call, id: `fact ${entity}` }, null) };
  });
  await log.append(topics.facts.name, records);
}

/** Appends while no meter runs. */
async function appended(directory: string, from: number, to: number): Promise<void> {
  const { log, close } = openEmbedded(directory);
  await appendCalls(log, from, to);
  await close();
}

/** Runs the meter on a data directory until its partition has read all, or has stopped. */
async function metered(
  directory: string,
  feed: (log: Log) => Promise<void>,
): Promise<{ postings: number; progress: PartitionProgress; stops: Error[] }> {
  const { log, store, close } = openEmbedded(directory);
  let consumption: Consumption | undefined;
  const stops: Error[] = [];
  try {
    await feed(log);
    const observer = {
      onRefused: () => undefined,
      onWarning: () => undefined,
      onStopped: (_: unknown, cause: Error) => void stops.push(cause),
    };
    const stage = runnableMeter({ log, store, observer });
    consumption = await log.consume({ ...stage, batchRecords: 100 });
    const [bounds] = await log.bounds(topics.facts.name);
    const now = () => consumption!.progress()[0]!;
    await until('the meter is through', () => now().stopped || now().next >= bounds!.end);
    const progress = now();
    const [journal] = await log.bounds(topics.postings.name);
    return { postings: journal!.end, progress, stops };
  } finally {
    await consumption?.stop();
    await close();
  }
}

describe('A meter whose store belongs to another log', () => {
  it('stops where the log has grown beyond its position, and posts nothing: not 7 of 12 calls', async () => {
    const before = newDirectory();
    const five = await metered(before, (log) => appendCalls(log, 0, 5));
    expect(five).toMatchObject({ postings: 5, stops: [] });

    const now = newDirectory();
    copyFileSync(join(before, 'store.db'), join(now, 'store.db'));
    const twelve = await metered(now, (log) => appendCalls(log, 100, 112));
    expect(twelve.postings).toBe(0);
    expect(twelve.progress).toMatchObject({ stopped: true, pausedBy: { code: 'log-replaced' } });
    expect(twelve.stops).toEqual([twelve.progress.pausedBy]);
    expect(twelve.progress.pausedBy?.message).toContain('journal.postings/0 at 4: what was posted last');
  });

  it('stops where it has worked in a copy of its log: the postings of 3 of 8 calls are not here', async () => {
    const original = newDirectory();
    await metered(original, (log) => appendCalls(log, 0, 5));
    await appended(original, 5, 8);
    const copy = newDirectory();
    for (const file of ['store.db', 'log.db']) copyFileSync(join(original, file), join(copy, file));
    expect(await metered(copy, async () => undefined)).toMatchObject({ postings: 8, stops: [] });

    copyFileSync(join(copy, 'store.db'), join(original, 'store.db'));
    const back = await metered(original, (log) => appendCalls(log, 8, 9));
    expect(back.postings).toBe(5);
    expect(back.progress).toMatchObject({ stopped: true, pausedBy: { code: 'log-replaced' } });
    expect(back.progress.pausedBy?.message).toContain('journal.postings/0 at 7: what was posted last');
  });

  it('goes on where its log was restored together with its store, and has grown since', async () => {
    const before = newDirectory();
    await metered(before, (log) => appendCalls(log, 0, 5));
    const restored = newDirectory();
    for (const file of ['store.db', 'log.db']) copyFileSync(join(before, file), join(restored, file));
    const more = await metered(restored, (log) => appendCalls(log, 5, 7));
    expect(more).toMatchObject({ postings: 7, stops: [] });
  });
});
