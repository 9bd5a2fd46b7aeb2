import { setTimeout as delay } from 'node:timers/promises';
import { Command } from 'commander';
import {
  groupLags,
  type GroupLag,
  type LagRow,
  lagRows,
  type LagVerdict,
  ProgressAges,
} from '#pipeline/stage-lags.js';
import { CommandError } from './command-error.js';
import { table } from '#contract-text/table.js';
import { type CommonOptions, withDataOptions, configFor, outputWidth } from './with-engine.js';
import { withReaders } from './with-readers.js';

interface LagOptions extends CommonOptions {
  readonly watch?: boolean;
  readonly every: number;
  readonly all?: boolean;
}

export function lagCommand(): Command {
  const command = new Command('lag')
    .description(
      'show how far each stage is behind, with a verdict; reads only, also while other processes run',
    )
    .option('--watch', 'repeat until Ctrl-C, and show the time without progress')
    .option('--all', 'a row for each partition instead of each stage')
    .option('--every <seconds>', 'with --watch: time between two readings', seconds, 2)
    .action(async (options: LagOptions) => {
      await withReaders(configFor(options), async (engine) => {
        const ages = new ProgressAges();
        const stop = new AbortController();
        const onSignal = () => stop.abort();
        process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
        do {
          const rows = lagRows(await engine.lag(), ages, Date.now());
          show(rows, options);
          if (options.watch !== true) return;
          await delay(options.every * 1_000, undefined, { signal: stop.signal }).catch(() => undefined);
        } while (!stop.signal.aborted);
      });
    });
  return withDataOptions(command);
}

function show(rows: readonly LagRow[], options: LagOptions): void {
  const { json, watch, all } = options;
  const clear = watch === true && process.stdout.isTTY ? '\u001b[H\u001b[J' : '';
  const width = outputWidth(options);
  const groups = groupLags(rows);
  const text = all === true ? lagText(rows, width) : groupText(groups, width);
  const shown = json === true ? JSON.stringify(all === true ? rows : groups) : text;
  process.stdout.write(`${clear}${shown}\n`);
}

const verdicts: Readonly<Record<LagVerdict, string>> = {
  caughtUp: 'caught up',
  behind: 'behind',
  stuck: 'stuck',
};

function groupText(groups: readonly GroupLag[], width: number): string {
  const head = ['group', 'topic', 'partitions', 'behind', 'lag', 'lag (s)', 'no progress (s)', 'verdict'];
  const cells = groups.map((group) => [
    group.group,
    group.topic,
    ...[group.partitions, group.partitionsBehind, group.lagRecords].map(String),
    group.lagSeconds.toFixed(1),
    ageText(group.progressAgeSeconds),
    verdicts[group.verdict],
  ]);
  return table(head, cells, { left: [0, 1, 7], width });
}

function lagText(rows: readonly LagRow[], width: number): string {
  const head = ['group', 'topic', 'partition', 'next', 'end', 'lag', 'lag (s)', 'no progress (s)'];
  const cells = rows.map((row) => [
    row.group,
    row.topic,
    ...[row.partition, row.next, row.end, row.lagRecords].map(String),
    row.lagSeconds.toFixed(1),
    ageText(row.progressAgeSeconds),
  ]);
  return table(head, cells, { left: [0, 1], width });
}

function ageText(seconds: number | null): string {
  return seconds === null ? '-' : seconds.toFixed(1);
}

function seconds(text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0.1 && value <= 3_600) return value;
  throw new CommandError('wrong-arguments', `--every: '${text}' is no time: give seconds from 0.1 to 3600`);
}
