/**
 * The platforms that facts come from, by the name that a connection of the catalogue gives: the one list of
 * them. The catalogue accepts these names, and `libs/platforms/platforms.ts` must hold a reader for each.
 *
 * `outcomes` is no telephony platform: a connection that sends business events and nothing else (a CRM, a
 * survey tool). Outcomes are accepted from any connection. `schedules` sends what a planner has published.
 */
export const platformNames = ['genesys', 'avaya', 'axialys', 'outcomes', 'schedules'] as const;

export type PlatformName = (typeof platformNames)[number];
