import type { Contract } from '#domain/contract/contract.js';

/**
 * Programmes of which a contract asks at any time whether resolutions held: chain of resolutions are kept.
 */
export function resolvingProgrammes(contracts: readonly Contract[]): ReadonlySet<string> {
  return new Set(contracts.filter(isResolving).map(({ programme }) => programme));
}

function isResolving({ versions }: Contract): boolean {
  return versions
    .flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)])
    .some(({ kpis }) => Object.values(kpis).some(({ type }) => type === 'settled'));
}
