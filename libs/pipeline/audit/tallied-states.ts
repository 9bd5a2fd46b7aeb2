import { chainOfPage, chainText, isChainKey, pageKeysOf } from '#pipeline/tally/chain-codec.js';
import type { Drift } from './drift.js';

/** A state of the tally as it is compared. */
export interface TalliedState {
  /** Of a chain, all of its contacts. null: there is none. */
  readonly text: string | null;
  /** What lies in the store of it, by key. */
  readonly stored: ReadonlyMap<string, string>;
}

/** Reads states by their keys, null where there is none. */
export type LoadStates = (keys: readonly string[]) => Promise<readonly (string | null)[]>;

/**
 * States by key, a chain as a whole under its own key: how its contacts are spread over pages depends on the
 * order in which they came, and earlier versions had no pages. A page is a state only where no chain has it.
 */
export async function readStates(
  keys: readonly string[],
  load: LoadStates,
): Promise<ReadonlyMap<string, TalliedState>> {
  const own = await loaded(
    keys.map((key) => chainOfPage(key) ?? key),
    load,
  );
  const pagesOf = (key: string): string[] => (isChainKey(key) ? pageKeysOf(key, own.get(key) ?? '') : []);
  const ofChains = new Set(keys.flatMap((key) => pagesOf(chainOfPage(key) ?? key)));
  const strayPages = keys.filter((key) => chainOfPage(key) !== null && !ofChains.has(key));
  const pages = await loaded([...keys.flatMap(pagesOf), ...strayPages], load);
  return new Map(
    keys.map((key): [string, TalliedState] => {
      const texts = chainOfPage(key) === null ? own : pages;
      const all = ofChains.has(key) ? [] : [key, ...pagesOf(key)];
      const stored = new Map(
        all.flatMap((each) => {
          const text = each === key ? texts.get(each) : pages.get(each);
          return text === undefined ? [] : [[each, text] as const];
        }),
      );
      return [key, { text: chainText(key, stored), stored }];
    }),
  );
}

/** Every state of the keys, whether it drifts or not. */
export function statePairsOf(
  keys: readonly string[],
  own: ReadonlyMap<string, TalliedState>,
  live: ReadonlyMap<string, TalliedState>,
): Drift[] {
  return keys.map((key) => {
    return { key, field: null, journal: own.get(key)?.text ?? null, tally: live.get(key)?.text ?? null };
  });
}

async function loaded(keys: readonly string[], load: LoadStates): Promise<Map<string, string>> {
  const all = [...new Set(keys)];
  const texts = all.length === 0 ? [] : await load(all);
  return new Map(
    all.flatMap((key, index) => {
      const text = texts[index] ?? null;
      return text === null ? [] : [[key, text] as const];
    }),
  );
}
