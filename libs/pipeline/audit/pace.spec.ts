import { describe, expect, it } from '@jest/globals';
import { promisesRun, VirtualTime } from '#log/virtual-time.harness.js';
import { Ended, Pace } from './pace.js';

describe('The pace of an audit', () => {
  it('rests nineteen times as long as it has worked, for five percent of a processor', async () => {
    const time = new VirtualTime();
    const pace = new Pace(0.05, time);
    await time.advance(40);
    const paused = pace.pause();
    expect(time.waiting()).toEqual([760]);
    await time.advance(760);
    await paused;
    // Time at rest is no work.
    void pace.pause();
    expect(time.waiting()).toEqual([0]);
  });

  it('rests a minute at most, as after a machine that slept', async () => {
    const time = new VirtualTime();
    const pace = new Pace(0.05, time);
    await time.advance(3_600_000);
    void pace.pause();
    expect(time.waiting()).toEqual([60_000]);
  });

  it('ends in the middle of a rest, and rests no more', async () => {
    const time = new VirtualTime();
    const pace = new Pace(0.5, time);
    const paused = pace.sleep(600_000).catch((error: unknown) => error);
    pace.end();
    expect(await paused).toBeInstanceOf(Ended);
    expect(time.waiting()).toEqual([]);
    await expect(pace.pause()).rejects.toBeInstanceOf(Ended);
    await promisesRun();
    expect(time.waiting()).toEqual([]);
  });
});
