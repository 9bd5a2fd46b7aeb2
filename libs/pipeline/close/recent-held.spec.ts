import { describe, expect, it } from '@jest/globals';
import { answeredCall, sampleScope, utc } from '#domain/contract/contract.fixture.js';
import type { ContactContent } from '#domain/posting/posting.js';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { journalWriter } from '#wire/journal.fixture.js';
import { topics, topicSettings } from '#wire/topics.js';
import { RecentHeld } from './recent-held.js';

const hourMs = 3_600_000;
const day = utc('2026-03-02T00:00:00Z');
const scope = (version: string, dayMs: number) => ({
  ...sampleScope,
  agentCode: () => 'ann',
  catalogue: { version } as never,
  plausibility: {
    limitsOf: () => null,
    confirmedMs: () => 0,
    together: { limitsOf: () => ({ dayMs, atOnce: 30, timeZone: 'UTC' }) },
  },
});

describe('What is held of the last two days', () => {
  it('is looked for in what is new of the journal, each ten minutes, and at once under another catalogue', async () => {
    const noon = day + 20 * hourMs;
    const log = new MemoryLog(() => noon);
    await log.createTopics(topicSettings(2));
    const write = journalWriter();
    let offset = 0;
    const post = async (content: ContactContent, sign: 1 | -1 = 1) => {
      const position = { partition: 0, offset: offset++, index: 0 };
      const value = write([{ position, sign, content }]);
      await log.append(topics.postings.name, [{ partition: 0, key: 'k', value }]);
    };
    const call = (name: string, hour: number, hours: number): ContactContent => {
      return { ...answeredCall(day + hour * hourMs, day + (hour + hours) * hourMs), contact: `c:${name}` };
    };
    const recent = new RecentHeld(log);
    const limit = scope('1', 24 * hourMs);
    await post(call('1', 0, 13));
    await post(call('2', 1, 11));
    expect(await recent.look(limit, noon)).toBe(0);
    await post(call('3', 2, 1));
    expect(await recent.look(limit, noon + hourMs / 6 - 1)).toBe(0);
    expect(await recent.look(limit, noon + hourMs / 6)).toBe(25 * hourMs);
    await post(call('3', 2, 1), -1);
    expect(await recent.look(limit, noon + hourMs)).toBe(0);
    expect(await recent.look(scope('2', 23 * hourMs), noon + hourMs)).toBe(24 * hourMs);
    // what ended two days before is no news
    expect(await recent.look(scope('2', 23 * hourMs), day + 60.5 * hourMs)).toBe(13 * hourMs);
    expect(await recent.look(scope('2', 23 * hourMs), day + 90 * hourMs)).toBe(0);
  });
});
