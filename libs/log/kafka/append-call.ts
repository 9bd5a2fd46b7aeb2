import { type RecordPosition, LogUnavailable } from '../log.js';
import type { Time } from '../time.js';

/** One call of `append`: ends when all its records are acknowledged, or at its deadline. */
export class AppendCall {
  readonly promise: Promise<RecordPosition[]>;
  readonly #positions: RecordPosition[] = [];
  readonly #result = Promise.withResolvers<RecordPosition[]>();
  #unacknowledged: number;
  #ended = false;
  readonly #onEnd: () => void;
  /** Why its records were last not acknowledged. */
  lastError: unknown = null;

  constructor(records: number, onEnd: () => void) {
    this.#unacknowledged = records;
    this.#onEnd = onEnd;
    this.promise = this.#result.promise;
  }

  get isEnded(): boolean {
    return this.#ended;
  }

  acknowledged(index: number, partition: number, offset: number): void {
    this.#positions[index] = { partition, offset };
    this.#unacknowledged -= 1;
    if (this.#unacknowledged > 0 || this.#ended) return;
    this.#ended = true;
    this.#result.resolve(this.#positions);
    this.#onEnd();
  }

  /** Its records that are not yet sent will not be sent. */
  fail(error: Error): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#result.reject(error);
    this.#onEnd();
  }
}

/** Lets calls fail at their deadline: one timer for all, since all have the same timeout. */
export class Deadlines {
  #waiting: { readonly call: AppendCall; readonly at: number }[] = [];
  #cancel: (() => void) | null = null;
  readonly #time: Time;
  readonly #timeoutMs: number;

  constructor(time: Time, timeoutMs: number) {
    this.#time = time;
    this.#timeoutMs = timeoutMs;
  }

  add(call: AppendCall): void {
    this.#waiting.push({ call, at: this.#time.now() + this.#timeoutMs });
    this.#cancel ??= this.#time.after(this.#checkEveryMs, () => this.#check());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  get #checkEveryMs(): number {
    return Math.min(1_000, this.#timeoutMs);
  }

  #check(): void {
    const now = this.#time.now();
    for (const { call, at } of this.#waiting) if (at <= now) call.fail(this.#timeoutError(call));
    this.#waiting = this.#waiting.filter(({ call }) => !call.isEnded);
    this.#cancel =
      this.#waiting.length === 0 ? null : this.#time.after(this.#checkEveryMs, () => this.#check());
  }

  #timeoutError(call: AppendCall): LogUnavailable {
    const reason = call.lastError instanceof Error ? `: ${call.lastError.message}` : '';
    return new LogUnavailable(`not acknowledged within ${this.#timeoutMs} ms${reason}`, {
      cause: call.lastError,
    });
  }
}
