import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process of its own, as a user has it; the test runner has built it before. */
export function startCli(
  args: readonly string[],
  settings: Readonly<Record<string, string>> = {},
): { child: ChildProcess; ended: Promise<CliResult> } {
  const options = ['--disable-warning=ExperimentalWarning', join(root, 'dist/apps/cli/main.js'), ...args];
  const outside = Object.entries(process.env).filter(([name]) => !name.startsWith('TALLYLINE_'));
  const env = { ...Object.fromEntries(outside), ...settings };
  const child = spawn(process.execPath, options, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, ended: resultOf(child) };
}

export async function cli(...args: string[]): Promise<CliResult> {
  return startCli(args).ended;
}

/**
 * Runs with --json and parses what it printed; an exit code other than 0 is an error that shows stderr.
 */
export async function cliJson<T>(...args: string[]): Promise<T> {
  const ran = await cli(...args, '--json');
  if (ran.code !== 0) throw new Error(`tallyline ${args.join(' ')} ended with ${ran.code}:\n${ran.stderr}`);
  return JSON.parse(ran.stdout) as T;
}

async function resultOf(child: ChildProcess): Promise<CliResult> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
