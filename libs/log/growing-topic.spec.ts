import { describe, expect, it } from '@jest/globals';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { GrowingTopic } from './growing-topic.js';

const topic = 'acts';

async function logWith(...values: string[]): Promise<MemoryLog> {
  const log = new MemoryLog(() => 1_772_445_600_000);
  await log.createTopics([{ name: topic, partitions: 1, retentionMs: null, compacted: false }]);
  if (values.length > 0)
    await log.append(
      topic,
      values.map((value) => ({ key: value, value })),
    );
  return log;
}

async function read(growing: GrowingTopic): Promise<string[]> {
  const values: string[] = [];
  await growing.readOn(({ value }) => values.push(value));
  return values;
}

describe('A topic that only grows', () => {
  it('is read once, however many records, and then only what is new', async () => {
    const values = Array.from({ length: 450 }, (_, index) => `v${index}`);
    const log = await logWith(...values);
    const growing = new GrowingTopic(log, topic);
    expect(await read(growing)).toEqual(values);
    expect(await read(growing)).toEqual([]);
    await log.append(topic, [{ key: 'k', value: 'new' }]);
    expect(await read(growing)).toEqual(['new']);
  });

  it('stops the reading where it was made again and has grown beyond what was read', async () => {
    const log = await logWith('a', 'b');
    const growing = new GrowingTopic(log, topic);
    await read(growing);
    log.replace((await logWith('x', 'y', 'z')).contents());
    await expect(read(growing)).rejects.toMatchObject({ code: 'log-replaced' });
    await expect(read(growing)).rejects.toThrow('acts/0: this is another log');
  });

  it('has nothing new where its end is not there at the moment', async () => {
    const log = await logWith('a', 'b');
    const growing = new GrowingTopic(log, topic);
    await read(growing);
    const whole = log.contents();
    log.replace((await logWith('a')).contents());
    expect(await read(growing)).toEqual([]);
    log.replace(whole);
    await log.append(topic, [{ key: 'k', value: 'c' }]);
    expect(await read(growing)).toEqual(['c']);
  });
});
