import {
  extentOfSchedule,
  inForce,
  type PlannedStretch,
  type ScheduleAsOf,
  type ScheduleContent,
} from '#domain/schedule/schedule.js';
import type { PlannedDay, PlannedSpan, Span } from '#domain/schedule/planned-day.js';
import { overlaps, union, without } from '#domain/schedule/spans.js';
import type { ClockScope } from './claims.js';
import type { PersonStates } from './person-states.js';

/** A day of a schedule as it counts, with what was done in it; null: of an agent unknown to the catalogue. */
export type DayOf = (content: ScheduleContent, asOf: ScheduleAsOf) => PlannedDay | null;

/** The schedules of all persons, each held against the clock of its person. */
export class PlannedDays {
  readonly #byPerson: ReadonlyMap<string | null, readonly Known[]>;
  readonly #statesOf: (person: string) => PersonStates;
  readonly #scope: ClockScope;

  constructor(
    schedules: Iterable<ScheduleContent>,
    statesOf: (person: string) => PersonStates,
    scope: ClockScope,
  ) {
    const known = [...schedules].map((content) => ({ content, extent: extentOfSchedule(content) }));
    this.#byPerson = Map.groupBy(known, ({ content }) => scope.agentCode(content.agent));
    this.#statesOf = statesOf;
    this.#scope = scope;
  }

  readonly dayOf: DayOf = (content, asOf) => {
    const person = this.#scope.agentCode(content.agent);
    if (person === null) return null;
    const extent = extentOfSchedule(content);
    const others = (this.#byPerson.get(person) ?? [])
      .filter((known) => known.content.schedule !== content.schedule && overlaps(known.extent, extent))
      .map((known) => ({ content: known.content, stretches: inForce(known.content, asOf) }));
    const own = { content, stretches: inForce(content, asOf) };
    const states = this.#statesOf(person);
    return {
      planned: this.#planned(own, others),
      window: windowOf(own, others),
      actual: states.statesIn(extent),
      present: states.presentIn(extent),
    };
  };

  /** Where two schedules of a person claim one instant, the one that was published later has it. */
  #planned({ content, stretches }: InForce, others: readonly InForce[]): PlannedSpan[] {
    return stretches.flatMap((stretch) => {
      const { code, startedAt: from, endedAt: to } = stretch;
      const taken = others.flatMap((other) =>
        other.stretches.filter((each) => goesBefore(each, other.content, stretch, content)).map(spanOf),
      );
      const state = this.#scope.stateOf?.(content.connection, code, null, from) ?? null;
      return without([{ from, to, code, state }], union(taken));
    });
  }
}

interface Known {
  readonly content: ScheduleContent;
  readonly extent: Span;
}

interface InForce {
  readonly content: ScheduleContent;
  readonly stretches: readonly PlannedStretch[];
}

function goesBefore(
  one: PlannedStretch,
  ofOne: ScheduleContent,
  other: PlannedStretch,
  ofOther: ScheduleContent,
): boolean {
  return one.publishedAt === other.publishedAt
    ? ofOne.schedule > ofOther.schedule
    : one.publishedAt > other.publishedAt;
}

/** Its local day and the rest of its last shift, without what an earlier day of the person has. */
function windowOf(own: InForce, others: readonly InForce[]): Span[] {
  const earlier = others.filter(
    ({ content, stretches }) => stretches.length > 0 && isEarlier(content, own.content),
  );
  return without([reachOf(own)], union(earlier.map(reachOf)));
}

function isEarlier(one: ScheduleContent, other: ScheduleContent): boolean {
  return one.startedAt === other.startedAt ? one.schedule < other.schedule : one.startedAt < other.startedAt;
}

function reachOf({ content, stretches }: InForce): Span {
  return {
    from: content.startedAt,
    to: Math.max(content.endedAt, ...stretches.map(({ endedAt }) => endedAt)),
  };
}

function spanOf({ startedAt, endedAt }: PlannedStretch): Span {
  return { from: startedAt, to: endedAt };
}
