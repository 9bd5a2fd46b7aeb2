import type { Log, TopicReport, TopicSettings } from './log.js';

/** Topics are there, but made so that records would go elsewhere or be lost. */
export class UnfitTopics extends Error {
  override readonly name = 'UnfitTopics';
}

/**
 * Creates what is missing. Throws `UnfitTopics` where a topic that is there has another number of partitions
 * (keys would move), another compaction, or forgets what is to be kept for ever. Answers what else differs,
 * in words.
 */
export async function requireTopics(log: Log, topics: readonly TopicSettings[]): Promise<string[]> {
  const reports = await log.createTopics(topics);
  const unfit = differences(reports, (difference) => neverOtherwise.test(difference));
  if (unfit.length > 0) {
    throw new UnfitTopics(
      `the topics were made otherwise, set them right or use others: ${unfit.join('; ')}`,
    );
  }
  return differences(reports, () => true);
}

const neverOtherwise = /^(?:partitions|compacted) |^retentionMs is \d+, expected null$/;

function differences(reports: readonly TopicReport[], counts: (difference: string) => boolean): string[] {
  return reports.flatMap(({ name, differences: found }) =>
    found.filter(counts).map((difference) => `${name}: ${difference}`),
  );
}
