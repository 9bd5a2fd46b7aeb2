import type { Contract } from '#domain/contract/contract.js';
import type { AgreedResolution } from '#domain/contract/kpi.js';

/**
 * What contracts of a programme have agreed at any time of resolutions that hold, each definition once; by
 * programme. Chains of resolutions are kept for these programmes.
 */
export function agreedResolutions(
  contracts: readonly Contract[],
): ReadonlyMap<string, readonly AgreedResolution[]> {
  const found = contracts.flatMap((contract) =>
    resolutionsOf(contract).map((agreed) => ({ programme: contract.programme, agreed })),
  );
  const byProgramme = Map.groupBy(found, ({ programme }) => programme);
  return new Map(
    [...byProgramme].map(([programme, own]) => {
      const distinct = new Map(own.map(({ agreed }) => [JSON.stringify(agreed), agreed]));
      return [programme, [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, agreed]) => agreed)];
    }),
  );
}

export function resolvingProgrammes(contracts: readonly Contract[]): ReadonlySet<string> {
  return new Set(agreedResolutions(contracts).keys());
}

function resolutionsOf({ versions }: Contract): AgreedResolution[] {
  return versions
    .flatMap(({ terms, windows }) => [terms, ...windows.map((window) => window.terms)])
    .flatMap(({ kpis }) => Object.values(kpis))
    .flatMap((kpi): AgreedResolution[] => {
      if (kpi.type !== 'settled') return [];
      const { version, windowMs, by, unless, resolved } = kpi;
      return [{ version, windowMs, by, unless: unless.toSorted(), resolved: resolved?.toSorted() ?? null }];
    });
}
