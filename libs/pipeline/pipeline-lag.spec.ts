import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '#log/log.harness.js';
import { meterStage, normalizerStage, type Stage, tallyStage } from '#wire/stages.js';
import { topics, topicSettings } from '#wire/topics.js';
import { openEmbedded } from './engine/embedded.js';
import { catchUp, pipelineLag, type PipelineView } from './pipeline-lag.js';

let directory: string;
let embedded: ReturnType<typeof openEmbedded>;
let view: PipelineView;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-lag-'));
  embedded = openEmbedded(directory);
  await embedded.log.createTopics(topicSettings(1));
  view = embedded;
});
afterEach(async () => {
  await embedded.close();
  rmSync(directory, { recursive: true, force: true });
});

/** As docs/walk.md has them; not asked of the code under test. */
const stages: readonly Stage[] = [normalizerStage, meterStage, tallyStage];
const soon = { timeoutMs: 30, stallTimeoutMs: 30, pollMs: 1 };

/** The stage has read all that is in its topic. */
async function readAll({ keyspace, topic, group }: Stage): Promise<void> {
  const [bounds] = await embedded.log.bounds(topic);
  const end = bounds?.end ?? 0;
  if (end === 0) return;
  if (keyspace === null) {
    const handler = {
      assigned: async () => 0,
      batch: async () => ({ status: 'done', next: end }) as const,
      lost: () => undefined,
    };
    const consumption = await embedded.log.consume({ topic, group, handler, batchRecords: 10 });
    await until('it is committed', async () => (await embedded.log.committed(group, topic))[0] === end);
    await consumption.stop();
    return;
  }
  const ref = { keyspace, partition: 0 };
  const { epoch, next } = await embedded.store.claim(ref);
  const nothing = { puts: [], deletes: [], increments: new Map() };
  await embedded.store.commit(ref, { epoch, expectedNext: next, next: end, ...nothing });
}

describe('Catching up', () => {
  it.each(stages.map((stage) => [stage.name, stage] as const))(
    'waits for the %s where it alone has records left',
    async (name, behind) => {
      for (const { topic } of stages) await embedded.log.append(topic, [{ key: 'a', value: '{}' }]);
      for (const stage of stages) if (stage.name !== name) await readAll(stage);
      expect(await catchUp(view, soon)).toMatchObject({
        status: 'behind',
        stage: behind,
        left: 1,
        begun: false,
      });
    },
  );

  it('is done where no stage has records left', async () => {
    await embedded.log.append(topics.raw.name, [{ key: 'a', value: '{}' }]);
    for (const stage of stages) await readAll(stage);
    expect(await catchUp(view, soon)).toEqual({ status: 'caughtUp' });
    expect(
      (await pipelineLag(view)).map(({ partitions }) => partitions.map(({ records }) => records)),
    ).toEqual([[0], [0], [0]]);
  });
});
