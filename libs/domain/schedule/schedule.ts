import type { SchedulePublished } from '#domain/fact/fact.js';

/**
 * What was planned for an agent on one local day, as it was published, each time. Which version counts, a
 * contract says when it is read.
 */
export interface ScheduleContent {
  readonly kind: 'schedule';
  /** `<connection>:schedule/<agent>/<day>`. */
  readonly schedule: string;
  readonly connection: string;
  readonly agent: string;
  /** The local day `[startedAt, endedAt)`, in the zone of the planner. A shift that begins in it is of it, whole. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** By `publishedAt`. */
  readonly versions: readonly ScheduleVersion[];
}

export interface ScheduleVersion {
  readonly publishedAt: number;
  /** By start; they do not overlap. None: nothing is planned. */
  readonly stretches: readonly ScheduledStretch[];
}

/** Planned time `[startedAt, endedAt)`, by the planner's code; the catalogue says what it means. */
export interface ScheduledStretch {
  readonly code: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What counts as the schedule of an instant (docs/agent-time.md, "Schedules"). */
export const schedulesAsOf = ['instant', 'dayStart', 'latest'] as const;
export type ScheduleAsOf = (typeof schedulesAsOf)[number];

/** Planned time with when it was published. */
export interface PlannedStretch extends ScheduledStretch {
  readonly publishedAt: number;
}

/**
 * Of the facts of a day each is one version; of those published at one instant the fold has left one. What is
 * published again without a change is no version: planners export every hour.
 */
export function interpretSchedule(facts: readonly SchedulePublished[]): ScheduleContent | null {
  const [first] = facts;
  if (first === undefined) return null;
  const { entity, connection, agent } = first;
  const versions = facts
    .map(({ at, stretches }) => ({
      publishedAt: at,
      stretches: stretches.map(([code, startedAt, endedAt]) => ({ code, startedAt, endedAt })),
    }))
    .sort((a, b) => a.publishedAt - b.publishedAt)
    .filter((version, index, all) => !isSame(version, all[index - 1]));
  const startedAt = Math.min(...facts.map((fact) => fact.startedAt));
  const endedAt = Math.max(...facts.map((fact) => fact.endedAt));
  return { kind: 'schedule', schedule: entity, connection, agent, startedAt, endedAt, versions };
}

function isSame({ stretches }: ScheduleVersion, other: ScheduleVersion | undefined): boolean {
  if (other === undefined || other.stretches.length !== stretches.length) return false;
  return stretches.every(({ code, startedAt, endedAt }, index) => {
    const before = other.stretches[index];
    return before?.code === code && before.startedAt === startedAt && before.endedAt === endedAt;
  });
}

/**
 * The schedule of a day as it counts. `instant`: each instant by the last version published up to it, so
 * nothing that is published afterwards changes what was planned; `dayStart`: by the last one published up to
 * the beginning of the day; `latest`: by the last one of all.
 */
export function inForce({ versions, startedAt }: ScheduleContent, asOf: ScheduleAsOf): PlannedStretch[] {
  switch (asOf) {
    case 'latest':
      return planned(versions.at(-1), -Infinity, Infinity);
    case 'dayStart':
      return planned(
        versions.findLast(({ publishedAt }) => publishedAt <= startedAt),
        -Infinity,
        Infinity,
      );
    case 'instant':
      return versions.flatMap((version, index) =>
        planned(version, version.publishedAt, versions[index + 1]?.publishedAt ?? Infinity),
      );
  }
}

function planned(version: ScheduleVersion | undefined, from: number, to: number): PlannedStretch[] {
  if (version === undefined) return [];
  const { publishedAt, stretches } = version;
  return stretches.flatMap(({ code, startedAt, endedAt }) => {
    const [start, end] = [Math.max(startedAt, from), Math.min(endedAt, to)];
    return start < end ? [{ code, startedAt: start, endedAt: end, publishedAt }] : [];
  });
}

/** Instants between which all of a schedule lies, in any of its versions. */
export function extentOfSchedule({ startedAt, endedAt, versions }: ScheduleContent): {
  readonly from: number;
  readonly to: number;
} {
  const stretches = versions.flatMap((version) => version.stretches);
  return {
    from: Math.min(startedAt, ...stretches.map((each) => each.startedAt)),
    to: Math.max(endedAt, ...stretches.map((each) => each.endedAt)),
  };
}
