import type { ActivityContent } from '#domain/activity/activity.js';
import type { Leg, PostingContent, SideWork } from '#domain/posting/posting.js';
import type { LegPart, OwnTime } from '#domain/scope/own-time.js';
import type { ScheduleContent } from '#domain/schedule/schedule.js';
import { AgentClock } from './agent-clock.js';
import {
  activityClaim,
  activityClock,
  type Claim,
  clockName,
  type ClockScope,
  legClaim,
  sideClaim,
  workClock,
} from './claims.js';
import { PersonStates } from './person-states.js';
import { type DayOf, PlannedDays } from './planned-days.js';

/** The clocks of all persons of a catalogue, made of all that claims their time. */
export class AgentClocks {
  readonly #claims: Map<string, Claim[]>;
  readonly #clocks = new Map<string, AgentClock>();
  readonly #states = new Map<string, PersonStates>();
  readonly #planned: PlannedDays | null;
  readonly #scope: ClockScope;

  /** `schedules`: null where none is to be held against the clocks. */
  constructor(
    claims: Iterable<Claim>,
    scope: ClockScope,
    schedules: Iterable<ScheduleContent> | null = null,
  ) {
    this.#claims = Map.groupBy(claims, ({ clock }) => clock);
    this.#planned =
      schedules === null ? null : new PlannedDays(schedules, (person) => this.#statesOf(person), scope);
    this.#scope = scope;
  }

  /** A day of a schedule with what the person did in it. */
  readonly dayOf: DayOf = (content, asOf) => this.#planned?.dayOf(content, asOf) ?? null;

  /** `claims`: those of a content. Whether anything else claims any of that time. */
  isContested(claims: readonly Claim[]): boolean {
    return claims.some(({ clock, id }) => this.#clock(clock).isContested(id));
  }

  /** What of the time of a content is its own. */
  ownTimeOf(content: PostingContent): OwnTime {
    const places = content.kind === 'contact' ? placesIn(content.legs) : new Map<Leg, number>();
    const sides = content.kind === 'contact' ? placesIn(content.sideWork ?? []) : new Map<SideWork, number>();
    const placeOf = <T>(found: ReadonlyMap<T, number>, work: T): number => {
      const place = found.get(work);
      if (place === undefined || content.kind !== 'contact') throw new Error('work of another contact');
      return place;
    };
    const contact = content.kind === 'contact' ? content : { contact: '' };
    return {
      ofLeg: (leg: Leg, part: LegPart, from: number, to: number) =>
        this.#own(workClock(leg.agent, this.#scope), legClaim(contact, placeOf(places, leg), part), from, to),
      ofSide: (side: SideWork, from: number, to: number) =>
        this.#own(workClock(side.agent, this.#scope), sideClaim(contact, placeOf(sides, side)), from, to),
      ofActivity: (activity: ActivityContent, from: number, to: number) =>
        this.#own(activityClock(activity, this.#scope), activityClaim(activity), from, to),
    };
  }

  #own(clock: string | null, id: string, from: number, to: number): number {
    return clock === null ? to - from : this.#clock(clock).ownMs(id, from, to);
  }

  #statesOf(person: string): PersonStates {
    let states = this.#states.get(person);
    if (states === undefined) {
      const claimsOf = (of: 'work' | 'session'): readonly Claim[] =>
        this.#claims.get(clockName(person, of)) ?? [];
      this.#states.set(person, (states = new PersonStates(claimsOf('work'), claimsOf('session'))));
    }
    return states;
  }

  #clock(name: string): AgentClock {
    let clock = this.#clocks.get(name);
    if (clock === undefined) {
      this.#clocks.set(name, (clock = new AgentClock(this.#claims.get(name) ?? [])));
      // The states of a person are made of the same claims.
      if (this.#planned === null) this.#claims.delete(name);
    }
    return clock;
  }
}

function placesIn<T>(works: readonly T[]): Map<T, number> {
  return new Map(works.map((work, index) => [work, index]));
}
