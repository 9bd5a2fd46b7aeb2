import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Log } from '#log/log.js';
import type { TallyCatalogues } from '#pipeline/tally/tally-state.js';
import type { SumsAudit } from '#pipeline/audit/audit-sums.js';
import { BackgroundAudit } from '#pipeline/audit/background-audit.js';
import { driftKind, driftKinds } from '#pipeline/audit/drift.js';
import { auditMetrics } from '#runtime/audit-metrics.js';
import type { Stage } from '#runtime/health.js';
import type { Logger } from '#runtime/logging.js';
import type { ProcessContext } from '#runtime/process-context.js';
import type { Store } from '#store/store.js';
import { topics } from '#wire/topics.js';

export interface SumsAuditParts {
  readonly log: Log;
  readonly store: Store;
  readonly catalogues: TallyCatalogues;
  /** Of the process: the partitions of the journal that its tally owns are audited. */
  readonly stages: () => readonly Stage[];
}

/** Audits the sums of the tally of this process in the background, until it shuts down. */
export function runSumsAudit(
  { config, logger, registry, shutdown }: ProcessContext,
  { log, store, catalogues, stages }: SumsAuditParts,
): void {
  const { share, directory: named } = config.audit;
  if (share === 0) {
    auditMetrics(registry, driftKinds, () => []);
    return;
  }
  const directory = named ?? mkdtempSync(join(tmpdir(), 'tallyline-audit-'));
  const audit = new BackgroundAudit({
    sums: { log, store, catalogues },
    partitions: () =>
      stages()
        .filter(({ topic }) => topic === topics.postings.name)
        .flatMap((stage) =>
          stage.progress().flatMap(({ stopped, partition }) => (stopped ? [] : [partition])),
        ),
    directory,
    share,
    onRound: (round) => logRound(round, logger),
    onError: (partition, err) =>
      logger.warn({ partition, err }, 'the audit of the sums was interrupted and is tried again'),
  });
  auditMetrics(registry, driftKinds, () => audit.states());
  shutdown.add('stages', 'audit of the sums', async () => {
    await audit.stop();
    if (named === null) rmSync(directory, { recursive: true, force: true });
  });
  audit.start();
}

function logRound({ partition, offset, compared, differing, drifts }: SumsAudit, logger: Logger): void {
  for (const drift of drifts) {
    logger.error(
      { partition, offset, kind: driftKind(drift), ...drift },
      'a sum of the tally is not what the journal says: tallyline audit-sums --repair',
    );
  }
  const level = differing === 0 ? 'debug' : 'error';
  logger[level]({ partition, offset, compared, differing }, 'a round of the audit of the sums is complete');
}
