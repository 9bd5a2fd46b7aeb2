import { hourMs, quarterIndex } from './quarters.js';
import type { Grain, Measure } from './tally.js';

/**
 * Names of the live sums, each text made once: one made anew has to be hashed anew for the map that it is
 * looked up in, which takes longer than all else that is done to count.
 */
export function sumKey(grain: Grain, programme: string, at: number): string {
  const hour = Math.floor(at / hourMs);
  const hours = keys[grain].of(programme);
  let key = hours.get(hour);
  if (key === undefined) {
    key = `${grain}|${programme}|${new Date(hour * hourMs).toISOString().slice(0, 13)}`;
    hours.set(hour, key);
  }
  return key;
}

/** `name`: of the queue or agent; null for the programme itself. */
export function sumField(at: number, measure: Measure, name: string | null): string {
  const measures = fields.of(name);
  let quarters = measures.get(measure);
  if (quarters === undefined) {
    const rest = name === null ? measure : `${measure}|${name}`;
    quarters = [`0|${rest}`, `1|${rest}`, `2|${rest}`, `3|${rest}`];
    measures.set(measure, quarters);
  }
  return quarters[quarterIndex(at)] ?? '';
}

/** Maps by name; all are forgotten when they hold too much. */
class Maps<N, K, V> {
  readonly #maps = new Map<N, Map<K, V>>();

  of(name: N): Map<K, V> {
    let found = this.#maps.get(name);
    if (found === undefined || found.size > MOST) {
      if (this.#maps.size > MOST) this.#maps.clear();
      this.#maps.set(name, (found = new Map<K, V>()));
    }
    return found;
  }
}

/** Agents, hours of a year, minutes of a gap of a week: names of one kind that are in use at once. */
const MOST = 10_000;

const keys = {
  programme: new Maps<string, number, string>(),
  queue: new Maps<string, number, string>(),
  agent: new Maps<string, number, string>(),
} satisfies Record<Grain, unknown>;
const fields = new Maps<string | null, Measure, readonly string[]>();
