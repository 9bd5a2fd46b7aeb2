import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const root = join(import.meta.dirname.replace(/[\\/]dist[\\/]test/, '/test'), '../..');

/** Node's flags in the image: the same for tests and for measurements. */
const flags = (
  JSON.parse(
    /^ENTRYPOINT (.*)$/m.exec(readFileSync(join(root, 'docker/Dockerfile'), 'utf8'))?.[1] ?? '',
  ) as string[]
).filter((word) => word.startsWith('--'));

export type AppName = 'intake' | 'normalizer' | 'meter' | 'tally' | 'invoicer' | 'standalone' | 'cli';
/** A pipeline of nine: several processes of each stage, which share its partitions. */
export const instances: readonly AppName[] = [
  'intake',
  'normalizer',
  'normalizer',
  'meter',
  'meter',
  'meter',
  'tally',
  'tally',
  'invoicer',
];

export type Settings = Readonly<Record<`TALLYLINE_${string}`, string>>;

/** A record of the log of a process. */
export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly url?: string;
}

export interface Starting {
  readonly args?: readonly string[];
  /** A module of test/ that is loaded before the app's own, with a channel to it. */
  readonly preload?: {
    readonly module: string;
    readonly environment: Readonly<Record<string, string>>;
  } | null;
}

/** An app as a process of its own, as it runs for an operator; the test runner has built it before. */
export class AppProcess {
  readonly app: AppName;
  readonly child: ChildProcess;
  readonly logged: LogLine[] = [];
  /** Exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #url: Promise<string>;
  readonly #lines: Interface;

  constructor(app: AppName, settings: Settings, { args = [], preload = null }: Starting = {}) {
    this.app = app;
    const environment = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith('TALLYLINE_')),
    );
    const before =
      preload === null ? [] : ['--import', pathToFileURL(join(root, 'dist', preload.module)).href];
    this.child = spawn(
      process.execPath,
      [...flags, ...before, join(root, 'dist/apps', app, 'main.js'), ...args],
      {
        env: { ...environment, TALLYLINE_PORT: '0', ...preload?.environment, ...settings },
        stdio: preload === null ? ['ignore', 'pipe', 'inherit'] : ['ignore', 'pipe', 'inherit', 'ipc'],
      },
    );
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    this.#url = promise;
    this.#url.catch(() => undefined);
    void this.ended.then((code) =>
      reject(new Error(`${app} ended with ${code}: ${this.logged.map(({ msg }) => msg).join('\n')}`)),
    );
    if (this.child.stdout === null) throw new Error('the process has no output');
    this.#lines = createInterface({ input: this.child.stdout }).on('line', (line) => {
      const logLine = JSON.parse(line) as LogLine;
      this.logged.push(logLine);
      if (logLine.msg === 'ready' && logLine.url !== undefined) resolve(logLine.url);
    });
  }

  /** Resolves when its log has the message. */
  async says(msg: string): Promise<void> {
    while (!this.logged.some((line) => line.msg === msg)) await once(this.#lines, 'line');
  }

  /** Its address; rejects where it ended before it was ready. */
  ready(): Promise<string> {
    return this.#url;
  }

  async get(path: string): Promise<Response> {
    return fetch((await this.#url) + path);
  }

  async post(path: string, body: string): Promise<Response> {
    // Even an empty body would be sent as text.
    return fetch((await this.#url) + path, { method: 'POST', ...(body !== '' && { body }) });
  }

  /** Samples of its metrics as `name{labels} value` says them, the `tallyline_` left out. */
  async metrics(name: string): Promise<Sample[]> {
    const text = await (await this.get('/metrics')).text();
    return text.split('\n').flatMap((line) => {
      const found = /^tallyline_(\w+)(?:\{(.*)\})? (\S+)$/.exec(line);
      return found?.[1] === name ? [{ labels: labelsOf(found[2] ?? ''), value: Number(found[3]) }] : [];
    });
  }

  /** Asks it to end, and waits for it. */
  async terminate(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended;
  }
}

export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}
