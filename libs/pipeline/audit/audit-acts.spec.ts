import { describe, expect, it } from '@jest/globals';
import { withEmbeddedLog } from '#log/embedded.harness.js';
import type { Log } from '#log/log.js';
import { readTopicValues } from '#log/small-topic.js';
import { AuditTrail } from '#pipeline/audit-trail.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import { holdPeriod, releasePeriod } from '#pipeline/close/hold-period.js';
import { appendAct } from '#pipeline/operator-acts.js';
import { encodePeriodAct } from '#wire/period-acts.js';
import { topics, topicSettings } from '#wire/topics.js';
import { trailStatement } from '#wire/trail.fixture.js';
import { auditActs } from './audit-acts.js';

const statement = trailStatement;
const ada = statement.actor;
const decision = { actor: ada, reason: 'dispute', at: 2_000 };

async function withTopics(work: (log: Log) => Promise<void>): Promise<void> {
  await withEmbeddedLog(async (log) => {
    await log.createTopics(topicSettings(1));
    await work(log);
  });
}

/** The same records in a log of their own, but for those of the trail that `edit` gives. */
async function copied(log: Log, edit: (values: string[]) => string[], check: (copy: Log) => Promise<void>) {
  await withTopics(async (copy) => {
    for (const { name } of Object.values(topics)) {
      const values = await readTopicValues(log, name);
      for (const value of name === topics.trail.name ? edit(values) : values) {
        const key = (JSON.parse(value) as { entry?: { act: string } }).entry?.act ?? '';
        await copy.append(name, [{ key, value }]);
      }
    }
    await check(copy);
  });
}

describe('the audit trail', () => {
  it('has an entry of a hold, a release and an act of an operator, with who, when and why, and each is done', async () => {
    await withTopics(async (log) => {
      const closeLog = new CloseLog(log);
      await holdPeriod(closeLog, 'calls', '2026-03', decision);
      await releasePeriod(closeLog, 'calls', '2026-03', { ...decision, reason: 'settled', at: 3_000 });
      const authored = { author: 'Ada', reason: 'lost', at: 4_000, actor: ada };
      await appendAct(log, {
        act: 'parked-left-out',
        ...authored,
        stage: 'meter',
        entity: 'e',
        partition: 0,
        offset: 7,
      });
      const { entries, findings, withoutEntry, records } = await auditActs(log);
      expect([findings, withoutEntry, records]).toEqual([[], [], 3]);
      expect(entries.map(({ number, isDone, entry }) => [number, isDone, entry])).toMatchObject([
        [1, true, { act: 'period-held', at: 2_000, reason: 'dispute', subject: 'calls 2026-03', actor: ada }],
        [2, true, { act: 'period-released', at: 3_000, reason: 'settled', details: { contract: 'calls' } }],
        [
          3,
          true,
          { act: 'parked-left-out', at: 4_000, reason: 'lost', subject: 'e', details: { offset: 7 } },
        ],
      ]);
    });
  });

  it('holds the entries of several writers in one chain, also of those that write at once', async () => {
    await withTopics(async (log) => {
      const writers = [new AuditTrail(log), new AuditTrail(log), new AuditTrail(log)];
      for (let round = 0; round < 3; round++) {
        await Promise.all(writers.flatMap((writer) => [writer.write(statement), writer.write(statement)]));
      }
      const { records, entries, findings } = await auditActs(log);
      expect([records, entries.length, findings]).toEqual([18, 18, []]);
    });
  });

  it('names an act that never had an entry, and one whose entry was removed at the end or made again', async () => {
    await withTopics(async (log) => {
      const closeLog = new CloseLog(log);
      await new AuditTrail(log).write(statement);
      await holdPeriod(closeLog, 'calls', '2026-03', decision);
      const removed = (values: string[]) => values.slice(0, 1);
      await copied(log, removed, async (copy) => {
        const { findings } = await auditActs(copy);
        expect(findings).toMatchObject([
          { code: 'entry-missing', act: { topic: 'billing.closes', offset: 0, name: 'calls 2026-03 held' } },
        ]);
      });
      const act = { act: 'released', contract: 'calls', period: '2026-03', ...decision } as const;
      await log.append(topics.closes.name, [{ key: 'calls', value: encodePeriodAct(act) }]);
      expect((await auditActs(log)).findings).toEqual([]);
      expect((await auditActs(log)).withoutEntry).toMatchObject([
        { name: 'calls 2026-03 released', offset: 1 },
      ]);
    });
  });

  it('names an entry whose act did not come about', async () => {
    await withTopics(async (log) => {
      const { head } = await auditActs(log);
      expect(head).toBe('');
      await new AuditTrail(log).write({ ...statement, act: 'period-closed' });
      expect((await auditActs(log)).entries).toMatchObject([{ isDone: false }]);
    });
  });

  it('names the place of the first break of the chain only', async () => {
    await withTopics(async (log) => {
      const trail = new AuditTrail(log);
      for (const at of [1, 2, 3, 4]) await trail.write({ ...statement, at });
      const edit = (values: string[]) =>
        values.map((each, i) => (i === 1 ? each.replace('corrected', 'invented') : each));
      await copied(log, edit, async (copy) => {
        const { findings } = await auditActs(copy);
        expect(findings).toEqual([{ code: 'edited', number: 2, place: 'audit.trail offset 1' }]);
      });
    });
  });

  it('goes through a head that was noted, or says that it no longer does', async () => {
    await withTopics(async (log) => {
      const trail = new AuditTrail(log);
      await trail.write(statement);
      await trail.write(statement);
      const { records, head } = await auditActs(log);
      await trail.write(statement);
      const noted = [{ number: records, head }];
      expect((await auditActs(log, noted)).findings).toEqual([]);
      await copied(
        log,
        (values) => values.slice(0, 1),
        async (copy) => {
          expect((await auditActs(copy, noted)).findings).toEqual([{ code: 'head-differs', number: 2 }]);
        },
      );
    });
  });

  it('is empty in a log of a version without', async () => {
    await withEmbeddedLog(async (log) => {
      const others = topicSettings(1).filter(({ name }) => name !== topics.trail.name);
      await log.createTopics(others);
      expect(await auditActs(log)).toMatchObject({ records: 0, head: '', entries: [], findings: [] });
    });
  });
});
