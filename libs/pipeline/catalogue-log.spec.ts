import { describe, expect, it } from '@jest/globals';
import type { Catalogue } from '#catalogue/catalogue.js';
import { encodeCatalogue, versionOf } from '#catalogue/version.js';
import { withEmbeddedLog } from '#log/embedded.harness.js';
import type { Log } from '#log/log.js';
import { topics, topicSettings } from '#wire/topics.js';
import { type Act, catalogueAtStart, CatalogueLog } from './catalogue-log.js';

function catalogueOf(tenant: string): Catalogue {
  const content = { tenant, connections: [], programmes: [], agents: [], outcomes: [], contracts: [] };
  return { version: versionOf(content), ...content };
}

const [first, second, third] = ['first', 'second', 'third'].map(catalogueOf) as [
  Catalogue,
  Catalogue,
  Catalogue,
];
const act: Act = { author: 'Ada', reason: 'prices of May', at: Date.UTC(2026, 4, 1) };

async function withLog(work: (log: Log, catalogues: CatalogueLog) => Promise<void>): Promise<void> {
  await withEmbeddedLog(async (log) => {
    await log.createTopics(topicSettings(1));
    await work(log, new CatalogueLog(log));
  });
}

async function force(catalogues: CatalogueLog, catalogue: Catalogue): Promise<void> {
  const result = await catalogues.apply(catalogue, act, await catalogues.inForce());
  expect(result.status).toBe('applied');
}

describe('The catalogue in force', () => {
  it('is none before the first was put in force', () =>
    withLog(async (_, catalogues) => {
      expect([await catalogues.inForce(), await catalogues.history()]).toEqual([null, []]);
    }));

  it('is the one applied last, with author, time and reason; an old one comes back by an entry of its own', () =>
    withLog(async (log, catalogues) => {
      for (const each of [first, second, first]) await force(catalogues, each);
      const read = await new CatalogueLog(log).history();
      expect(read.map(({ number, version }) => [number, version])).toEqual([
        [1, first.version],
        [2, second.version],
        [3, first.version],
      ]);
      expect(read.at(-1)).toMatchObject(act);
      expect(await new CatalogueLog(log).catalogueInForce()).toEqual(first);
      expect(await catalogues.find(second.version)).toEqual(second);
    }));

  it('is written once where it is in force already', () =>
    withLog(async (log, catalogues) => {
      await force(catalogues, first);
      const again = await catalogues.apply(first, act, await catalogues.inForce());
      expect(again.status).toBe('unchanged');
      expect((await log.bounds(topics.catalogue.name))[0]?.end).toBe(1);
    }));

  it('is that of the faster of two authors who decided at once, and the other learns it', () =>
    withLog(async (log, catalogues) => {
      await force(catalogues, first);
      const other = new CatalogueLog(log);
      const since = await other.inForce();
      const results = await Promise.all([
        catalogues.apply(second, act, since),
        other.apply(third, { ...act, author: 'Bob' }, since),
      ]);
      expect(results.map(({ status }) => status).toSorted()).toEqual(['applied', 'overtaken']);
      const winner = results[0]?.status === 'applied' ? second : third;
      expect((await new CatalogueLog(log).inForce())?.version).toBe(winner.version);
    }));

  it('is not changed by an author who looked before another one changed it and back', () =>
    withLog(async (_, catalogues) => {
      await force(catalogues, first);
      const since = await catalogues.inForce();
      await force(catalogues, second);
      await force(catalogues, first);
      expect((await catalogues.apply(third, act, since)).status).toBe('overtaken');
      expect((await catalogues.inForce())?.version).toBe(first.version);
    }));

  it('is the last that an earlier release recorded, until one is applied; its records change nothing after that', () =>
    withLog(async (log, catalogues) => {
      const record = async (each: Catalogue) =>
        log.append(topics.catalogue.name, [{ key: each.version, value: encodeCatalogue(each) }]);
      await record(first);
      await record(second);
      expect(await catalogues.inForce()).toMatchObject({ version: second.version, author: 'unknown' });
      await force(catalogues, third);
      await record(first);
      expect((await new CatalogueLog(log).inForce())?.version).toBe(third.version);
    }));

  it('is no other one that lies where it lay: a process that has read a topic which was made again says so', () =>
    withLog(async (log, catalogues) => {
      await force(catalogues, first);
      const [entry] = await catalogues.history();
      await withLog(async (another, itsCatalogues) => {
        await force(itsCatalogues, second);
        const onAnother = Object.assign(Object.create(log) as Log, {
          read: async (...asked: Parameters<Log['read']>) => another.read(...asked),
        });
        await expect(new CatalogueLog(onAnother).catalogueOf(entry!)).rejects.toThrow(
          `has lost catalogue ${first.version} at 0, or has another there`,
        );
      });
    }));

  it('is not changed by records that are something else', () =>
    withLog(async (log, catalogues) => {
      await force(catalogues, first);
      for (const value of ['no json', '{"version":"x"}', '[]', 'null', '{"version":1,"content":{}}']) {
        await log.append(topics.catalogue.name, [{ key: 'poison', value }]);
      }
      expect((await catalogues.inForce())?.version).toBe(first.version);
    }));
});

describe('A process that starts', () => {
  it('puts its files in force where the log has no catalogue, and no other process does it again', () =>
    withLog(async (log) => {
      const starts = await Promise.all(
        [first, second].map((files) => catalogueAtStart(new CatalogueLog(log), files, 0)),
      );
      const { version } = (await new CatalogueLog(log).inForce())!;
      expect(starts.map(({ catalogue }) => catalogue.version)).toEqual([version, version]);
      expect(starts.map(({ files }) => files).toSorted()).toEqual(['differs', 'first']);
      expect(await new CatalogueLog(log).history()).toHaveLength(1);
    }));

  it('works under the one in force with whatever files it is started, and changes nothing', () =>
    withLog(async (log, catalogues) => {
      await force(catalogues, first);
      await force(catalogues, second);
      const started = await catalogueAtStart(new CatalogueLog(log), first, 0);
      expect([started.files, started.catalogue]).toEqual(['differs', second]);
      expect((await catalogueAtStart(new CatalogueLog(log), second, 0)).files).toBe('same');
      expect(await new CatalogueLog(log).history()).toHaveLength(2);
    }));
});
