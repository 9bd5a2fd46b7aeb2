/** How many answers that do not end, such as server-sent events, a process gives at once. */
export class LiveStreams {
  readonly #limits: StreamLimits;
  readonly #open = new Map<string, number>();
  #all = 0;

  constructor(limits: StreamLimits = streamLimits) {
    this.#limits = limits;
  }

  /** Gives its place back, once; null: there is none left for this asker, or for any. */
  take(asker: string): (() => void) | null {
    const own = this.#open.get(asker) ?? 0;
    if (own >= this.#limits.perAsker || this.#all >= this.#limits.inAll) return null;
    this.#open.set(asker, own + 1);
    this.#all += 1;
    let isOpen = true;
    return () => {
      if (!isOpen) return;
      isOpen = false;
      const left = (this.#open.get(asker) ?? 1) - 1;
      if (left === 0) this.#open.delete(asker);
      else this.#open.set(asker, left);
      this.#all -= 1;
    };
  }
}

interface StreamLimits {
  /** Of one holder of a key or token, or of one address where none has to give a name. */
  readonly perAsker: number;
  readonly inAll: number;
}

/** Each open stream looks four times a second for what has changed. */
const streamLimits: StreamLimits = { perAsker: 20, inAll: 200 };
