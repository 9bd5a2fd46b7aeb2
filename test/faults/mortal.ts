import { writeSync } from 'node:fs';
import { Kafka } from 'kafkajs';
import { KafkaLog } from '#log/kafka/kafka-log.js';
import { RedisStore } from '#store/redis/redis-store.js';
import { type Boundary, lastWords, sessionMsVariable } from '#test/faults/boundary.js';

/**
 * Loaded in front of an app's own `main.js` (`node --import`), which knows nothing of it: log and store are
 * wrapped so that the process dies, as by `kill -9`, at the boundary that its parent sends over
 * their channel. Without such a message nothing is changed but the time after which a group gives up a silent
 * member, so that a test need not wait as long as an operator would.
 */
let armed: Boundary | null = null;
process.on('message', (message) => (armed = message as Boundary));
// The channel alone must not keep the process running; it must not outlive its parent.
process.channel?.unref();
process.on('disconnect', () => process.exit(1));

function reached(boundary: Boundary): void {
  if (armed !== boundary) return;
  writeSync(1, `${JSON.stringify({ level: 'info', msg: lastWords(boundary) })}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const { append } = KafkaLog.prototype;
KafkaLog.prototype.append = async function (this: KafkaLog, ...args) {
  const appended = await append.apply(this, args);
  reached('appended');
  return appended;
};

const { claim, commit } = RedisStore.prototype;
RedisStore.prototype.claim = async function (this: RedisStore, ...args) {
  const claimed = await claim.apply(this, args);
  reached('claimed');
  return claimed;
};
RedisStore.prototype.commit = async function (this: RedisStore, ...args) {
  const committed = await commit.apply(this, args);
  if (committed === 'done') reached('committed');
  return committed;
};

const { consumer } = Kafka.prototype;
Kafka.prototype.consumer = function (this: Kafka, options) {
  const sessionTimeout = Number(process.env[sessionMsVariable] ?? options?.sessionTimeout);
  return consumer.call(this, { ...options, groupId: options?.groupId ?? '', sessionTimeout });
};
