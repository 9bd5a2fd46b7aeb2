import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program in another process, for specs that kill it. It runs on the built sources and prints lines. */
export class ChildProgram {
  readonly #child: ChildProcess;
  readonly #lines: string[] = [];
  readonly #closed: Promise<void>;
  #onChange: () => void = () => {};
  #errors = '';
  #ended = false;

  constructor(source: string, args: readonly string[]) {
    const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', source, '--'];
    this.#child = spawn(process.execPath, [...flags, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.#lines.push(line);
      this.#onChange();
    });
    this.#closed = new Promise((resolve) => {
      this.#child.once('close', () => {
        this.#ended = true;
        resolve();
        this.#onChange();
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Resolves with the first line that satisfies the condition; rejects when the program ends before it. */
  async line(condition: (line: string, index: number) => boolean): Promise<string> {
    for (;;) {
      const line = this.#lines.find(condition);
      if (line !== undefined) return line;
      if (this.#ended) throw new Error(`the program ended: ${this.#errors}`);
      await new Promise<void>((resolve) => (this.#onChange = resolve));
    }
  }

  /** All it printed, once it has ended by itself. */
  async output(): Promise<string[]> {
    await this.#closed;
    if (this.#child.exitCode !== 0) throw new Error(`the program failed: ${this.#errors}`);
    return this.#lines;
  }

  /** `kill -9`; resolves with all it had printed. */
  async kill(): Promise<string[]> {
    this.#child.kill('SIGKILL');
    await this.#closed;
    return this.#lines;
  }
}
