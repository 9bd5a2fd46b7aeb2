import { type RecordPosition, LogUnavailable } from '../log.js';
import type { Time } from '../time.js';

/** One `append`: settled when all its records are acknowledged, or at its deadline. */
export class AppendCall {
  readonly promise: Promise<RecordPosition[]>;
  readonly #answers: RecordPosition[] = [];
  readonly #settled = Promise.withResolvers<RecordPosition[]>();
  #left: number;
  #over = false;
  readonly #whenOver: () => void;
  /** What last stood in the way. */
  trouble: unknown = null;

  constructor(records: number, whenOver: () => void) {
    this.#left = records;
    this.#whenOver = whenOver;
    this.promise = this.#settled.promise;
  }

  get isOver(): boolean {
    return this.#over;
  }

  acknowledged(index: number, partition: number, offset: number): void {
    this.#answers[index] = { partition, offset };
    this.#left -= 1;
    if (this.#left > 0 || this.#over) return;
    this.#over = true;
    this.#settled.resolve(this.#answers);
    this.#whenOver();
  }

  /** Its records that are not yet sent never will be. */
  fail(error: Error): void {
    if (this.#over) return;
    this.#over = true;
    this.#settled.reject(error);
    this.#whenOver();
  }
}

/** Lets calls fail when their patience is over: one timer for all, since all are equally patient. */
export class Deadlines {
  #waiting: { readonly call: AppendCall; readonly at: number }[] = [];
  #cancel: (() => void) | null = null;
  readonly #time: Time;
  readonly #patienceMs: number;

  constructor(time: Time, patienceMs: number) {
    this.#time = time;
    this.#patienceMs = patienceMs;
  }

  add(call: AppendCall): void {
    this.#waiting.push({ call, at: this.#time.now() + this.#patienceMs });
    this.#cancel ??= this.#time.after(this.#checkEveryMs, () => this.#check());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  get #checkEveryMs(): number {
    return Math.min(1_000, this.#patienceMs);
  }

  #check(): void {
    const now = this.#time.now();
    for (const { call, at } of this.#waiting) if (at <= now) call.fail(this.#tooLate(call));
    this.#waiting = this.#waiting.filter(({ call }) => !call.isOver);
    this.#cancel =
      this.#waiting.length === 0 ? null : this.#time.after(this.#checkEveryMs, () => this.#check());
  }

  #tooLate(call: AppendCall): LogUnavailable {
    const reason = call.trouble instanceof Error ? `: ${call.trouble.message}` : '';
    return new LogUnavailable(`not acknowledged within ${this.#patienceMs} ms${reason}`, {
      cause: call.trouble,
    });
  }
}
