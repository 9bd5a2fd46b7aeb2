import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Program } from '#test/stack/fetched/program.js';
import { freePorts, ServerProcess } from '#test/stack/process.js';
import { ask, askUntil } from './ask.js';

interface Setup {
  readonly program: Program;
  readonly directory: string;
  readonly cluster: boolean;
  /** Further lines of its configuration; `PORT` stands for another free port. */
  readonly settings?: readonly string[];
}

/** One redis-server with its directory. Its data outlive the process: `kill` and `start` keep them. */
export class RedisServer {
  readonly port: number;
  /** Port of the cluster bus, or the one that the settings name `PORT`. */
  readonly busPort: number;
  readonly #setup: Setup;
  readonly #process: ServerProcess;
  #snapshots = 0;

  private constructor(setup: Setup, port: number, busPort: number) {
    this.port = port;
    this.busPort = busPort;
    this.#setup = setup;
    const { directory: dir, program } = setup;
    this.#process = new ServerProcess({ dir, program, args: [this.#path('redis.conf')] });
  }

  static async create(setup: Setup): Promise<RedisServer> {
    const [port = 0, busPort = 0] = await freePorts(2);
    const server = new RedisServer(setup, port, busPort);
    await mkdir(setup.directory, { recursive: true });
    await writeFile(server.#path('redis.conf'), server.#configuration());
    return server;
  }

  /** Starts it with the data of its directory; resolves when it has loaded them and answers. */
  async start(): Promise<void> {
    this.#process.start();
    try {
      await askUntil(this.port, 'PING', (answer) => answer === 'PONG' || answer.startsWith('NOAUTH'));
    } catch (error) {
      throw new Error(`${String(error)}\n${this.#process.lastLines(20)}`, { cause: error });
    }
  }

  /** `kill -9`; resolves when the process has ended. */
  async kill(): Promise<void> {
    await this.#process.end('SIGKILL');
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  /** SIGSTOP: it holds its connections and answers nothing. */
  async pause(): Promise<void> {
    await this.#process.pause();
  }

  /** SIGCONT */
  resume(): void {
    this.#process.resume();
  }

  /** Copies what is on disk now; returns the path for `restore`. */
  async snapshot(): Promise<string> {
    const copy = this.#path(`snapshot-${++this.#snapshots}`);
    await cp(this.#path(DATA), copy, { recursive: true });
    return copy;
  }

  /** Puts the data back to the snapshot, with a `kill -9` before and a start after. */
  async restore(snapshot: string): Promise<void> {
    await this.kill();
    await rm(this.#path(DATA), { recursive: true });
    await cp(snapshot, this.#path(DATA), { recursive: true });
    await this.start();
  }

  /** Deletes all data, with a `kill -9` before and a start after. */
  async empty(): Promise<void> {
    await this.kill();
    await rm(this.#path(DATA), { recursive: true });
    await this.start();
  }

  /** Sends one command as it would be typed, and gives the answer as text. */
  async ask(command: string): Promise<string> {
    return ask(this.port, command);
  }

  #path(name: string): string {
    return join(this.#setup.directory, name);
  }

  #configuration(): string {
    const lines = [
      'bind 127.0.0.1',
      `port ${this.port}`,
      `dir ${this.#setup.directory}`,
      `appenddirname ${DATA}`,
      'appendonly yes',
      'appendfsync always',
      'save ""',
      'maxmemory-policy noeviction',
      // A copy of the files is a consistent snapshot only while they are appended to and not rewritten.
      'auto-aof-rewrite-percentage 0',
    ];
    const clustered = ['cluster-enabled yes', `cluster-port ${this.busPort}`, 'cluster-node-timeout 2000'];
    const more = (this.#setup.settings ?? []).map((line) => line.replace('PORT', `${this.busPort}`));
    return `${[...lines, ...more, ...(this.#setup.cluster ? clustered : [])].join('\n')}\n`;
  }
}

const DATA = 'appendonlydir';
