import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { inNamespace } from '#log/in-namespace.js';
import { openKafkaLog } from '#log/kafka/kafka-log.js';
import type { Log } from '#log/log.js';
import { AuditTrail } from '#pipeline/audit-trail.js';
import { CloseLog } from '#pipeline/close/close-log.js';
import { holdPeriod } from '#pipeline/close/hold-period.js';
import { topics, topicSettings } from '#wire/topics.js';
import { trailStatement } from '#wire/trail.fixture.js';
import { encodeTrailEntry, type TrailEntry } from '#wire/trail.js';
import { describeWith } from '#test/stack/describe-with.js';
import { sharedKafka } from '#test/stack/stack.js';
import { auditActs } from './audit-acts.js';

const kafka = await sharedKafka();

describeWith([kafka], (brokers) => {
  describe('The audit trail on Kafka', () => {
    const logs: Log[] = [];
    afterEach(async () => {
      await Promise.all(logs.splice(0).map(async (log) => log.close()));
    });

    /** As a process of its own has it. */
    function connect(namespace: string): Log {
      const log = openKafkaLog({ brokers, clientId: `spec-${randomUUID()}`, replicationFactor: 1 });
      logs.push(log);
      return inNamespace(log, namespace);
    }

    it('is one chain of the entries of several processes that write at once, and shows one that was made up', async () => {
      const namespace = `trail-${randomUUID()}`;
      const processes = [connect(namespace), connect(namespace), connect(namespace)];
      const [log] = processes;
      await log!.createTopics(topicSettings(1));
      const trails = processes.map((each) => new AuditTrail(each));
      for (let round = 0; round < 4; round++) {
        await Promise.all(trails.map(async (trail) => trail.write(trailStatement)));
      }
      const { actor, at } = trailStatement;
      await holdPeriod(new CloseLog(log!), 'calls', '2026-03', { actor, at, reason: 'dispute' });
      const whole = await auditActs(log!);
      expect([whole.records, whole.findings, whole.withoutEntry]).toEqual([13, [], []]);
      expect(whole.entries.at(-1)).toMatchObject({ isDone: true, entry: { act: 'period-held', seen: 12 } });

      const { head } = whole;
      const place = { id: randomUUID(), seen: 11, head, host: 'elsewhere' };
      const forged: TrailEntry = { ...trailStatement, ...place };
      const { value } = encodeTrailEntry(forged);
      await log!.append(topics.trail.name, [{ key: forged.act, value }]);
      expect((await auditActs(log!)).findings).toMatchObject([{ code: 'broken-chain', number: 14 }]);
    }, 120_000);
  });
});
