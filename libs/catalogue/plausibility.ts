import type { Plausibility, TogetherLimits } from '#domain/scope/plausibility.js';
import type { Catalogue } from './catalogue.js';

/** The limits of all connections, and what is confirmed beyond them; null: no connection has limits. */
export function plausibilityOf({
  connections,
  confirmed = [],
}: Pick<Catalogue, 'connections' | 'confirmed'>): Plausibility | null {
  const limits = new Map(
    connections.flatMap((each) => (each.limits === undefined ? [] : [[each.id, each.limits] as const])),
  );
  if (limits.size === 0) return null;
  const together = new Map(
    connections.flatMap(({ id, timeZone, limits: own }): [string, TogetherLimits][] => {
      const { dayMs, atOnce } = own ?? {};
      return dayMs === undefined || atOnce === undefined ? [] : [[id, { dayMs, atOnce, timeZone }]];
    }),
  );
  const confirmedMs = new Map(confirmed.map(({ work, limit, ms }) => [`${limit} ${work}`, ms]));
  return {
    limitsOf: (connection) => limits.get(connection) ?? null,
    confirmedMs: (work, limit) => confirmedMs.get(`${limit} ${work}`) ?? 0,
    ...(together.size > 0 && {
      together: { limitsOf: (connection: string) => together.get(connection) ?? null },
    }),
  };
}
