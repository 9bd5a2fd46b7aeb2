import { describe, expect, it } from '@jest/globals';
import type { Batch, BatchResult } from '../log.js';
import { promisesRun, VirtualTime } from '../virtual-time.harness.js';
import type { FetchedMessages } from './group-member.js';
import { PartitionReader } from './partition-reader.js';

/** A reader of partition 2 whose member only records its commands. */
class Fixture {
  readonly commands: string[] = [];
  readonly delivered: string[] = [];
  begin = 10;
  decide: (batch: Batch) => BatchResult | Promise<BatchResult> = doneWith;
  readonly time = new VirtualTime();
  readonly reader = new PartitionReader(2, {
    consume: {
      topic: 'journal.postings',
      group: 'tally',
      batchRecords: 3,
      handler: {
        assigned: async () => this.begin,
        batch: async (batch) => {
          this.delivered.push(batch.records.map(({ offset }) => offset).join(' '));
          return this.decide(batch);
        },
        lost: () => {},
      },
    },
    time: this.time,
    initial: { next: 0, end: 0 },
    seek: (offset) => this.commands.push(`seek ${offset}`),
    pause: () => this.commands.push('pause'),
    resume: () => this.commands.push('resume'),
    commit: () => {},
    committed: async () => null,
    recordFrom: async () => null,
    bounds: async () => ({ begin: 0, end: 1_000 }),
    positionDoubted: () => this.commands.push('doubt'),
  });

  async start(): Promise<void> {
    this.reader.joined();
    this.reader.start();
    await promisesRun();
  }

  async fetched(
    from: number,
    offsets: readonly number[],
    through = (offsets.at(-1) ?? from - 1) + 1,
  ): Promise<void> {
    this.reader.fetched(chunk(from, offsets, through));
    await promisesRun();
  }
}

function chunk(from: number, offsets: readonly number[], through: number): FetchedMessages {
  const messages = offsets.map((offset) => ({
    offset: `${offset}`,
    timestamp: '1772323200000',
    key: Buffer.from('k'),
    value: Buffer.from('{}'),
  }));
  return { partition: 2, from, messages, next: through, end: 1_000 };
}

function doneWith({ records }: Batch): BatchResult {
  return { status: 'done', next: (records.at(-1)?.offset ?? 0) + 1 };
}

describe('A reader of a partition', () => {
  it('is paused until the handler has said where to begin, then seeks and resumes', async () => {
    const fixture = new Fixture();
    fixture.reader.joined();
    expect(fixture.commands).toEqual(['pause']);
    await fixture.fetched(0, [0, 1]);
    fixture.reader.start();
    await promisesRun();
    expect(fixture.commands).toEqual(['pause', 'seek 10', 'resume']);
    expect(fixture.delivered).toEqual([]);
  });

  it('delivers messages in batches of the configured size', async () => {
    const fixture = new Fixture();
    await fixture.start();
    await fixture.fetched(10, [10, 11, 12, 13, 14]);
    await fixture.fetched(15, [15]);
    expect(fixture.delivered).toEqual(['10 11 12', '13 14', '15']);
    expect(fixture.reader.nextFetch).toBe(16);
  });

  it('drops messages that were fetched from another offset, and has the position verified', async () => {
    const fixture = new Fixture();
    await fixture.start();
    fixture.commands.length = 0;
    await fixture.fetched(0, [0, 1, 2]);
    await fixture.fetched(12, [12, 13]);
    expect(fixture.delivered).toEqual([]);
    expect(fixture.commands).toEqual(['pause', 'doubt', 'pause', 'doubt']);
    fixture.reader.skipTo(10);
    expect(fixture.commands.slice(4)).toEqual(['seek 10', 'resume']);
    await fixture.fetched(10, [10]);
    expect(fixture.delivered).toEqual(['10']);
  });

  it('continues after offsets that hold transaction markers', async () => {
    const fixture = new Fixture();
    await fixture.start();
    await fixture.fetched(10, [10, 13], 20);
    expect(fixture.reader.driver.next).toBe(20);
    fixture.reader.skipTo(30);
    await promisesRun();
    expect(fixture.reader.driver.next).toBe(30);
    await fixture.fetched(30, [30]);
    expect(fixture.delivered).toEqual(['10 13', '30']);
  });

  it('pauses fetching while enough messages wait, and resumes when they are processed', async () => {
    const fixture = new Fixture();
    const gate = Promise.withResolvers<void>();
    fixture.decide = async (batch) => {
      await gate.promise;
      return doneWith(batch);
    };
    await fixture.start();
    fixture.commands.length = 0;
    await fixture.fetched(10, [10, 11, 12, 13]);
    expect(fixture.commands).toEqual(['pause']);
    gate.resolve();
    await promisesRun();
    expect(fixture.commands).toEqual(['pause', 'resume']);
    expect(fixture.delivered).toEqual(['10 11 12', '13']);
  });

  it('delivers the same records again after a retry, from memory', async () => {
    const fixture = new Fixture();
    fixture.decide = () => ({ status: 'retry', cause: new Error('store is away') });
    await fixture.start();
    fixture.commands.length = 0;
    await fixture.fetched(10, [10, 11]);
    fixture.decide = doneWith;
    await fixture.time.advance(100);
    expect(fixture.delivered).toEqual(['10 11', '10 11']);
    expect(fixture.commands).toEqual([]);
  });

  it('goes where the handler says after it was fenced: back, forward, or to the same offset', async () => {
    const fixture = new Fixture();
    let moves = 0;
    fixture.decide = (batch) => {
      if (moves++ > 0) return doneWith(batch);
      return { status: 'fenced' };
    };
    await fixture.start();
    await fixture.fetched(10, [10, 11]);
    expect(fixture.delivered).toEqual(['10 11', '10 11']);
    moves = 0;
    fixture.begin = 5;
    await fixture.fetched(12, [12]);
    expect(fixture.commands.slice(-1)).toEqual(['seek 5']);
    await fixture.fetched(5, [5, 6]);
    expect(fixture.delivered.slice(2)).toEqual(['12', '5 6']);
    moves = 0;
    fixture.begin = 9;
    await fixture.fetched(7, [7, 8, 9]);
    expect(fixture.delivered.slice(4)).toEqual(['7 8 9', '9']);
  });

  it('seeks again after a rebalance, since kafkajs has lost the position', async () => {
    const fixture = new Fixture();
    await fixture.start();
    await fixture.fetched(10, [10]);
    fixture.commands.length = 0;
    fixture.reader.joined();
    expect(fixture.commands).toEqual(['seek 11', 'resume']);
  });
});
