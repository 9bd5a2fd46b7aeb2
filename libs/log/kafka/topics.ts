import kafkajs, { type Admin } from 'kafkajs';
import type { TopicReport, TopicSettings } from '../log.js';
import type { KafkaSettings } from './options.js';

// Node does not see this name in a CommonJS module by itself (jest does).
const { ConfigResourceTypes } = kafkajs;

type Copies = Pick<KafkaSettings, 'replicationFactor' | 'minInSyncReplicas'>;

/** One attempt; may be repeated. */
export async function createTopic(admin: Admin, topic: TopicSettings, copies: Copies): Promise<TopicReport> {
  const { name: topicName, partitions: numPartitions } = topic;
  const { replicationFactor } = copies;
  const configEntries = Object.entries(configOf(topic, copies)).map(([name, value]) => ({ name, value }));
  const created = await admin.createTopics({
    topics: [{ topic: topicName, numPartitions, replicationFactor, configEntries }],
  });
  // False: somebody else was quicker. What they made is compared like any other.
  if (!created) return compareTopic(admin, topic, copies);
  return { name: topicName, status: 'created', differences: [] };
}

/** Says what is otherwise with a topic that exists; changes nothing of it. */
export async function compareTopic(admin: Admin, topic: TopicSettings, copies: Copies): Promise<TopicReport> {
  const differences = differencesOf(await describeTopic(admin, topic.name), expected(topic, copies));
  return { name: topic.name, status: differences.length === 0 ? 'exists' : 'differs', differences };
}

/**
 * Settings of the broker that carry the meaning of ours. A record must be stamped by the broker: see
 * LogRecord.
 */
function configOf(topic: TopicSettings, { minInSyncReplicas }: Copies): Record<string, string> {
  return {
    'cleanup.policy': cleanupPolicy(topic),
    'retention.ms': `${topic.retentionMs ?? FOR_EVER}`,
    'retention.bytes': `${UNLIMITED}`,
    'min.insync.replicas': `${minInSyncReplicas}`,
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': `${8 * 1024 * 1024}`,
    'unclean.leader.election.enable': 'false',
  };
}

const FOR_EVER = -1;
const UNLIMITED = -1;

function cleanupPolicy({ compacted, retentionMs }: TopicSettings): string {
  if (!compacted) return 'delete';
  return retentionMs === null ? 'compact' : 'compact,delete';
}

/** A topic in words of both kinds: ours where the port has one, the broker's for the rest. */
type Described = Readonly<Record<string, string>>;

function expected(topic: TopicSettings, copies: Copies): Described {
  return {
    partitions: `${topic.partitions}`,
    'replication factor': `${copies.replicationFactor}`,
    ...inOurWords(configOf(topic, copies)),
  };
}

async function describeTopic(admin: Admin, name: string): Promise<Described> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [name] });
  const partitions = topics.flatMap((topic) => topic.partitions);
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: ConfigResourceTypes.TOPIC, name }],
  });
  const entries = resources.flatMap(({ configEntries }) => configEntries);
  return {
    partitions: `${partitions.length}`,
    'replication factor': `${Math.min(...partitions.map(({ replicas }) => replicas.length))}`,
    ...inOurWords(
      Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue])),
    ),
  };
}

function inOurWords(config: Readonly<Record<string, string>>): Described {
  const { 'cleanup.policy': policy = '', 'retention.ms': retention, ...rest } = config;
  return {
    retentionMs: retention === undefined || Number(retention) === FOR_EVER ? 'null' : retention,
    compacted: `${policy.split(',').includes('compact')}`,
    ...rest,
  };
}

function differencesOf(found: Described, wanted: Described): string[] {
  return Object.entries(wanted)
    .filter(([name, value]) => found[name] !== value)
    .map(([name, value]) => `${name} is ${found[name]}, expected ${value}`);
}
