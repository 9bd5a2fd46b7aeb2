import { gauge, type Registry } from './metrics.js';

/** What an audit knows of a partition; has the shape of the audit's own states. */
export interface AuditedPartition {
  readonly partition: number;
  readonly progress: number;
  /** UTC epoch ms. */
  readonly completedAt: number;
  /** By what the sums are of. */
  readonly differing: Readonly<Partial<Record<string, number>>>;
}

/** How far the audit of the sums is, and what it has found. `kinds`: exported as 0 where nothing differs. */
export function auditMetrics(
  registry: Registry,
  kinds: readonly string[],
  read: () => readonly AuditedPartition[],
): void {
  gauge(
    registry,
    'tallyline_audit_differing_sums',
    'Sums and states of the tally that are not what the journal says, by what they are of, in the last completed round.',
    ['partition', 'kind'],
    function* () {
      for (const { partition, differing } of read()) {
        for (const kind of kinds) {
          yield { labels: { partition: String(partition), kind }, value: differing[kind] ?? 0 };
        }
      }
    },
  );
  gauge(
    registry,
    'tallyline_audit_completed_timestamp_seconds',
    'When the audit of the sums last completed a round of a partition; before the first: when it began.',
    ['partition'],
    () =>
      read().map(({ partition, completedAt }) => {
        return { labels: { partition: String(partition) }, value: completedAt / 1000 };
      }),
  );
  gauge(
    registry,
    'tallyline_audit_progress_ratio',
    'Share of the present round of a partition that is done: half of it is counting the journal, half comparing.',
    ['partition'],
    () =>
      read().map(({ partition, progress }) => {
        return { labels: { partition: String(partition) }, value: progress };
      }),
  );
}
