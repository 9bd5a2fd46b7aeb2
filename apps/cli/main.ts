import '#runtime/v8-flags.js';
import { Command, CommanderError } from 'commander';
import { catalogueCommand } from './catalogue/command.js';
import { auditSumsCommand } from './audit-sums.js';
import { rebuildCommand } from './rebuild.js';
import { auditCommand } from './audit.js';
import { backupCommand, restoreCommand } from './backup.js';
import { closeCommand } from './close.js';
import { contactsCommand } from './contacts.js';
import { contractsCommand } from './contracts.js';
import { customerKeyCommand } from './customer-key.js';
import { demoCommand } from './demo.js';
import { CommandError, exitCodesHelp } from './command-error.js';
import { explainCommand } from './explain.js';
import { keysCommand } from './keys.js';
import { kpisCommand } from './kpis.js';
import { unbilledCommand } from './unbilled.js';
import { lagCommand } from './lag.js';
import { logCommand } from './log.js';
import { parkedCommand } from './parked.js';
import { refusedCommand } from './refused.js';
import { reinterpretCommand } from './reinterpret.js';
import { replayCommand } from './replay.js';
import { verifyCommand } from './verify.js';
import { whatIfCommand } from './whatif.js';
import { productVersion } from '#runtime/version.js';

const isJson = process.argv.includes('--json');

const program = new Command('tallyline')
  .description('Turns what call centres do into invoices that both sides can verify.')
  .version(productVersion())
  .showHelpAfterError('Try it with --help.')
  .configureOutput({ writeErr: (text) => void (isJson || process.stderr.write(text)) })
  .exitOverride()
  .addHelpText('after', () => `\n${exitCodesHelp}`);
for (const command of [
  replayCommand(),
  kpisCommand(Date.now),
  unbilledCommand(Date.now),
  closeCommand(Date.now),
  explainCommand(),
  contactsCommand(),
  verifyCommand(),
  catalogueCommand(Date.now),
  contractsCommand(),
  whatIfCommand(Date.now),
  refusedCommand(),
  parkedCommand(Date.now),
  customerKeyCommand(Date.now),
  auditSumsCommand(Date.now),
  rebuildCommand(Date.now),
  keysCommand(Date.now),
  backupCommand(Date.now),
  restoreCommand(),
  lagCommand(),
  logCommand(),
  auditCommand(),
  reinterpretCommand(Date.now),
  demoCommand(Date.now),
]) {
  program.addCommand(asProgram(command));
}

/** Errors of a command, and of the commands below it, are reported as those of the program. */
function asProgram(command: Command): Command {
  command.copyInheritedSettings(program);
  command.commands.forEach(asProgram);
  return command;
}

// When the reader of a pipe closes early (`| head`), exit with 0.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reported(error);
}

/** Prints what went wrong; returns the exit code. */
function reported(error: unknown): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    const usage = new CommandError('wrong-arguments', error.message.replace(/^error: /, ''));
    // As text commander has printed it.
    if (isJson) process.stderr.write(jsonText(usage));
    return usage.exitCode;
  }
  const known = CommandError.of(error);
  process.stderr.write(isJson ? jsonText(known) : `tallyline: ${known.message}\n`);
  const { code, exitCode, cause } = known;
  if (code === 'failed' && Error.isError(cause)) process.stderr.write(`${cause.stack ?? ''}\n`);
  return exitCode;
}

function jsonText({ code, exitCode, message }: CommandError): string {
  return `${JSON.stringify({ code, exitCode, message })}\n`;
}
