import '#runtime/v8-flags.js';
import { CommanderError } from 'commander';
import { CommandError } from './command-error.js';
import { tallylineProgram } from './program.js';

const isJson = process.argv.includes('--json');

// When the reader of a pipe closes early (`| head`), exit with 0; where the output cannot be written, say so.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : reported(error));
});
process.stderr.on('error', () => undefined);

try {
  await tallylineProgram((text) => void (isJson || process.stderr.write(text))).parseAsync();
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
