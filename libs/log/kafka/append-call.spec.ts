import { describe, expect, it } from '@jest/globals';
import { LogUnavailable } from '../log.js';
import { VirtualTime } from '../virtual-time.harness.js';
import { AppendCall, Deadlines } from './append-call.js';

const outcome = (call: AppendCall) => call.promise.catch((error: unknown) => error);

describe('The deadline of an append', () => {
  it('lets it fail as lost infrastructure, with the last error', async () => {
    const time = new VirtualTime();
    const deadlines = new Deadlines(time, 5_000);
    const call = new AppendCall(2, () => {});
    const failed = outcome(call);
    deadlines.add(call);
    call.acknowledged(0, 0, 17);
    call.lastError = new Error('leader is away');
    await time.advance(4_000);
    expect(call.isEnded).toBe(false);
    await time.advance(2_000);
    expect(await failed).toBeInstanceOf(LogUnavailable);
    expect(String(await failed)).toContain('not acknowledged within 5000 ms: leader is away');
  });

  it('does not affect an acknowledged append, and leaves no timer behind', async () => {
    const time = new VirtualTime();
    const deadlines = new Deadlines(time, 5_000);
    let over = 0;
    const call = new AppendCall(1, () => (over += 1));
    deadlines.add(call);
    call.acknowledged(0, 3, 17);
    await time.advance(10_000);
    call.fail(new Error('never seen'));
    expect(await call.promise).toEqual([{ partition: 3, offset: 17 }]);
    expect(over).toBe(1);
    expect(time.waiting()).toEqual([]);
  });

  it('counts for each append from its own start', async () => {
    const time = new VirtualTime();
    const deadlines = new Deadlines(time, 5_000);
    const calls = [new AppendCall(1, () => {}), new AppendCall(1, () => {})] as const;
    const outcomes = calls.map(outcome);
    deadlines.add(calls[0]);
    await time.advance(3_000);
    deadlines.add(calls[1]);
    await time.advance(3_000);
    expect(calls.map(({ isEnded: isOver }) => isOver)).toEqual([true, false]);
    await time.advance(3_000);
    expect(calls.map(({ isEnded: isOver }) => isOver)).toEqual([true, true]);
    expect(await Promise.all(outcomes)).toHaveLength(2);
  });
});
