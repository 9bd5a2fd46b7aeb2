import kafkajs, { type Admin } from 'kafkajs';
import type { SettingDifference, TopicReport, TopicSettings } from '../log.js';
import type { KafkaSettings } from './options.js';

// Node does not see this name in a CommonJS module by itself (jest does).
const { ConfigResourceTypes } = kafkajs;

type ReplicaSettings = Pick<KafkaSettings, 'replicationFactor' | 'minInSyncReplicas'>;

/** One attempt; may be repeated. */
export async function createTopic(
  admin: Admin,
  topic: TopicSettings,
  replicas: ReplicaSettings,
): Promise<TopicReport> {
  const { name: topicName, partitions: numPartitions } = topic;
  const { replicationFactor } = replicas;
  const configEntries = Object.entries(configOf(topic, replicas)).map(([name, value]) => ({ name, value }));
  const created = await admin.createTopics({
    topics: [{ topic: topicName, numPartitions, replicationFactor, configEntries }],
  });
  // False: another process was faster. Its topic is compared like any other.
  if (!created) return compareTopic(admin, topic, replicas);
  return { name: topicName, status: 'created', differences: [] };
}

/** Reports how an existing topic differs; never changes it. */
export async function compareTopic(
  admin: Admin,
  topic: TopicSettings,
  replicas: ReplicaSettings,
): Promise<TopicReport> {
  const differences = differencesOf(await describeTopic(admin, topic.name), describe(topic, replicas));
  return { name: topic.name, status: differences.length === 0 ? 'exists' : 'differs', differences };
}

/** The broker's settings that mean the same as ours. The broker must stamp records: see `LogRecord`. */
function configOf(topic: TopicSettings, { minInSyncReplicas }: ReplicaSettings): Record<string, string> {
  return {
    'cleanup.policy': cleanupPolicy(topic),
    'retention.ms': `${topic.retentionMs ?? FOREVER}`,
    'retention.bytes': `${UNLIMITED}`,
    'min.insync.replicas': `${minInSyncReplicas}`,
    'message.timestamp.type': 'LogAppendTime',
    'max.message.bytes': `${8 * 1024 * 1024}`,
    'unclean.leader.election.enable': 'false',
  };
}

const FOREVER = -1;
const UNLIMITED = -1;

function cleanupPolicy({ compacted, retentionMs }: TopicSettings): string {
  if (!compacted) return 'delete';
  return retentionMs === null ? 'compact' : 'compact,delete';
}

/** Settings by name: the port's names where it has one, the broker's for the rest. */
type TopicDescription = Readonly<Record<string, string>>;

function describe(topic: TopicSettings, replicas: ReplicaSettings): TopicDescription {
  return {
    partitions: `${topic.partitions}`,
    'replication factor': `${replicas.replicationFactor}`,
    ...withPortNames(configOf(topic, replicas)),
  };
}

async function describeTopic(admin: Admin, name: string): Promise<TopicDescription> {
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
    ...withPortNames(
      Object.fromEntries(entries.map(({ configName, configValue }) => [configName, configValue])),
    ),
  };
}

function withPortNames(config: Readonly<Record<string, string>>): TopicDescription {
  const { 'cleanup.policy': policy = '', 'retention.ms': retention, ...rest } = config;
  return {
    retentionMs: retention === undefined || Number(retention) === FOREVER ? 'null' : retention,
    compacted: `${policy.split(',').includes('compact')}`,
    ...rest,
  };
}

function differencesOf(actual: TopicDescription, expected: TopicDescription): SettingDifference[] {
  return Object.entries(expected)
    .filter(([setting, value]) => actual[setting] !== value)
    .map(([setting, value]) => ({ setting, actual: `${actual[setting]}`, expected: value }));
}
