import { existsSync, readdirSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/**
 * After Jest's own closing lines one for machines: `N passed, N failed`, with `, N skipped` where some are. A
 * suite that could not run counts as failed, else a syntax error would read as success.
 * TALLYLINE_TEST_CLOSING names a file that gets the line as well. Below it, where a server or a program could
 * not be had, one line that says what was skipped and how to get it.
 */
export default class ClosingLineReporter {
  #closing = '';

  constructor() {
    // Jest prints its own summary after all reporters.
    process.once('exit', () => writeSync(1, this.#closing));
  }

  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped}\n`;
    const file = process.env.TALLYLINE_TEST_CLOSING;
    if (file) writeFileSync(file, line);
    const lacking = whatWasMissing();
    this.#closing = line + (lacking.length > 0 ? `Skipped: ${lacking.join('; ')}\n` : '');
  }
}

/** What suites have noted down with `missing` of test/stack/unavailable.ts. */
function whatWasMissing() {
  const run = process.env.TALLYLINE_STACK_RUN ?? '';
  if (!existsSync(run)) return [];
  return readdirSync(run)
    .filter((name) => name.endsWith('.missing'))
    .sort()
    .map(
      (name) =>
        `tests that need ${name.replace('.missing', '')} (${readFileSync(join(run, name), 'utf8').trim()})`,
    );
}
