import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { table } from '#contract-text/table.js';
import { auditSums, type SumsAudit, type SumsAuditDeps } from '#pipeline/audit/audit-sums.js';
import type { Drift } from '#pipeline/audit/drift.js';
import { repairSums, type SumsRepair } from '#pipeline/audit/repair-sums.js';
import type { Engine } from '#pipeline/engine/engine.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import type { Authored } from '#wire/operator-acts.js';
import { authored, type Decision, withDecisionOptions } from './decision.js';
import { CommandError } from './command-error.js';
import { type CommonOptions, configFor, outputWidth, withDataOptions } from './with-engine.js';
import { withReaders, withWriters } from './with-readers.js';

interface AuditSumsOptions extends CommonOptions, Decision {
  readonly repair?: boolean;
  readonly apply?: boolean;
}

/** `now`: the clock. */
export function auditSumsCommand(now: () => number): Command {
  const command = new Command('audit-sums')
    .description(
      'compare all live sums, sums of contracts and chains of repeat contacts with the journal, partition by ' +
        'partition; reads only, also while other processes run',
    )
    .option(
      '--repair',
      'set what differs to what the journal says; without --apply it is only shown what would be set',
    )
    .option('--apply', 'with --repair: do it, also while postings go on arriving');
  withDecisionOptions(command).action(async (options: AuditSumsOptions) => {
    if (options.apply === true && options.repair !== true) {
      throw new CommandError('wrong-arguments', '--apply: there is nothing to apply without --repair');
    }
    const width = outputWidth(options);
    const write = (answer: unknown, text: string): void => {
      process.stdout.write(`${options.json === true ? JSON.stringify(answer) : text}\n`);
    };
    if (options.apply === true) {
      const repairs = await repairAll(options, authored(options, now()));
      write(repairs, repairText(repairs, width));
      requireRepaired(repairs);
      return;
    }
    const audits = await auditAll(options);
    write(audits, auditText(audits, width));
    requireEqual(audits);
  });
  return withDataOptions(command);
}

async function auditAll(options: AuditSumsOptions): Promise<SumsAudit[]> {
  const config = configFor(options);
  return withReaders(config, async (engine) => eachPartition(engine, config.partitions, auditSums));
}

async function repairAll(options: AuditSumsOptions, decision: Authored): Promise<SumsRepair[]> {
  const config = configFor(options);
  return withWriters(config, async (engine) =>
    eachPartition(engine, config.partitions, async (partition, deps) =>
      repairSums(partition, deps, decision),
    ),
  );
}

/** One partition after the other, each counted into a file that is removed again. */
async function eachPartition<T>(
  { log, store, inForce }: Engine,
  partitions: number,
  work: (partition: number, deps: SumsAuditDeps) => Promise<T>,
): Promise<T[]> {
  const answers: T[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const directory = mkdtempSync(join(tmpdir(), 'tallyline-audit-'));
    const scratch = new SqliteStore({ directory });
    try {
      answers.push(await work(partition, { log, store, scratch, catalogues: inForce }));
    } finally {
      await scratch.close();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  return answers;
}

function requireEqual(audits: readonly SumsAudit[]): void {
  const differing = audits.reduce((sum, audit) => sum + audit.differing, 0);
  if (differing === 0) return;
  const what = `${differing} sum(s) or state(s) of the tally are not what the journal says`;
  throw new CommandError(
    'sums-differ',
    `${what}: --repair --apply --author NAME --reason TEXT sets them right`,
  );
}

function requireRepaired(repairs: readonly SumsRepair[]): void {
  const left = repairs.filter(({ status }) => status === 'unfinished' || status === 'too-many');
  if (left.length === 0) return;
  const partitions = left.map(({ audit }) => audit.partition).join(', ');
  const advice = left.some(({ status }) => status === 'too-many')
    ? 'so much differs that the tally is to be made again from the journal'
    : 'the tally claimed them back each time: try again when less arrives';
  throw new CommandError('sums-differ', `partitions ${partitions} were not repaired: ${advice}`);
}

function repairText(repairs: readonly SumsRepair[], width: number): string {
  const rows = repairs.map((repair) => {
    const { partition, offset, differing } = repair.audit;
    const isDone = repair.status === 'repaired';
    return [partition, isDone ? repair.offset : offset, differing, isDone ? repair.drifts.length : 0].map(
      String,
    );
  });
  const summary = table(['partition', 'offset', 'differing', 'repaired'], rows, { left: [], width });
  const drifts = repairs.flatMap((repair) =>
    repair.status === 'repaired' ? [{ partition: repair.audit.partition, drifts: repair.drifts }] : [],
  );
  return [summary, ...driftText(drifts, width)].join('\n\n');
}

function auditText(audits: readonly SumsAudit[], width: number): string {
  const rows = audits.map(({ partition, offset, compared, differing }) =>
    [partition, offset, compared, differing].map(String),
  );
  const summary = table(['partition', 'offset', 'compared', 'differing'], rows, { left: [], width });
  return [summary, ...driftText(audits, width)].join('\n\n');
}

function driftText(
  found: readonly { readonly partition: number; readonly drifts: readonly Drift[] }[],
  width: number,
): string[] {
  const rows = found.flatMap(({ partition, drifts }) =>
    drifts.map(({ key, field, journal, tally }) => [
      String(partition),
      field === null ? key : `${key} ${field}`,
      journal === null ? '-' : String(journal),
      tally === null ? '-' : String(tally),
    ]),
  );
  if (rows.length === 0) return [];
  return [table(['partition', 'sum or state', 'journal', 'tally'], rows, { left: [1], width })];
}
