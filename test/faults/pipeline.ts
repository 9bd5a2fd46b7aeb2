import { setTimeout as delay } from 'node:timers/promises';
import { until } from '#test/faults/until.js';
import { type Boundary, lastWords, sessionMsVariable } from '#test/faults/boundary.js';
import { type AppName, AppProcess, type Settings } from '#test/processes/app-process.js';

/** The processes of one pipeline, each started again when it ends, as an orchestrator would. */
export class Pipeline {
  readonly slots: readonly Slot[];

  constructor(apps: readonly AppName[], settings: Settings, sessionMs: number | null) {
    this.slots = apps.map((app) => new Slot(app, settings, sessionMs));
  }

  async start(): Promise<void> {
    for (const slot of this.slots) slot.start();
    await Promise.all(this.slots.map((slot) => slot.ready()));
  }

  of(app: AppName): Slot[] {
    return this.slots.filter((slot) => slot.app === app);
  }

  /** One of the instances of an app. */
  one(app: AppName, victim: number): Slot {
    const slots = this.of(app);
    const slot = slots[victim % slots.length];
    if (slot === undefined) throw new Error(`no ${app} runs here`);
    return slot;
  }

  /** No process is started again from here on. */
  async kill(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.close('SIGKILL')));
  }

  /** Exit codes, in the order of the slots. */
  async terminate(): Promise<(number | null)[]> {
    return Promise.all(this.slots.map((slot) => slot.close('SIGTERM')));
  }
}

/** Runs one app, process after process. */
export class Slot {
  readonly app: AppName;
  readonly #settings: Settings;
  readonly #sessionMs: number | null;
  #process: AppProcess | null = null;
  #closed = false;
  /** How often it was started. */
  starts = 0;

  constructor(app: AppName, settings: Settings, sessionMs: number | null) {
    this.app = app;
    this.#settings = settings;
    this.#sessionMs = sessionMs;
  }

  start(): void {
    const environment: Record<string, string> =
      this.#sessionMs === null ? {} : { [sessionMsVariable]: `${this.#sessionMs}` };
    const started = new AppProcess(this.app, this.#settings, {
      preload: { module: 'test/faults/mortal.js', environment },
    });
    this.#process = started;
    this.starts += 1;
    void started.ended.then(async () => {
      await delay(restartMs);
      if (!this.#closed) this.start();
    });
  }

  get current(): AppProcess {
    if (this.#process === null) throw new Error(`${this.app} was never started`);
    return this.#process;
  }

  /** The address of the process that runs now, or of its next one. */
  async ready(): Promise<string> {
    for (;;) {
      const { current } = this;
      try {
        return await current.ready();
      } catch (error) {
        if (this.#closed) throw error;
        await until(`${this.app} is started again`, () => this.current !== current, 30_000);
      }
    }
  }

  /** `kill -9`; the next process is started and not waited for. */
  async kill(): Promise<void> {
    const { current } = this;
    current.child.kill('SIGKILL');
    await current.ended;
  }

  /**
   * Resolves when a process here has died at that boundary. `provoke` is to bring it about, repeatedly,
   * since the process may have had no work just then.
   */
  async dieAt(boundary: Boundary, provoke: () => void): Promise<void> {
    for (let died = false; !died;) {
      await this.ready();
      const { current } = this;
      if (!current.child.connected) {
        await until(`${this.app} is started again`, () => this.current !== current, 30_000);
        continue;
      }
      current.child.send(boundary);
      for (let ended = false; !ended;) {
        provoke();
        ended = await Promise.race([current.ended.then(() => true), delay(provokeMs, false)]);
      }
      died = current.logged.some(({ msg }) => msg === lastWords(boundary));
    }
  }

  /** SIGSTOP, SIGCONT. Another fault may have killed it in between. */
  async freeze(ms: number): Promise<void> {
    const { current } = this;
    current.child.kill('SIGSTOP');
    await delay(ms);
    current.child.kill('SIGCONT');
  }

  async close(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    this.#closed = true;
    if (this.#process === null) return null;
    this.#process.child.kill('SIGCONT');
    this.#process.child.kill(signal);
    return this.#process.ended;
  }
}

const restartMs = 200;
const provokeMs = 10_000;
