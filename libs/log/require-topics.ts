import {
  type Log,
  LogUnusable,
  type SettingDifference,
  type TopicReport,
  type TopicSettings,
} from './log.js';

/** A topic differs from what is wanted in a way that a process can work with. */
export interface TopicWarning {
  readonly code: 'topic-settings-differ';
  readonly message: string;
}

/**
 * Creates topics that are missing. Throws `LogUnusable` where an existing one would put keys into other
 * partitions, or delete records that must be kept; other differences are warnings.
 */
export async function requireTopics(log: Log, topics: readonly TopicSettings[]): Promise<TopicWarning[]> {
  const differences = (await log.createTopics(topics)).flatMap(differencesOf);
  const harmful = differences.flatMap(({ text, harm }) => (harm === null ? [] : `${text}; ${harm}`));
  if (harmful.length > 0) {
    throw new LogUnusable('topic-settings-differ', `topic settings differ: ${harmful.join('. ')}`);
  }
  return differences.map(({ text }) => ({
    code: 'topic-settings-differ',
    message: `topic settings differ: ${text}; change the topic if this is not intended`,
  }));
}

interface Difference {
  readonly text: string;
  /** What would go wrong and what to do about it; null where nothing would. */
  readonly harm: string | null;
}

function differencesOf({ name, differences }: TopicReport): Difference[] {
  return differences.map((difference) => {
    const { setting, actual, expected } = difference;
    return { text: `${name} has ${setting} ${actual}, expected ${expected}`, harm: harmOf(difference) };
  });
}

function harmOf({ setting, actual, expected }: SettingDifference): string | null {
  switch (setting) {
    case 'partitions':
      return `keys would go to other partitions: configure ${actual} partitions, or use a new namespace or data directory`;
    case 'compacted':
      return expected === 'true'
        ? 'old versions would never be removed: compact the topic'
        : 'records that must be kept would be deleted: do not compact the topic';
    case 'retentionMs':
      return expected === 'null'
        ? 'records that must be kept would be deleted: set its retention to unlimited'
        : null;
  }
  return null;
}
