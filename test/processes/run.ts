import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Settings } from '#test/processes/app-process.js';

const script = join(import.meta.dirname, '../../dist/apps/cli/main.js');
const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=TimeoutNegativeWarning'];

/** One command of the command line under these settings, and no others. */
export async function run(
  settings: Settings,
  ...args: readonly string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TALLYLINE_'));
  const env = { ...Object.fromEntries(inherited), ...settings };
  const child = spawn(process.execPath, [...quiet, script, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** The same with --json, parsed; another end than exit code 0 is an error that shows what was said. */
export async function runJson<T>(settings: Settings, ...args: readonly string[]): Promise<T> {
  const { code, stdout, stderr } = await run(settings, ...args, '--json');
  if (code !== 0) throw new Error(`tallyline ${args.join(' ')} ended with ${code}:\n${stderr}`);
  return JSON.parse(stdout) as T;
}
