import { TallyRecounting } from '#pipeline/tally-reader.js';
import { BackupUnusable } from '#pipeline/engine/backup.js';
import { PipelineBehind } from '#pipeline/engine/engine.js';
import { CatalogueFaults } from '#catalogue/load.js';
import { LogUnavailable, LogUnusable, WrongLog } from '#log/log.js';
import { DirectoryInUse } from '#log/sqlite/directory-lock.js';
import { ConfigFaults } from '#runtime/config-faults.js';
import { StartupError } from '#runtime/startup-error.js';
import { systemFault } from '#runtime/system-fault.js';
import { StoreUnavailable, StoreUnusable } from '#store/store.js';
import { EventUnreadable } from '#wire/invoice-ready.js';

/** Exit code of each error, and what it means; both are part of the interface of the command line. */
export const commandErrors = {
  failed: [1, 'an unexpected error; please report the printed lines'],
  'wrong-arguments': [2, 'an argument or option is missing, unknown or not valid'],
  'bad-configuration': [
    3,
    'the settings, the catalogue, a contract, or the set-up of Kafka or Redis have faults; all are listed',
  ],
  'not-found': [4, 'there is no such programme, contract, invoice, refusal, file or data'],
  'directory-in-use': [5, 'another process works on the data directory'],
  'unusable-input': [
    6,
    'some lines of the input are no recorded deliveries, or no records of the export; the others were processed',
  ],
  'close-stopped': [
    7,
    'nothing was closed: the period is not over or none of the contract, the contract was edited after a close, work would be left out, or book and tally or the catalogue differ',
  ],
  'pipeline-behind': [8, 'a stage of the pipeline does not progress: on Kafka, check that its process runs'],
  unreachable: [
    9,
    'Kafka or Redis cannot be reached, or the files of the embedded engine cannot be read or written',
  ],
  'cannot-start': [10, 'a process cannot start as it is set up; the message says what to change'],
  'not-the-same': [11, 'what was made again is not what was closed; the output says where and why'],
  'catalogue-not-in-force': [
    12,
    'the catalogue named is not the one in force, so nothing was done under it: see catalogue apply',
  ],
  'sums-differ': [13, 'an audit found sums of the tally that are not what the journal says'],
  'journal-differs': [14, 'the journal is not what was posted; the first record that differs is named'],
  'states-differ': [
    15,
    'states of the meter are not what kept states, journal and facts make; they are listed',
  ],
  'backup-unusable': [
    16,
    'a backup is not whole, or the directory to write to is not empty; nothing was written',
  ],
  'system-fault': [
    17,
    'the machine says no: no space left, no permission, read-only, not a directory; the message names the file',
  ],
  'not-erased': [
    18,
    'deliveries of a person are left, for Kafka cannot delete single records; the message says until when',
  ],
  'trail-differs': [19, 'the audit trail is not what was written; the first break is named'],
  'no-document': [20, 'no invoice can be made of the event; the message says what is missing'],
  'stage-stopped': [
    22,
    'a stage has read another log, or this one lacks what it needs; the message says what to do',
  ],
  'event-unreadable': [
    21,
    'an earlier version wrote an event that this one does not read; the message names it',
  ],
} as const satisfies Record<string, readonly [exitCode: number, meaning: string]>;

export type ErrorCode = keyof typeof commandErrors;

export const exitCodesHelp = [
  'Exit codes, and the "code" of the error that is printed with --json:',
  `   0  ${'-'.padEnd(22)}  success`,
  ...Object.entries(commandErrors).map(([code, [exitCode, meaning]]) => {
    return `  ${String(exitCode).padStart(2)}  ${code.padEnd(22)}  ${meaning}`;
  }),
].join('\n');

/** What ends a command without success: a text for a person, a code and an exit code for a script. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get exitCode(): number {
    return commandErrors[this.code][0];
  }

  static of(error: unknown): CommandError {
    if (error instanceof CommandError) return error;
    const fault = systemFault(error);
    if (fault !== null) return new CommandError('system-fault', fault, { cause: error });
    const message = Error.isError(error) ? error.message : String(error);
    return new CommandError(codeOf(error), message, { cause: error });
  }
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof DirectoryInUse) return 'directory-in-use';
  if (error instanceof ConfigFaults || error instanceof CatalogueFaults) return 'bad-configuration';
  if (error instanceof LogUnusable || error instanceof StoreUnusable) {
    return error.code.endsWith('-missing') ? 'not-found' : 'bad-configuration';
  }
  if (error instanceof WrongLog) return 'stage-stopped';
  if (error instanceof EventUnreadable) return 'event-unreadable';
  if (error instanceof BackupUnusable) return 'backup-unusable';
  if (error instanceof StartupError) return 'cannot-start';
  if (error instanceof PipelineBehind || error instanceof TallyRecounting) return 'pipeline-behind';
  if (error instanceof LogUnavailable || error instanceof StoreUnavailable) return 'unreachable';
  return 'failed';
}
