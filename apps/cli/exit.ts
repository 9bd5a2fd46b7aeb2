import { PipelineBehind } from '#pipeline/engine/engine.js';
import { CatalogueFaults } from '#catalogue/require-catalogue.js';
import { LogUnavailable } from '#log/log.js';
import { DirectoryInUse } from '#log/sqlite/directory-lock.js';
import { ConfigFaults } from '#runtime/config.js';
import { StoreUnavailable } from '#store/store.js';

/** What a process tells by its exit code; part of the CLI's interface. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  configuration: 3,
  notFound: 4,
  inUse: 5,
  unusableInput: 6,
  closeStopped: 7,
  behind: 8,
  unreachable: 9,
  help: `Exit codes:
  0  done
  1  failed unexpectedly
  2  wrong arguments
  3  the settings or the catalogue have faults; all of them are listed
  4  no such programme, contract, invoice or refusal
  5  the data directory is in use by another process
  6  part of the input is no recorded delivery; the rest was taken
  7  the close was stopped: the period is not over, book and tally disagree, or another catalogue is in force
  8  a stage does not get on with what is there: on Kafka, is its process running?
  9  Kafka or Redis cannot be reached`,
} as const;

type Code = Exclude<(typeof exitCode)[keyof typeof exitCode], string>;

/** Something expected went wrong: a message for a person and an exit code for a script. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly code: Code,
    message: string,
  ) {
    super(message);
  }

  static of(error: unknown): Failure {
    if (error instanceof Failure) return error;
    if (error instanceof DirectoryInUse) return new Failure(exitCode.inUse, error.message);
    if (error instanceof ConfigFaults || error instanceof CatalogueFaults)
      return new Failure(exitCode.configuration, error.message);
    if (error instanceof PipelineBehind) return new Failure(exitCode.behind, error.message);
    if (error instanceof LogUnavailable || error instanceof StoreUnavailable)
      return new Failure(exitCode.unreachable, error.message);
    return new Failure(exitCode.failed, error instanceof Error ? error.message : String(error));
  }
}
