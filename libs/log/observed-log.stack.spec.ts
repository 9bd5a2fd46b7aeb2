import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withEmbeddedLog } from './embedded.harness.js';
import { describeLogConformance } from './log.conformance.js';
import { freshTopic, numbered } from './log.harness.js';
import type { Log } from './log.js';
import { type LogObserver, observedLog } from './observed-log.js';
import { openSqliteLog } from './sqlite/sqlite-log.js';

class RecordingObserver implements LogObserver {
  readonly appends: [string, number][] = [];
  readonly failures: unknown[] = [];

  appended(topic: string, records: number, tookMs: number): void {
    if (!(tookMs > 0)) throw new Error(`took ${tookMs} ms`);
    this.appends.push([topic, records]);
  }

  appendFailed(topic: string, error: unknown): void {
    this.failures.push(topic, error);
  }
}

describeLogConformance('an observed embedded log', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-observed-'));
  const open = (): Log => observedLog(openSqliteLog({ directory }), new RecordingObserver());
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

describe('The observer of a log', () => {
  it('is called for appends, and for those that fail', () =>
    withEmbeddedLog(async (log) => {
      const observer = new RecordingObserver();
      const observed = observedLog(log, observer);
      const topic = await freshTopic(observed);
      await observed.append(topic, numbered(0, 3, 0));
      await observed.append(topic, numbered(3, 4, 1));
      expect(observer.appends).toEqual([
        [topic, 3],
        [topic, 1],
      ]);
      await expect(observed.append('no.such.topic', numbered(0, 1, 0))).rejects.toThrow('does not exist');
      expect(observer.failures).toEqual(['no.such.topic', expect.any(Error)]);
    }));
});
