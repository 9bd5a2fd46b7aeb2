import { describe, expect, it } from '@jest/globals';
import { withEmbeddedLog } from './embedded.harness.js';
import { freshTopic } from './log.harness.js';
import { appendUnlessNewest, readTopicValues } from './small-topic.js';

describe('A small topic', () => {
  it('gets a record appended once, and again after a record with another key', () =>
    withEmbeddedLog(async (log) => {
      const topic = await freshTopic(log, { partitions: 1, compacted: true });
      const append = (key: string) => appendUnlessNewest(log, topic, key, `catalogue ${key}`);
      for (const key of ['v1', 'v1', 'v2', 'v2', 'v1', 'v1']) await append(key);
      expect(await readTopicValues(log, topic)).toEqual(['catalogue v1', 'catalogue v2', 'catalogue v1']);
    }));

  it('is read as a whole, oldest record first, however many reads that takes', () =>
    withEmbeddedLog(async (log) => {
      const topic = await freshTopic(log, { partitions: 1 });
      const values = Array.from({ length: 2_500 }, (_, index) => `${index}`);
      await log.append(
        topic,
        values.map((value) => ({ key: 'k', value })),
      );
      expect(await readTopicValues(log, topic)).toEqual(values);
    }));
});
