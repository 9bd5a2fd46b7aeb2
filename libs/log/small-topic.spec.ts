import { describe, expect, it } from '@jest/globals';
import { withEmbeddedLog } from './embedded.harness.js';
import { freshTopic } from './log.harness.js';
import { readTopicValues } from './small-topic.js';

describe('A small topic', () => {
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
