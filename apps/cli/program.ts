import { Command } from 'commander';
import { catalogueCommand } from './catalogue/command.js';
import { auditSumsCommand } from './audit-sums.js';
import { rebuildCommand } from './rebuild.js';
import { auditCommand } from './audit.js';
import { backupCommand, restoreCommand } from './backup.js';
import { closeCommand } from './close.js';
import { contactsCommand } from './contacts.js';
import { accrualsCommand } from './accruals.js';
import { contactCommand } from './contact.js';
import { contractsCommand } from './contracts.js';
import { customerKeyCommand } from './customer-key.js';
import { demoCommand } from './demo.js';
import { exitCodesHelp } from './command-error.js';
import { explainCommand } from './explain.js';
import { keysCommand } from './keys.js';
import { invoiceCommand } from './invoice.js';
import { kpisCommand } from './kpis.js';
import { nowCommand } from './now.js';
import { unbilledCommand } from './unbilled.js';
import { adherenceCommand } from './adherence.js';
import { lagCommand } from './lag.js';
import { logCommand } from './log.js';
import { implausibleCommand } from './implausible.js';
import { parkedCommand } from './parked.js';
import { forecastCommand } from './forecast.js';
import { holdCommand, releaseCommand } from './hold.js';
import { periodsCommand } from './periods.js';
import { proofCommand } from './proof.js';
import { refusedCommand } from './refused.js';
import { privacyCommand } from './privacy.js';
import { reinterpretCommand } from './reinterpret.js';
import { replayCommand } from './replay.js';
import { retentionCommand } from './retention.js';
import { verifyCommand } from './verify.js';
import { whatIfCommand } from './whatif.js';
import { productVersion } from '#runtime/version.js';

/** The command line, not yet run. `writeError` is given usage and what is wrong with arguments. */
export function tallylineProgram(writeError: (text: string) => void): Command {
  const program = new Command('tallyline')
    .description('Turns what call centres do into invoices that both sides can verify.')
    .version(productVersion())
    .showHelpAfterError('Try it with --help.')
    .configureOutput({ writeErr: (text) => writeError(text) })
    .exitOverride()
    // A command that has commands below it leaves them their options: `close`.
    .enablePositionalOptions()
    .addHelpText('after', () => `\n${exitCodesHelp}`);
  for (const command of [
    replayCommand(),
    kpisCommand(Date.now),
    nowCommand(Date.now),
    unbilledCommand(Date.now),
    adherenceCommand(Date.now),
    implausibleCommand(Date.now),
    closeCommand(Date.now),
    periodsCommand(Date.now),
    accrualsCommand(Date.now),
    forecastCommand(Date.now),
    holdCommand(Date.now),
    releaseCommand(Date.now),
    explainCommand(),
    contactsCommand(),
    contactCommand(),
    invoiceCommand(),
    verifyCommand(),
    proofCommand(),
    catalogueCommand(Date.now),
    contractsCommand(),
    whatIfCommand(Date.now),
    refusedCommand(Date.now),
    parkedCommand(Date.now),
    customerKeyCommand(Date.now),
    auditSumsCommand(Date.now),
    rebuildCommand(Date.now),
    keysCommand(Date.now),
    retentionCommand(Date.now),
    privacyCommand(Date.now),
    backupCommand(Date.now),
    restoreCommand(),
    lagCommand(),
    logCommand(),
    auditCommand(),
    reinterpretCommand(Date.now),
    demoCommand(Date.now),
  ]) {
    program.addCommand(asProgram(command, program, program.name()));
  }
  return program;
}

/** Errors of a command, and of the commands below it, are reported as those of the program. */
function asProgram(command: Command, program: Command, above: string): Command {
  const name = `${above} ${command.name()}`;
  command.copyInheritedSettings(program);
  command.showHelpAfterError(`Usage: ${name} ${command.usage()}\nTry it with --help.`);
  for (const below of command.commands) asProgram(below, program, name);
  return command;
}
