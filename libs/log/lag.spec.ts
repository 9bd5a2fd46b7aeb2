import { describe, expect, it } from '@jest/globals';
import { withEmbeddedLog } from './embedded.harness.js';
import { freshTopic, numbered, readAll } from './log.harness.js';
import { lagBehind } from './lag.js';

describe('The lag of a reader', () => {
  it('counts the records of partitions it has not begun, is in the middle of, and has caught up with', () =>
    withEmbeddedLog(async (log) => {
      const topic = await freshTopic(log, { partitions: 3 });
      const appended = await log.append(topic, [...numbered(0, 5, 0), ...numbered(0, 4, 1)]);
      const [bounds0, bounds1, bounds2] = await log.bounds(topic);
      const second = (await readAll(log, topic, 0))[1]!;
      const lags = await lagBehind(log, topic, [appended[1]!.offset, bounds1!.end, null]);
      expect(lags).toEqual([
        {
          partition: 0,
          next: second.offset,
          end: bounds0!.end,
          records: 4,
          waitingSince: second.timestamp,
        },
        { partition: 1, next: bounds1!.end, end: bounds1!.end, records: 0, waitingSince: null },
        { partition: 2, next: bounds2!.begin, end: bounds2!.end, records: 0, waitingSince: null },
      ]);
      const never = await lagBehind(log, topic, [null, null, null]);
      expect(never.map(({ records }) => records)).toEqual([5, 4, 0]);
    }));
});
