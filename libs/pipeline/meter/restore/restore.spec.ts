import { beforeEach, describe, expect, it } from '@jest/globals';
import { fact } from '#domain/contact/facts.fixture.js';
import type { Fact } from '#domain/fact/fact.js';
import { interpretEntity } from '#domain/entity/fold.js';
import type { Log, LogRecord, PartitionHandler } from '#log/log.js';
import { readMarks } from '#pipeline/parking.js';
import { SumTooLarge } from '#store/change.js';
import { MemoryLog } from '#test/simulation/ports/memory-log.js';
import { MemoryData, MemoryStore, type Snapshot } from '#test/simulation/ports/memory-store.js';
import { StaleClaim } from '#store/store.js';
import { encodeFact } from '#wire/facts.js';
import { decodeJournalRecord } from '#wire/postings.js';
import { decodeStateRecord } from '#wire/states.js';
import { topics, topicSettings } from '#wire/topics.js';
import { journal } from '../any-fact.fixture.js';
import { meter, type MeterDeps, meterKeyspace } from '../meter.js';

/** Calls of sixty seconds of talk, each of a customer of its own, archived at once. */
let log: MemoryLog;
beforeEach(async () => {
  log = new MemoryLog(() => 1_772_445_600_000);
  await log.createTopics(topicSettings(1));
});

const calls = Array.from({ length: 12 }, (_, index): Fact => {
  const entity = `c:${index}`;
  return { ...fact('segment.summarized', index * 1_000, { entity, customer: entity }), id: entity };
});

function newMeter(over: Log, store: MemoryStore, more: Partial<MeterDeps> = {}): PartitionHandler {
  return meter({ log: over, store, archiveAfterMs: 0, onRefused: () => undefined, ...more });
}

/** Answers where the meter has come to. */
async function fold(handler: PartitionHandler): Promise<number> {
  let next = await handler.assigned(0);
  for (;;) {
    const records = await log.read(topics.facts.name, 0, next, 3);
    if (records.length === 0) return next;
    const end = next + records.length;
    expect(await handler.batch({ topic: topics.facts.name, partition: 0, records, end })).toMatchObject({
      status: 'done',
    });
    next = end;
  }
}

async function append(...facts: readonly Fact[]): Promise<void> {
  const records = facts.map((each) => ({ key: each.entity, value: encodeFact(each) }));
  await log.append(topics.facts.name, records);
}

const newStore = (): MemoryStore => new MemoryStore(new MemoryData());

/** Of whose topic of states some records have disappeared. */
function lacking(isLost: (record: LogRecord) => boolean): Log {
  return new Proxy<Log>(log, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name !== 'read') return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      return async (...asked: Parameters<Log['read']>) => {
        const records = await target.read(...asked);
        return asked[0] === topics.states.name ? records.filter((each) => !isLost(each)) : records;
      };
    },
  });
}

describe('A meter that restores itself', () => {
  it('stops where a state is missing, and names whose it is', async () => {
    await append(...calls);
    await fold(newMeter(log, newStore()));
    log.expire(topics.facts.name, 0, 6);
    const damaged = lacking(({ value }) => value.includes('"c:3"') || value.includes('"c:1"'));
    const restored = newMeter(damaged, newStore()).assigned(0);
    await expect(restored).rejects.toMatchObject({ code: 'states-incomplete' });
    await expect(newMeter(damaged, newStore()).assigned(0)).rejects.toThrow(
      /meter\.states\/0: .* posted of facts below \d+: 2 entities \(c:1, c:3\)/,
    );
    expect(await newMeter(log, newStore()).assigned(0)).toBeGreaterThan(5);
  });

  it('names the calls that are in neither states nor facts', async () => {
    await append(...calls);
    await fold(newMeter(log, newStore()));
    log.expire(topics.facts.name, 0, 12);
    // The last archive batch but one was begun with the seventh call: what is above has no state for certain.
    const covered = (await log.read(topics.states.name, 0, 0, 100))
      .map(({ value }) => decodeStateRecord(value))
      .reduce((to, each) => Math.max(to, each?.kind === 'covered' ? each.from : 0), 0);
    expect(covered).toBe(6);
    await expect(newMeter(log, newStore()).assigned(0)).rejects.toThrow(
      'facts 6 to 11 are nowhere; the journal has postings of them for 6 entities (c:10, c:11, c:6, c:7, c:8, c:9)',
    );
  });

  it('begins with nothing where no fact has expired', async () => {
    await append(...calls);
    await fold(newMeter(log, newStore()));
    expect(await newMeter(log, newStore()).assigned(0)).toBe(0);
  });

  it('stops where the facts are those of another log', async () => {
    await append(...calls);
    await fold(newMeter(log, newStore()));
    const states = log.contents().topics.get(topics.states.name)!;
    const another = new MemoryLog(() => 1_772_445_600_001);
    await another.createTopics(topicSettings(1));
    const contents = another.contents();
    another.replace({ ...contents, topics: new Map([...contents.topics, [topics.states.name, states]]) });
    log = another;
    await append(...calls);
    log.expire(topics.facts.name, 0, 2);
    await expect(newMeter(log, newStore()).assigned(0)).rejects.toMatchObject({ code: 'log-replaced' });
  });

  it('begins again where the store goes back to an earlier step before the last one', async () => {
    await append(...calls);
    await fold(newMeter(log, newStore()));
    const before = await journal(log);
    log.expire(topics.facts.name, 0, 6);
    const data = new MemoryData();
    const store = new MemoryStore(data);
    const commit = store.commit.bind(store);
    let first: Snapshot | null = null;
    store.commit = async (at, change) => {
      first ??= data.snapshot();
      // The last step is the one that sets the position.
      if (change.next > 0) data.restore(first, null);
      return commit(at, change);
    };
    await expect(newMeter(log, store).assigned(0)).rejects.toThrow(StaleClaim);
    store.commit = commit;
    await append({ ...calls[0], revision: 2, talkMs: 90_000 } as Fact);
    await fold(newMeter(log, store));
    const [revised, ...others] = (await journal(log)).slice(before.length);
    expect(others).toEqual([]);
    const posted = decodeJournalRecord(revised ?? '')?.postings ?? [];
    expect(
      posted.map(({ sign, content }) => [sign, JSON.stringify(content).match(/"talkMs":(\d+)/)?.[1]]),
    ).toEqual([
      [-1, '60000'],
      [1, '90000'],
    ]);
  });

  it('knows that the program took a call for something else, and takes that back', async () => {
    const longer: typeof interpretEntity = (facts) => {
      const content = interpretEntity(facts);
      if (content?.kind !== 'contact') return content;
      return { ...content, legs: content.legs.map((leg) => ({ ...leg, talkMs: (leg.talkMs ?? 0) + 700 })) };
    };
    const next = { interpretation: { version: 2, interpret: longer } };
    const act = {
      type: 'entity.reinterpreted',
      id: 'reinterpreted|2|c:3',
      entity: 'c:3',
      connection: 'c',
      at: 20_000,
      revision: 0,
      interpretation: 2,
      author: 'Ops',
      reason: 'a mended defect',
    } as const;
    await append(...calls);
    const before = newStore();
    await fold(newMeter(log, before));
    await append(act);
    await fold(newMeter(log, before, next));
    // One more, with which the call is archived again.
    await append({ ...fact('segment.summarized', 21_000, { entity: 'c:13', customer: 'c:13' }), id: 'c:13' });
    await fold(newMeter(log, before, next));
    const states = (await log.read(topics.states.name, 0, 0, 100)).map(({ value }) =>
      decodeStateRecord(value),
    );
    const [last] = states.filter((each) => each?.kind === 'state' && each.entity === 'c:3').slice(-1);
    expect(last).toMatchObject({ factOffsets: [3] });
    const posted = (await journal(log)).length;

    // So the act is the first thing that comes again.
    const covered = states.reduce((to, each) => Math.max(to, each?.kind === 'covered' ? each.from : 0), 0);
    expect(covered).toBe(calls.length);
    log.expire(topics.facts.name, 0, covered);
    const store = newStore();
    await fold(newMeter(log, store, next));
    expect(await journal(log)).toHaveLength(posted);
    await append({ ...calls[3], revision: 2, talkMs: 90_000 } as Fact);
    await fold(newMeter(log, store, next));
    const [revised = ''] = (await journal(log)).slice(posted);
    const talks = (decodeJournalRecord(revised)?.postings ?? []).map(({ sign, content }) => {
      return [sign, content.kind === 'contact' ? content.legs[0]?.talkMs : null];
    });
    expect(talks).toEqual([
      [-1, 60_700],
      [1, 90_700],
    ]);
  });

  it('leaves out still what was parked', async () => {
    const interpret: typeof interpretEntity = (facts) => {
      if (facts.some(({ entity }) => entity === 'c:2')) throw new SumTooLarge('k', 'f', 'is too large');
      return interpretEntity(facts);
    };
    const defective = { interpretation: { version: 1, interpret } };
    await append(...calls);
    await fold(newMeter(log, newStore(), defective));
    log.expire(topics.facts.name, 0, 6);
    const store = newStore();
    await newMeter(log, store).assigned(0);
    const parked = await readMarks(store, { keyspace: meterKeyspace, partition: 0 });
    expect([...parked]).toEqual([['c:2', { offset: 2, cause: 'sum-too-large' }]]);
  });
});
