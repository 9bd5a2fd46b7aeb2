import { Command } from 'commander';
import { type Backup, backUp, restoreBackup } from '#pipeline/engine/backup.js';
import { productVersion } from '#runtime/version.js';
import { CommandError } from './command-error.js';
import { configFor } from './with-engine.js';
import { requireLog } from './with-readers.js';

interface BackupOptions {
  readonly data?: string;
  readonly json?: boolean;
}

/** `now`: the clock. */
export function backupCommand(now: () => number): Command {
  return withDirectory(
    new Command('backup')
      .description(
        'copy the data directory of the embedded engine, also while a process works on it; the customer key is not in it',
      )
      .requiredOption('--out <directory>', 'where to: a new or empty directory'),
  ).action(async (options: BackupOptions & { readonly out: string }) => {
    const directory = embeddedDirectory(options);
    requireLog(directory);
    const backup = await backUp(directory, options.out, { version: productVersion(), now: now() });
    const keep =
      backup.customerKey === null
        ? []
        : [`not in it: the customer key ${backup.customerKey}. Keep ${directory}/customer.key apart from it`];
    write(options, backup, [`${options.out} holds`, ...fileLines(backup), ...keep]);
  });
}

export function restoreCommand(): Command {
  return withDirectory(
    new Command('restore')
      .description('put a backup into a data directory that holds no data, once all of its files are checked')
      .argument('<backup>', 'directory that tallyline backup has written'),
  ).action((from: string, options: BackupOptions) => {
    const directory = embeddedDirectory(options);
    const backup = restoreBackup(from, directory);
    const put =
      backup.customerKey === null
        ? []
        : [
            `before the first start: set the customer key ${backup.customerKey} (TALLYLINE_CUSTOMER_KEY), or put its ` +
              `file at ${directory}/customer.key`,
          ];
    const lines = [`${directory} is as it was at ${backup.createdAt}`, ...fileLines(backup), ...put];
    write(options, backup, lines);
  });
}

function withDirectory(command: Command): Command {
  return command
    .option('--data <directory>', 'data directory; default: TALLYLINE_DATA, else ./data')
    .option('--json', 'print JSON instead of text, errors included');
}

function embeddedDirectory(options: BackupOptions): string {
  const { engine, dataDirectory } = configFor(options);
  if (engine.kind === 'embedded') return dataDirectory;
  throw new CommandError(
    'wrong-arguments',
    'TALLYLINE_KAFKA is set, and this copies the files of the embedded engine: docs/operations.md says what to copy of Kafka',
  );
}

function fileLines({ files }: Backup): string[] {
  return files.map(({ name, bytes, sha256 }) => `  ${name.padEnd(10)} ${bytes} bytes, sha256 ${sha256}`);
}

function write({ json }: BackupOptions, backup: Backup, lines: readonly string[]): void {
  process.stdout.write(`${json === true ? JSON.stringify(backup) : lines.join('\n')}\n`);
}
