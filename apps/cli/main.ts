import { Command, CommanderError } from 'commander';
import { closeCommand } from './close.js';
import { contractsCommand } from './contracts.js';
import { demoCommand } from './demo.js';
import { exitCode, Failure } from './exit.js';
import { explainCommand } from './explain.js';
import { kpisCommand } from './kpis.js';
import { lagCommand } from './lag.js';
import { refusedCommand } from './refused.js';
import { replayCommand } from './replay.js';
import { whatIfCommand } from './whatif.js';

const program = new Command('tallyline')
  .description('Turns what call centres do into invoices that both sides believe.')
  .showHelpAfterError()
  .exitOverride()
  .addHelpText('after', () => `\n${exitCode.help}`);
for (const command of [
  replayCommand,
  kpisCommand,
  closeCommand,
  explainCommand,
  contractsCommand,
  whatIfCommand,
  refusedCommand,
  lagCommand,
  demoCommand,
]) {
  program.addCommand(command().exitOverride());
}

// A reader that has seen enough (`| head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCode.ok);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = ended(error);
}

function ended(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.ok : exitCode.usage;
  const failure = Failure.of(error);
  process.stderr.write(`tallyline: ${failure.message}\n`);
  if (failure.code === exitCode.failed && error instanceof Error)
    process.stderr.write(`${error.stack ?? ''}\n`);
  return failure.code;
}
