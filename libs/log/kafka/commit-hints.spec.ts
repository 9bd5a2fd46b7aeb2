import { describe, expect, it } from '@jest/globals';
import { VirtualTime } from '../virtual-time.harness.js';
import { CommitHints } from './commit-hints.js';
import { settingsOf } from './options.js';

const at = (next: number) => ({ next, lastRead: null });

describe('Positions to be committed', () => {
  const setUp = () => {
    const time = new VirtualTime();
    const written: string[] = [];
    let away = false;
    const settings = settingsOf({ brokers: ['b:1'], clientId: 'spec', commitEveryMs: 2_000, time });
    const hints = new CommitHints(settings, async (positions) => {
      if (away) throw new Error('coordinator is away');
      written.push([...positions].map(([partition, { next }]) => `${partition}:${next}`).join(' '));
    });
    return { time, written, hints, setAway: (is: boolean) => (away = is) };
  };

  it('are written together after an interval, the last one of each partition', async () => {
    const { time, written, hints } = setUp();
    hints.set(0, at(5));
    hints.set(1, at(7));
    await time.advance(1_000);
    hints.set(0, at(6));
    expect(written).toEqual([]);
    await time.advance(1_000);
    expect(written).toEqual(['0:6 1:7']);
    await time.advance(10_000);
    expect(written).toHaveLength(1);
  });

  it('are written later when the coordinator cannot be reached', async () => {
    const { time, written, hints, setAway } = setUp();
    setAway(true);
    hints.set(0, at(5));
    await time.advance(2_000);
    setAway(false);
    await time.advance(2_000);
    expect(written).toEqual(['0:5']);
  });

  it('are dropped with a lost partition, and written at the end', async () => {
    const { time, written, hints } = setUp();
    hints.set(0, at(5));
    hints.set(1, at(7));
    hints.drop(0);
    await hints.stop();
    expect(written).toEqual(['1:7']);
    expect(time.waiting()).toEqual([]);
  });

  it('show since when they go to a broker that does not coordinate the group', async () => {
    const time = new VirtualTime();
    const settings = settingsOf({ brokers: ['b:1'], clientId: 'spec', commitEveryMs: 2_000, time });
    let trouble: string | null = 'NOT_COORDINATOR_FOR_GROUP';
    const hints = new CommitHints(settings, async () => {
      if (trouble === null) return;
      const inner = Object.assign(new Error('refused'), { type: trouble });
      throw new Error('tried three times', { cause: inner });
    });
    hints.set(0, at(5));
    hints.set(1, at(7));
    const begun = time.now();
    await time.advance(6_000);
    expect(hints.misdirectedSince).toBe(begun + 2_000);
    trouble = 'COORDINATOR_NOT_AVAILABLE';
    await time.advance(2_000);
    expect(hints.misdirectedSince).toBeNull();
    trouble = 'NOT_COORDINATOR_FOR_GROUP';
    await time.advance(2_000);
    expect(hints.misdirectedSince).toBe(begun + 10_000);
    trouble = null;
    await time.advance(2_000);
    expect(hints.misdirectedSince).toBeNull();
    trouble = 'NOT_COORDINATOR_FOR_GROUP';
    hints.set(0, at(6));
    await time.advance(2_000);
    hints.drop(1);
    hints.drop(0);
    expect(hints.misdirectedSince).toBeNull();
  });
});
