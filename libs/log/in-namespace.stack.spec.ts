import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inNamespace } from './in-namespace.js';
import { describeLogConformance } from './log.conformance.js';
import { numbered, readAll, Recorder, until, values, whileConsuming } from './log.harness.js';
import type { Log } from './log.js';
import { openSqliteLog } from './sqlite/sqlite-log.js';

describeLogConformance('a namespace of the embedded log', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-namespace-'));
  const open = (): Log => inNamespace(openSqliteLog({ directory }), 'acme');
  const under = {
    log: open(),
    async restart() {
      await under.log.close();
      under.log = open();
      return under.log;
    },
    async dispose() {
      await under.log.close();
      rmSync(directory, { recursive: true });
    },
  };
  return under;
});

describe('Namespaces of one log', () => {
  const topic = { name: 'telephony.raw', partitions: 1, retentionMs: null, compacted: false };
  let directory: string;
  let log: Log;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'tallyline-namespace-'));
    log = openSqliteLog({ directory });
  });
  afterAll(async () => {
    await log.close();
    rmSync(directory, { recursive: true });
  });

  it('do not see the records or positions of each other, and use names without the namespace', async () => {
    const [one, two] = [inNamespace(log, 'one'), inNamespace(log, 'two')];
    expect(await one.createTopics([topic])).toEqual([
      { name: 'telephony.raw', status: 'created', differences: [] },
    ]);
    expect((await two.createTopics([topic]))[0]).toMatchObject({ status: 'created' });
    await one.append(topic.name, numbered(0, 3, 0));

    const handler = new Recorder();
    await whileConsuming(one, { topic: topic.name, group: 'normalizer' }, handler, async () => {
      await until('all is delivered', () => handler.received(0).length >= 3);
    });
    expect(new Set(handler.batches.map((batch) => batch.topic))).toEqual(new Set(['telephony.raw']));
    expect(await readAll(two, topic.name, 0)).toEqual([]);
    expect(await one.committed('normalizer', topic.name)).toEqual([(await one.bounds(topic.name))[0]!.end]);
    expect(await two.committed('normalizer', topic.name)).toEqual([null]);
    expect(values(await readAll(log, 'one.telephony.raw', 0))).toEqual(['0', '1', '2']);
  });

  it('leave the log as it is where no namespace is configured', () => {
    expect(inNamespace(log, null)).toBe(log);
  });
});
