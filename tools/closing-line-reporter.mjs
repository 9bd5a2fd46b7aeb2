import { writeFileSync } from 'node:fs';

/**
 * After Jest's own closing lines, one line for machines: `N passed, N failed`. A suite that could not run
 * counts as failed, else a syntax error would read as success. TALLYLINE_TEST_CLOSING names a file that gets
 * the line as well.
 */
export default class ClosingLineReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const line = `${results.numPassedTests} passed, ${failed} failed\n`;
    process.stdout.write(line);
    const file = process.env.TALLYLINE_TEST_CLOSING;
    if (file) writeFileSync(file, line);
  }
}
