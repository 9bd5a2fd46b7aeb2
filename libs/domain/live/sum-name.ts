import { hourMs, quarterIndex } from './quarters.js';

/**
 * Live sums are kept as (key, field, integer). Key: grain, programme, UTC hour; field: its quarter-hour 0..3,
 * measure and, below the programme, the queue or agent. By the hour, since a store looks through the fields
 * of a small key one by one, and pays for a large one with twice the memory.
 *
 * Each text is made once: a new one has to be hashed for the map that it is looked up in, which takes longer
 * than the rest of counting.
 */
export function sumKey(grain: keyof HourKeys, programme: string, at: number): string {
  const hour = Math.floor(at / hourMs);
  return (keys.find(programme, hour) ?? keys.keep(programme, hour, keysOf(programme, hour)))[grain];
}

/** `name`: of the queue or agent; null for the programme itself. */
export function sumField(at: number, measure: string, name: string | null): string {
  const quarters = fields.find(name, measure) ?? fields.keep(name, measure, fieldsOf(measure, name));
  return quarters[quarterIndex(at)] ?? '';
}

interface HourKeys {
  readonly programme: string;
  readonly queue: string;
  readonly agent: string;
}

function keysOf(programme: string, hour: number): HourKeys {
  const rest = `${programme}|${new Date(hour * hourMs).toISOString().slice(0, 13)}`;
  return { programme: `programme|${rest}`, queue: `queue|${rest}`, agent: `agent|${rest}` };
}

function fieldsOf(measure: string, name: string | null): readonly string[] {
  const rest = name === null ? measure : `${measure}|${name}`;
  return [`0|${rest}`, `1|${rest}`, `2|${rest}`, `3|${rest}`];
}

/** Values by two keys; emptied when it is full. */
export class BoundedCache<A, B, T> {
  readonly #maxSize: number;
  readonly #maps = new Map<A, Map<B, T>>();
  #size = 0;

  constructor(maxSize: number) {
    this.#maxSize = maxSize;
  }

  /** Values held. */
  get size(): number {
    return this.#size;
  }

  find(a: A, b: B): T | undefined {
    return this.#maps.get(a)?.get(b);
  }

  /** For keys of which `find` has nothing. */
  keep(a: A, b: B, value: T): T {
    if (this.#size >= this.#maxSize) {
      this.#maps.clear();
      this.#size = 0;
    }
    let map = this.#maps.get(a);
    if (map === undefined) this.#maps.set(a, (map = new Map<B, T>()));
    map.set(b, value);
    this.#size++;
    return value;
  }
}

/** Some 300 bytes each. A thousand agents have 20 000 fields, a year of a programme 9 000 hours. */
const MAX_NAMES = 50_000;

const keys = new BoundedCache<string, number, HourKeys>(MAX_NAMES);
const fields = new BoundedCache<string | null, string, readonly string[]>(MAX_NAMES);
