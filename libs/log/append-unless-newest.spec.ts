import { describe, expect, it } from '@jest/globals';
import { appendUnlessNewest } from './append-unless-newest.js';
import { withEmbeddedLog } from './embedded.harness.js';
import { freshTopic } from './log.harness.js';
import { topicValues } from './topic-values.js';

describe('A record that is to be the newest of its topic', () => {
  it('is appended once, and again when another has come between', () =>
    withEmbeddedLog(async (log) => {
      const topic = await freshTopic(log, { partitions: 1, compacted: true });
      const append = (key: string) => appendUnlessNewest(log, topic, key, `catalogue ${key}`);
      for (const key of ['v1', 'v1', 'v2', 'v2', 'v1', 'v1']) await append(key);
      expect(await topicValues(log, topic)).toEqual(['catalogue v1', 'catalogue v2', 'catalogue v1']);
    }));
});
