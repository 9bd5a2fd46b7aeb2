import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RedisStore } from '#store/redis/redis-store.js';
import type { Store } from '#store/store.js';
import { describeWith } from '#test/stack/describe-with.js';
import { redisAvailable, type RedisStack, startRedis } from '#test/stack/redis/redis.js';
import { operatorActs } from '#pipeline/operator-acts.js';
import { contractKey } from '#wire/stages.js';
import type { SumsAudit } from './audit-sums.js';
import { BackgroundAudit } from './background-audit.js';
import { type DriftKind, driftKind } from './drift.js';
import { repairSums } from './repair-sums.js';
import { TalliedJournal } from './tallied-journal.harness.js';

const decided = { author: 'Ops', reason: 'a server lost memory', at: 1 };

/** `openStore`: null is the embedded one. */
function describeDrift(
  name: string,
  openStore: () => Promise<{ store: Store | null; dispose(): Promise<void> }>,
) {
  describe(`Sums of a tally in ${name} that were changed behind its back`, () => {
    let opened: Awaited<ReturnType<typeof openStore>>;
    let journal: TalliedJournal;
    beforeEach(async () => {
      opened = await openStore();
      journal = await TalliedJournal.open(opened.store);
      await journal.post(60);
      await journal.tallyUp();
    });
    afterEach(async () => {
      await journal.close();
      await opened.dispose();
    });

    /** Changes one sum or state of each kind. */
    async function damageAll(): Promise<void> {
      const { store, at } = journal;
      const { sums, states } = await store.keys(at);
      const { values } = await store.sums(at, sums);
      const increments = new Map<string, Map<string, number>>([['parked', new Map([['c:ghost', 8]])]]);
      for (const kind of ['programme', 'queue', 'agent', 'contract'] as const) {
        const key = sums.filter((each) => driftKind({ key: each }) === kind).sort()[0] ?? '';
        const field = [...(values.get(key)?.keys() ?? [])].sort()[0] ?? '';
        increments.set(key, new Map([[field, 1_000]]));
      }
      const [chain = ''] = states.filter((key) => driftKind({ key }) === 'chain').sort();
      // A watermark of another source, as no journal has it.
      const [seen = ''] = await store.load(at, ['seen']);
      const watermark = JSON.stringify([...(JSON.parse(seen ?? '') as unknown[]), [7, 3, 0]]);
      const puts = [
        [chain, '[]'],
        ['seen', watermark],
        ['last-read', 'another'],
        ['unknown', 'state'],
      ] as const;
      await journal.damage({ increments, puts });
    }

    /** What of it an audit names. */
    const kinds: readonly DriftKind[] = [
      'agent',
      'chain',
      'contract',
      'other',
      'parked',
      'position',
      'programme',
      'queue',
      'watermark',
    ];

    async function contractCount(): Promise<number | undefined> {
      const key = contractKey('calls', '2026-03');
      const { values } = await journal.store.sums(journal.at, [key]);
      return values.get(key)?.values().next().value;
    }

    it('are all found by the audit in the background, kind by kind, and by none before', async () => {
      const rounds: SumsAudit[] = [];
      const { promise: first, resolve: firstEnded } = Promise.withResolvers<void>();
      const { promise: found, resolve: driftFound } = Promise.withResolvers<void>();
      const audit = new BackgroundAudit({
        sums: journal.sums,
        partitions: () => [0],
        directory: join(journal.directory, 'audit'),
        share: 1,
        restMs: 0,
        onRound: (round) => {
          rounds.push(round);
          firstEnded();
          if (round.differing > 0) driftFound();
        },
        onError: (_, error) => expect(error).toBeUndefined(),
      });
      audit.start();
      try {
        await first;
        expect(rounds[0]).toMatchObject({ offset: 60, differing: 0 });
        expect(audit.states()).toMatchObject([{ partition: 0, differing: {} }]);
        await damageAll();
        await found;
      } finally {
        await audit.stop();
      }
      const last = rounds.find(({ differing }) => differing > 0);
      expect(Object.keys(last?.byKind ?? {}).sort()).toEqual(kinds);
      expect(last?.differing).toBe(kinds.length);
      expect(audit.states()[0]?.differing).toEqual(last?.byKind);
    }, 60_000);

    it('are set to what the journal says while postings go on arriving, by an act with author and reason', async () => {
      await damageAll();
      const repair = await journal.meanwhile(async () =>
        journal.withScratch(async (deps) => repairSums(0, deps, decided)),
      );
      expect(repair.status).toBe('repaired');
      await journal.tallyUp();
      // By hand: each call is a handled contact of the contract.
      expect(await contractCount()).toBe(journal.posted);
      expect(await journal.audited()).toMatchObject({ offset: journal.posted, differing: 0 });
      expect(await operatorActs(journal.log)).toMatchObject([
        { act: 'sums-repaired', author: 'Ops', reason: 'a server lost memory', partition: 0 },
      ]);
    }, 60_000);

    it('are found in each page of a long chain, which is set right whatever pages it has', async () => {
      const { store, at } = journal;
      await journal.post(200, 'switchboard');
      await journal.tallyUp();
      const { states } = await store.keys(at);
      const pages = states.filter((key) => key.startsWith('chain||')).sort();
      const [first = '', second = '', third = '', fourth = ''] = pages;
      expect(pages).toHaveLength(4);
      const head = first.slice(first.indexOf('|', 'chain||'.length) + 1);
      const stray = first.replace('||0|', '||99|');
      await journal.damage({ puts: [[stray, '[]']] });
      expect(await journal.audited()).toMatchObject({
        differing: 1,
        drifts: [{ key: stray, journal: null, tally: '[]' }],
      });
      await journal.damage({ deletes: [third, stray] });
      const lost = await journal.audited();
      expect(lost).toMatchObject({ differing: 1, drifts: [{ key: head }], byKind: { chain: 1 } });
      // In other pages than a count from the first record has, some of them lost.
      await journal.damage({
        puts: [
          [head, JSON.stringify({ next: 9, pages: [0, 3] })],
          [stray, '[]'],
        ],
      });
      const repair = await journal.withScratch(async (deps) => repairSums(0, deps, decided));
      expect(repair.status).toBe('repaired');
      expect(await journal.audited()).toMatchObject({ differing: 0 });
      expect((await store.keys(at)).states.filter((key) => key.startsWith('chain||')).sort()).toEqual([
        first,
        second,
        third,
        fourth,
      ]);
    }, 60_000);

    it('are not what an earlier version wrote: a long chain as one text', async () => {
      const { store, at } = journal;
      await journal.post(150, 'switchboard');
      await journal.tallyUp();
      const pages = (await store.keys(at)).states.filter((key) => key.startsWith('chain||')).sort();
      const texts = await store.load(at, pages);
      const [first = ''] = pages;
      const head = first.slice(first.indexOf('|', 'chain||'.length) + 1);
      const whole = `[${texts.map((text) => text?.slice(1, -1)).join(',')}]`;
      await journal.damage({ puts: [[head, whole]], deletes: pages });
      expect(await journal.audited()).toMatchObject({ differing: 0 });
      await journal.post(10, 'switchboard');
      await journal.tallyUp();
      expect(await journal.audited()).toMatchObject({ differing: 0 });
      expect(await contractCount()).toBe(journal.posted);
    }, 60_000);

    it('are left alone, and nothing is written, where there are none', async () => {
      const repair = await journal.withScratch(async (deps) => repairSums(0, deps, decided));
      expect(repair.status).toBe('nothing');
      expect(await operatorActs(journal.log)).toEqual([]);
      // The tally was not fenced either.
      expect((await journal.store.claim(journal.at)).next).toBe(60);
    });
  });
}

describeDrift('SQLite', async () => ({ store: null, dispose: async () => undefined }));
describeWith([await redisAvailable()], () => {
  describeDrift('Redis', async () => {
    const stack: RedisStack = await startRedis();
    const store = await RedisStore.open({ url: stack.url, prefix: `test-${randomUUID()}` });
    return {
      store,
      async dispose() {
        for (const keyspace of await store.keyspaces()) await store.drop(keyspace);
        await store.close();
        await stack.stop();
      },
    };
  });
});
