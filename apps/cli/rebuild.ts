import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { table } from '#contract-text/table.js';
import type { Engine } from '#pipeline/engine/engine.js';
import {
  compareMeter,
  type MeterComparison,
  type RebuildDeps,
  type StateDifference,
} from '#pipeline/meter/rebuild/compare-meter.js';
import { type MeterRepair, repairMeter } from '#pipeline/meter/rebuild/repair-meter.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import { CommandError } from './command-error.js';
import { authored, type Decision, withDecisionOptions } from './decision.js';
import { type CommonOptions, configFor, outputWidth, withDataOptions } from './with-engine.js';
import { withReaders, withWriters } from './with-readers.js';

interface RebuildOptions extends CommonOptions, Decision {
  readonly apply?: boolean;
  readonly scratch?: string;
}

/** `now`: the clock. */
export function rebuildCommand(now: () => number): Command {
  const command = new Command('rebuild')
    .description(
      'make the state of the meter once more, of kept states, journal and facts, beside the running one, and compare ' +
        'both; reads only without --apply',
    )
    .option('--apply', 'put what was rebuilt in the place of what differs, also while facts go on arriving')
    .option(
      '--scratch <directory>',
      'where it is rebuilt; what lies there of a rebuild that was cut short is gone on with. Default: a new temporary one',
    );
  withDecisionOptions(command).action(async (options: RebuildOptions) => {
    const width = outputWidth(options);
    if (options.apply !== true) {
      const config = configFor(options);
      const found = await withReaders(config, async (engine) =>
        eachPartition(engine, config.partitions, options, compareMeter),
      );
      write(options, found, comparisonText(found, width));
      requireEqual(found.flatMap(({ differences }) => differences));
      return;
    }
    const decision = authored(options, now());
    const config = configFor(options);
    const repairs = await withWriters(config, async (engine) =>
      eachPartition(engine, config.partitions, options, async (partition, deps) =>
        repairMeter(partition, deps, decision),
      ),
    );
    write(options, repairs, repairText(repairs, width));
    requireRepaired(repairs);
  });
  return withDataOptions(command);
}

function write(options: RebuildOptions, answer: unknown, text: string): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(answer) : text}\n`);
}

/** One partition after the other, each in a store of its own. */
async function eachPartition<T>(
  { log, store }: Engine,
  partitions: number,
  { scratch: kept }: RebuildOptions,
  work: (partition: number, deps: RebuildDeps) => Promise<T>,
): Promise<T[]> {
  const answers: T[] = [];
  for (let partition = 0; partition < partitions; partition++) {
    const directory =
      kept === undefined ? mkdtempSync(join(tmpdir(), 'tallyline-rebuild-')) : join(kept, String(partition));
    const scratch = new SqliteStore({ directory });
    try {
      answers.push(await work(partition, { log, store, scratch }));
    } finally {
      await scratch.close();
      if (kept === undefined) rmSync(directory, { recursive: true, force: true });
    }
  }
  return answers;
}

function requireEqual(differences: readonly StateDifference[]): void {
  if (differences.length === 0) return;
  const what = `${differences.length} state(s) of the meter are not what kept states, journal and facts make`;
  throw new CommandError('states-differ', `${what}: --apply --author NAME --reason TEXT sets them right`);
}

function requireRepaired(repairs: readonly MeterRepair[]): void {
  for (const repair of repairs) {
    const { partition } = repair.comparison;
    switch (repair.status) {
      case 'equal':
        break;
      case 'too-many':
        throw new CommandError(
          'states-differ',
          `partition ${partition}: so much differs that the store is lost rather than damaged: stop the meter and ` +
            'empty its store, which it then makes again (docs/upgrades.md, "A lost store")',
        );
      case 'unfinished':
        throw new CommandError(
          'states-differ',
          `partition ${partition} was not repaired, for the meter claimed it back each time: try again when less arrives`,
        );
      case 'repaired':
        if (repair.left.length === 0) break;
        throw new CommandError(
          'states-differ',
          `partition ${partition} has ${repair.left.length} state(s) of which states, journal and facts know nothing; ` +
            'they are left as they are',
        );
    }
  }
}

function comparisonText(found: readonly MeterComparison[], width: number): string {
  const rows = found.map(({ partition, offset, compared, differences }) =>
    [partition, offset, compared, differences.length].map(String),
  );
  const summary = table(['partition', 'offset', 'compared', 'differing'], rows, { left: [], width });
  return [summary, ...differenceText(found, width)].join('\n\n');
}

function repairText(repairs: readonly MeterRepair[], width: number): string {
  const rows = repairs.map(({ status, comparison: { partition, offset, differences } }) => [
    String(partition),
    String(offset),
    String(differences.length),
    status,
  ]);
  const summary = table(['partition', 'offset', 'differing', 'status'], rows, { left: [3], width });
  const found = repairs.map(({ comparison }) => comparison);
  return [summary, ...differenceText(found, width)].join('\n\n');
}

function differenceText(found: readonly MeterComparison[], width: number): string[] {
  const rows = found.flatMap(({ partition, differences }) =>
    differences
      .slice(0, shownDifferences)
      .map(({ kind, name, rebuilt, stored }) => [
        String(partition),
        kind,
        name,
        rebuilt ?? '-',
        stored ?? '-',
      ]),
  );
  if (rows.length === 0) return [];
  return [table(['partition', 'what', 'of', 'rebuilt', 'stored'], rows, { left: [1, 2, 3, 4], width })];
}

const shownDifferences = 100;
