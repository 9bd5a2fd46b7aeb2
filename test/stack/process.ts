import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Program } from '#test/stack/fetched/program.js';

export interface ServerSpec {
  /** Its own directory; `pid` and `log` in it belong to this class. */
  readonly dir: string;
  readonly program: Program;
  readonly args: readonly string[];
}

/** One server process in a process group of its own, to be killed, paused and started again by tests. */
export class ServerProcess {
  readonly #spec: ServerSpec;
  #child: ChildProcess | null = null;

  constructor(spec: ServerSpec) {
    this.#spec = spec;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get running(): boolean {
    return this.#child !== null;
  }

  start(): void {
    if (this.#child !== null) throw new Error(`${this.#spec.dir} is already running`);
    const log = openSync(this.#logFile, 'a');
    const child = spawn(this.#spec.program.command, [...this.#spec.args], {
      cwd: this.#spec.dir,
      env: { ...process.env, ...this.#spec.program.env },
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    child.unref();
    child.once('error', () => this.#ended(child));
    child.once('exit', () => this.#ended(child));
    if (child.pid !== undefined) writeFileSync(this.#pidFile, `${child.pid}`);
    this.#child = child;
  }

  /** Sends the signal to the whole group. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child?.pid === undefined) throw new Error(`${this.#spec.dir} is not running`);
    process.kill(-this.#child.pid, signal);
  }

  /**
   * SIGSTOP, and waits until every thread stands still: the signal takes effect once one of them is scheduled
   * to see it, and on a busy machine the others go on serving until then. Where there is no /proc, as on
   * macOS, it does not wait.
   */
  async pause(): Promise<void> {
    this.signal('SIGSTOP');
    while (!this.#standsStill()) await delay(5);
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  #standsStill(): boolean {
    const tasks = `/proc/${this.pid ?? 0}/task`;
    if (!existsSync(tasks)) return true;
    return readdirSync(tasks).every((task) => {
      try {
        return /^State:\s+[TZX]/m.test(readFileSync(join(tasks, task, 'status'), 'utf8'));
      } catch {
        // The thread has ended since it was listed.
        return true;
      }
    });
  }

  /** Signals and waits until the process is gone. SIGKILL ends a paused one too. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#child === null) return;
    this.signal(signal);
    while (this.#child !== null) await delay(10);
  }

  lastLines(count: number): string {
    if (!existsSync(this.#logFile)) return '';
    return readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  }

  get #pidFile(): string {
    return join(this.#spec.dir, 'pid');
  }

  get #logFile(): string {
    return join(this.#spec.dir, 'log');
  }

  #ended(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = null;
    rmSync(this.#pidFile, { force: true });
  }
}

/**
 * Watches this process from outside: when it ends in any way, every process group named in a `pid` file
 * one level below `dir` is killed and `dir` is removed. Returns a function that does the same at once.
 */
export function reap(dir: string): () => void {
  const script =
    'cat >/dev/null; for f in "$0"/*/pid; do [ -f "$f" ] && kill -9 "-$(cat "$f")"; done; rm -rf "$0"';
  const child = spawn('sh', ['-c', script, dir], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  const pipe = child.stdin as typeof child.stdin & { unref(): void };
  pipe.unref();
  return () => pipe.end();
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => {
            const address = server.address();
            if (address === null || typeof address === 'string') reject(new Error('no port'));
            else resolve(address.port);
          });
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}
