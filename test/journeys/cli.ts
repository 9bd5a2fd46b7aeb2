import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process of its own, as a user has it; the test runner has built it before. */
export function startCli(args: readonly string[]): { child: ChildProcess; ended: Promise<Ran> } {
  const options = ['--disable-warning=ExperimentalWarning', join(root, 'dist/apps/cli/main.js'), ...args];
  const environment = { ...process.env };
  for (const name of Object.keys(environment)) if (name.startsWith('TALLYLINE_')) delete environment[name];
  const child = spawn(process.execPath, options, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  return { child, ended: gather(child) };
}

export async function cli(...args: string[]): Promise<Ran> {
  return startCli(args).ended;
}

/**
 * Runs with --json and parses what it printed; any other end than exit code 0 is an error that shows stderr.
 */
export async function cliJson<T>(...args: string[]): Promise<T> {
  const ran = await cli(...args, '--json');
  if (ran.code !== 0) throw new Error(`tallyline ${args.join(' ')} ended with ${ran.code}:\n${ran.stderr}`);
  return JSON.parse(ran.stdout) as T;
}

async function gather(child: ChildProcess): Promise<Ran> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}
