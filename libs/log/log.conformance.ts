import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeConsumption } from './consumption.conformance.js';
import { freshName, freshTopic, type LogUnderTest, numbered, readAll, until, values } from './log.harness.js';
import { type Log, LogUnavailable } from './log.js';
import { partitionOf } from './partition.js';

/**
 * What every adapter of the log port has to pass. `make` gives a log; it may hold topics of others. Nothing
 * is assumed of offsets but that they rise, and nothing of time but that it goes on.
 */
export function describeLogConformance(name: string, make: () => Promise<LogUnderTest>): void {
  describe(`log conformance: ${name}`, () => {
    let under: LogUnderTest;

    beforeAll(async () => {
      under = await make();
    }, 120_000);

    afterAll(async () => {
      await under.dispose();
    }, 120_000);

    describeTopics(() => under.log);
    describeAppending(() => under.log);
    describeReading(() => under.log);
    describeConsumption(() => under.log);
    describeRestart(() => under);
  });
}

function describeTopics(log: () => Log): void {
  describe('A topic', () => {
    it('is created once and exists afterwards', async () => {
      const topics = [freshName(), freshName()].map((name, index) => ({
        name,
        partitions: 1 + index,
        retentionMs: index === 0 ? null : 86_400_000,
        compacted: index === 0,
      }));
      const report = (status: string) => topics.map(({ name }) => ({ name, status, differences: [] }));
      expect(await log().createTopics(topics)).toEqual(report('created'));
      expect(await log().createTopics(topics)).toEqual(report('exists'));
      expect(await log().bounds(topics[1]!.name)).toHaveLength(2);
    });

    it('is reported and left as it is where its settings differ', async () => {
      const settings = { name: freshName(), partitions: 2, retentionMs: 86_400_000, compacted: false };
      await log().createTopics([settings]);
      const wanted = { name: settings.name, partitions: 3, retentionMs: null, compacted: true };
      const report = [
        {
          name: settings.name,
          status: 'differs',
          differences: [
            { setting: 'partitions', actual: '2', expected: '3' },
            { setting: 'retentionMs', actual: '86400000', expected: 'null' },
            { setting: 'compacted', actual: 'false', expected: 'true' },
          ],
        },
      ];
      expect(await log().createTopics([wanted])).toEqual(report);
      expect(await log().createTopics([wanted])).toEqual(report);
      expect(await log().bounds(settings.name)).toHaveLength(2);
      expect(await log().createTopics([settings])).toMatchObject([{ status: 'exists' }]);
    });

    it('is an error of the caller where it was not created', async () => {
      const topic = freshName();
      const handler = {
        assigned: async () => 0,
        batch: async () => ({ status: 'fenced' }) as const,
        lost: () => {},
      };
      const attempts = [
        () => log().append(topic, [{ key: 'k', value: 'v' }]),
        () => log().read(topic, 0, 0, 1),
        () => log().bounds(topic),
        () => log().offsetsAt(topic, 0),
        () => log().committed('no-group', topic),
        () => log().consume({ topic, group: 'no-group', handler, batchRecords: 1 }),
      ];
      for (const attempt of attempts) {
        const error: unknown = await attempt().then(
          () => 'no error',
          (thrown: unknown) => thrown,
        );
        expect(error).toMatchObject({ message: expect.stringContaining(`${topic} does not exist`) });
        expect(String(error)).toContain(topic);
      }
    });
  });
}

function describeAppending(log: () => Log): void {
  describe('An append', () => {
    it('puts each key into the partition that Kafka would choose, unless the caller chose one', async () => {
      const topic = await freshTopic(log(), { partitions: 5 });
      const keys = Array.from({ length: 40 }, (_, index) => `contact-${index}`);
      const appended = await log().append(
        topic,
        keys.map((key) => ({ key, value: key })),
      );
      expect(appended.map(({ partition }) => partition)).toEqual(keys.map((key) => partitionOf(key, 5)));
      const chosen = await log().append(
        topic,
        keys.map((key) => ({ key, value: key, partition: 3 })),
      );
      expect(new Set(chosen.map(({ partition }) => partition))).toEqual(new Set([3]));
    });

    it('returns the position of each record, in the order given', async () => {
      const topic = await freshTopic(log(), { partitions: 3 });
      const records = Array.from({ length: 50 }, (_, index) => ({ key: `k${index}`, value: `v${index}` }));
      const appended = await log().append(topic, records);
      expect(appended).toHaveLength(50);
      for (const [index, { partition, offset }] of appended.entries()) {
        expect(await log().read(topic, partition, offset, 1)).toMatchObject([{ offset, ...records[index] }]);
      }
    });

    it('keeps the order of records of one partition, within a call and between calls', async () => {
      const topic = await freshTopic(log());
      for (let call = 0; call < 5; call++) {
        await log().append(topic, [
          ...numbered(call * 30, call * 30 + 30, 0),
          ...numbered(call, call + 1, 1),
        ]);
      }
      const records = await readAll(log(), topic, 0);
      expect(values(records)).toEqual(numbered(0, 150, 0).map(({ value }) => value));
      expect(records.every(({ offset }, index) => offset > (records[index - 1]?.offset ?? -1))).toBe(true);
      expect(values(await readAll(log(), topic, 1))).toEqual(['0', '1', '2', '3', '4']);
    });

    it('stores every record of concurrent calls once, those of one call in order', async () => {
      const topic = await freshTopic(log());
      const calls = Array.from({ length: 20 }, (_, call) => call);
      const appended = await Promise.all(
        calls.map((call) =>
          log().append(
            topic,
            Array.from({ length: 10 }, (_, index) => ({
              key: `${call}`,
              value: `${index}`,
              partition: index % 2,
            })),
          ),
        ),
      );
      const records = [await readAll(log(), topic, 0), await readAll(log(), topic, 1)];
      for (const call of calls) {
        const kept = records.map((partition) => partition.filter(({ key }) => key === `${call}`));
        expect(kept.map(values)).toEqual([
          ['0', '2', '4', '6', '8'],
          ['1', '3', '5', '7', '9'],
        ]);
        const places = kept.flatMap((partition, at) => partition.map(({ offset }) => `${at}/${offset}`));
        expect(places.sort()).toEqual(
          appended[call]!.map((place) => `${place.partition}/${place.offset}`).sort(),
        );
      }
    });

    it('of no records does nothing', async () => {
      const topic = await freshTopic(log());
      const before = await log().bounds(topic);
      expect(await log().append(topic, [])).toEqual([]);
      expect(await log().bounds(topic)).toEqual(before);
    });

    it('stores any text unchanged', async () => {
      const topic = await freshTopic(log());
      const texts = [
        '',
        'Zoë 👩🏽‍💻 שָׁלוֹם 漢字 \u0000 \u001f "\\ \r\n \ufeff end',
        '{"a":"\\u0000"}',
        'x'.repeat(1_000_000),
      ];
      const records = texts.map((value, index) => ({ key: `${texts[index % 3]}`, value, partition: 0 }));
      await log().append(topic, records);
      expect(
        (await readAll(log(), topic, 0)).map(({ key, value }) => ({ key, value, partition: 0 })),
      ).toEqual(records);
    });

    it('fails as a whole where a partition does not exist', async () => {
      const topic = await freshTopic(log());
      const before = await log().bounds(topic);
      await expect(log().append(topic, [...numbered(0, 1, 0), ...numbered(1, 2, 2)])).rejects.toThrow(topic);
      expect(await log().bounds(topic)).toEqual(before);
    });
  });
}

function describeReading(log: () => Log): void {
  describe('A read', () => {
    it('begins at the given offset and returns no more than the limit', async () => {
      const topic = await freshTopic(log());
      const appended = await log().append(topic, numbered(0, 20, 1));
      expect(values(await log().read(topic, 1, appended[7]!.offset, 5))).toEqual(['7', '8', '9', '10', '11']);
      expect(values(await log().read(topic, 1, appended[18]!.offset, 5))).toEqual(['18', '19']);
      expect(values(await log().read(topic, 1, appended[0]!.offset, 1))).toEqual(['0']);
    });

    it('returns nothing at the end', async () => {
      const topic = await freshTopic(log());
      await log().append(topic, numbered(0, 3, 1));
      const bounds = await log().bounds(topic);
      expect(await log().read(topic, 0, bounds[0]!.end, 10)).toEqual([]);
      expect(await log().read(topic, 1, bounds[1]!.end, 10)).toEqual([]);
    });

    it('refuses a partition that does not exist, and a limit of 0', async () => {
      const topic = await freshTopic(log());
      await expect(log().read(topic, 2, 0, 10)).rejects.toThrow(topic);
      await expect(log().read(topic, 0, 0, 0)).rejects.toThrow('limit');
    });

    it('finds all records within the bounds', async () => {
      const topic = await freshTopic(log(), { partitions: 3 });
      const empty = await log().bounds(topic);
      expect(empty.map(({ partition }) => partition)).toEqual([0, 1, 2]);
      expect(empty.every(({ begin, end }) => begin === end)).toBe(true);
      const appended = await log().append(topic, numbered(0, 4, 1));
      const bounds = await log().bounds(topic);
      expect(bounds[0]).toEqual(empty[0]);
      expect(bounds[1]!.begin).toBe(empty[1]!.begin);
      expect(bounds[1]!.begin).toBeLessThanOrEqual(appended[0]!.offset);
      expect(bounds[1]!.end).toBeGreaterThan(appended[3]!.offset);
      const more = await log().append(topic, numbered(4, 5, 1));
      expect(more[0]!.offset).toBeGreaterThanOrEqual(bounds[1]!.end);
    });

    it('finds offsets by append time, which never decreases', async () => {
      const topic = await freshTopic(log());
      const empty = await log().bounds(topic);
      const instants = await appendedAtDifferentTimes(log(), topic);
      const records = await readAll(log(), topic, 0);
      expect(records.map(({ timestamp }) => timestamp)).toEqual(
        records.map(({ timestamp }) => timestamp).sort((a, b) => a - b),
      );
      expect(Math.abs(instants[0]! - Date.now())).toBeLessThan(600_000);
      const { end } = (await log().bounds(topic))[0]!;
      const asked = [0, ...instants.flatMap((instant) => [instant - 1, instant, instant + 1])];
      for (const instant of asked) {
        const expected = records.find(({ timestamp }) => timestamp >= instant)?.offset ?? end;
        expect(await log().offsetsAt(topic, instant)).toEqual([expected, empty[1]!.end]);
      }
    });
  });
}

/** Appends to partition 0 until the log's clock has shown three instants; answers them. */
async function appendedAtDifferentTimes(log: Log, topic: string): Promise<number[]> {
  const instants = new Set<number>();
  await until('the log has seen three instants', async () => {
    const [appended] = await log.append(topic, numbered(0, 2, 0));
    const [record] = await log.read(topic, 0, appended!.offset, 1);
    instants.add(record!.timestamp);
    return instants.size >= 3;
  });
  return [...instants];
}

function describeRestart(under: () => LogUnderTest): void {
  describe('A log that is opened again', () => {
    it('has every topic, record and bound, and continues after them', async () => {
      const topic = await freshTopic(under().log, { partitions: 2, retentionMs: 86_400_000 });
      await under().log.append(topic, numbered(0, 30, 0));
      const before = {
        bounds: await under().log.bounds(topic),
        records: await readAll(under().log, topic, 0),
      };
      const log = await under().restart();
      expect({ bounds: await log.bounds(topic), records: await readAll(log, topic, 0) }).toEqual(before);
      expect(
        await log.createTopics([{ name: topic, partitions: 2, retentionMs: 86_400_000, compacted: false }]),
      ).toMatchObject([{ status: 'exists' }]);
      const [appended] = await log.append(topic, numbered(30, 31, 0));
      expect(appended!.offset).toBeGreaterThanOrEqual(before.bounds[0]!.end);
    });

    it('fails all calls after it was closed', async () => {
      const { log } = under();
      const topic = await freshTopic(log);
      await under().restart();
      await expect(log.append(topic, numbered(0, 1, 0))).rejects.toBeInstanceOf(LogUnavailable);
      await expect(log.read(topic, 0, 0, 1)).rejects.toBeInstanceOf(LogUnavailable);
      await log.close();
    });
  });
}
