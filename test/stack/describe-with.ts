import { describe } from '@jest/globals';
import type { Needed } from '#test/stack/unavailable.js';

/**
 * Suites that need servers, all of them. Where one is missing their tests are registered as skipped, so that
 * the run counts them. At the top of a spec:
 *
 * ```
 * const redis = await sharedServer('redis');
 * describeWith([redis], (addresses) => {
 *   describe('...', () => { ... });
 * });
 * ```
 */
export function describeWith<const Needs extends readonly Needed<unknown>[]>(
  needs: Needs,
  suites: (...servers: ServersOf<Needs>) => void,
): void {
  const register = (): void => suites(...(needs.map(({ server }) => server) as unknown as ServersOf<Needs>));
  if (needs.every(({ missing }) => missing === null)) register();
  else {
    // oxlint-disable-next-line jest/no-disabled-tests -- the one place that may: see the house rules
    describe.skip('without what it needs,', () => {
      register();
    });
  }
}

type ServersOf<Needs extends readonly Needed<unknown>[]> = {
  [Index in keyof Needs]: Needs[Index] extends Needed<infer Server> ? Server : never;
};
