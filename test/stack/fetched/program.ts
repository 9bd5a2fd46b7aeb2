import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** A program of this machine or of the cache. */
export interface Program {
  readonly command: string;
  /**
   * Environment variables that it needs beside those of this process, for example where its libraries are.
   */
  readonly env: Readonly<Record<string, string>>;
}

/** The first executable file of that name on the PATH. */
export async function onPath(command: string): Promise<Program | null> {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(directory, command);
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return { command: file, env: {} };
  }
  return null;
}

/** What the program prints, on both streams; throws where it does not start or fails. */
export async function output(program: Program, args: readonly string[], cwd?: string): Promise<string> {
  const env = { ...process.env, ...program.env };
  const limits = { timeout: 300_000, maxBuffer: 64 * 1024 * 1024 };
  const { stdout, stderr } = await promisify(execFile)(program.command, args, { env, cwd, ...limits });
  return stdout + stderr;
}

export async function starts(program: Program, args: readonly string[]): Promise<boolean> {
  return output(program, args).then(
    () => true,
    () => false,
  );
}

/** The line of a failed command that says what was wrong. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.find((line) => /^(E:|\[ERROR\]|error:)/.test(line)) ?? lines[0] ?? text;
}
