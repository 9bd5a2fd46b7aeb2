import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { catalogueView } from '#catalogue/view.js';
import { table } from '#contract-text/table.js';
import { auditSums, type SumsAudit } from '#pipeline/audit/audit-sums.js';
import type { Engine } from '#pipeline/engine/engine.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import { CommandError } from './command-error.js';
import { type CommonOptions, configFor, outputWidth, withDataOptions } from './with-engine.js';
import { withReaders } from './with-readers.js';

export function auditSumsCommand(): Command {
  const command = new Command('audit-sums')
    .description(
      'compare all live sums, sums of contracts and chains of repeat contacts with the journal, partition by ' +
        'partition; reads only, also while other processes run',
    )
    .action(async (options: CommonOptions) => {
      const config = configFor(options);
      const audits = await withReaders(config, async (engine) => auditAll(engine, config.partitions));
      const text = options.json === true ? JSON.stringify(audits) : auditText(audits, outputWidth(options));
      process.stdout.write(`${text}\n`);
      const differing = audits.reduce((sum, audit) => sum + audit.differing, 0);
      if (differing > 0) {
        const what = `${differing} sum(s) or state(s) of the tally are not what the journal says`;
        throw new CommandError('sums-differ', `${what}: drop the tally of this catalogue to have it rebuilt`);
      }
    });
  return withDataOptions(command);
}

/** One partition after the other, each counted into a file that is removed again. */
async function auditAll({ log, store, lookup }: Engine, partitions: number): Promise<SumsAudit[]> {
  const view = catalogueView(lookup);
  const audits: SumsAudit[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const directory = mkdtempSync(join(tmpdir(), 'tallyline-audit-'));
    const scratch = new SqliteStore({ directory });
    try {
      audits.push(await auditSums(partition, { log, store, scratch, view }));
    } finally {
      await scratch.close();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return audits;
}

function auditText(audits: readonly SumsAudit[], width: number): string {
  const rows = audits.map(({ partition, offset, compared, differing }) =>
    [partition, offset, compared, differing].map(String),
  );
  const summary = table(['partition', 'offset', 'compared', 'differing'], rows, { left: [], width });
  const drifts = audits.flatMap((audit) =>
    audit.drifts.map(({ key, field, journal, tally }) => [
      String(audit.partition),
      field === null ? key : `${key} ${field}`,
      journal === null ? '-' : String(journal),
      tally === null ? '-' : String(tally),
    ]),
  );
  if (drifts.length === 0) return summary;
  const head = ['partition', 'sum or state', 'journal', 'tally'];
  return `${summary}\n\n${table(head, drifts, { left: [1], width })}`;
}
