import { describe, expect, it } from '@jest/globals';
import type { RecordPosition } from '../log.js';
import { AppendCall } from './append-call.js';
import { type QueuedRecord, PartitionQueue } from './partition-queue.js';

class Fixture {
  freed = 0;
  readonly queue = new PartitionQueue(4, (characters) => (this.freed += characters));

  call(...keys: string[]): {
    readonly call: AppendCall;
    readonly answer: Promise<RecordPosition[] | string>;
  } {
    const call = new AppendCall(keys.length, () => {});
    keys.forEach((key, index) => {
      this.queue.push({ key, value: 'v', partition: 4, call, index, size: key.length + 1 });
    });
    return { call, answer: call.promise.catch(String) };
  }

  take(most = 100): { readonly entries: readonly QueuedRecord[]; readonly keys: string } {
    const entries = this.queue.take(most);
    return { entries, keys: entries.map(({ key }) => key).join('') };
  }
}

describe('The append queue of a partition', () => {
  it('sends in order, and reports the offset of each record to its call', async () => {
    const fixture = new Fixture();
    const first = fixture.call('a', 'b');
    const second = fixture.call('c');
    const some = fixture.take(1);
    const rest = fixture.take();
    expect([some.keys, rest.keys]).toEqual(['a', 'bc']);
    fixture.queue.acknowledged(some.entries, 17);
    fixture.queue.acknowledged(rest.entries, 40);
    expect(await first.answer).toEqual([
      { partition: 4, offset: 17 },
      { partition: 4, offset: 40 },
    ]);
    expect(await second.answer).toEqual([{ partition: 4, offset: 41 }]);
    expect(fixture.freed).toBe(6);
    expect(fixture.queue.isEmpty).toBe(true);
  });

  it('sends unacknowledged records before all others', () => {
    const fixture = new Fixture();
    fixture.call('a', 'b');
    const sent = fixture.take();
    fixture.call('c');
    fixture.queue.unacknowledged(sent.entries, new Error('leader is away'));
    expect(fixture.queue.isRetrying).toBe(true);
    const again = fixture.take();
    expect(again.keys).toBe('ab');
    fixture.queue.acknowledged(again.entries, 0);
    expect(fixture.queue.isRetrying).toBe(false);
    expect(fixture.take().keys).toBe('c');
  });

  it('leaves out records of failed calls, whether they were sent before or not', async () => {
    const fixture = new Fixture();
    const late = fixture.call('a');
    fixture.call('b');
    const sent = fixture.take(2);
    const never = fixture.call('c');
    fixture.call('d');
    fixture.queue.unacknowledged(sent.entries, new Error('leader is away'));
    late.call.fail(new Error('too late'));
    never.call.fail(new Error('too late'));
    const again = fixture.take();
    expect(again.keys).toBe('b');
    fixture.queue.acknowledged(again.entries, 0);
    expect(fixture.take().keys).toBe('d');
    expect(await late.answer).toBe('Error: too late');
    expect(fixture.freed).toBe(6);
  });

  it('finds the record that the broker will never accept, and lets only its call fail', async () => {
    const fixture = new Fixture();
    const calls = ['a', 'b', 'c', 'HUGE', 'd'].map((key) => fixture.call(key));
    const sent: string[] = [];
    for (let taken = fixture.take(); taken.keys !== ''; taken = fixture.take()) {
      sent.push(taken.keys);
      if (taken.keys.includes('HUGE')) fixture.queue.rejected(taken.entries, 'too large');
      else fixture.queue.acknowledged(taken.entries, 0);
    }
    expect(sent.join(' ')).toMatch(/^abcHUGEd .*HUGE/);
    const answers = await Promise.all(calls.map(({ answer }) => answer));
    expect(answers.filter((answer) => typeof answer === 'string')).toEqual([
      'Error: a record of 5 characters cannot be appended: too large',
    ]);
    expect(fixture.queue.isEmpty).toBe(true);
    expect(fixture.freed).toBe(13);
  });

  it('takes no more at once than a request should hold, except for a single large record', () => {
    const fixture = new Fixture();
    fixture.call(...Array.from({ length: 1_500 }, () => 'k'));
    expect(fixture.take(5_000).entries).toHaveLength(1_000);
    expect(fixture.take(5_000).entries).toHaveLength(500);
    fixture.call('x'.repeat(500_000), 'y'.repeat(500_000), 'z'.repeat(2_000_000), 'end');
    const sizes = [1, 2, 3, 4].map(() =>
      fixture
        .take()
        .entries.map(({ key }) => key[0])
        .join(''),
    );
    expect(sizes).toEqual(['x', 'y', 'z', 'e']);
  });
});
