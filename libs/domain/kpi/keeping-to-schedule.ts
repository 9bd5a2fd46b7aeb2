import type { StateMeaning } from '#domain/activity/activity.js';
import type { ScheduleTerms } from '#domain/contract/kpi.js';
import type { PlannedDay, PlannedSpan, Span } from '#domain/schedule/planned-day.js';
import { union, within, without } from '#domain/schedule/spans.js';
import type { KpiModule, KpiOf } from './kpi-module.js';

/**
 * Time that was spent as planned / planned time. `adherence@genesys` (Genesys Cloud, historical adherence): the person did
 * what was planned, or something that is taken as the same; what was done otherwise for less than the
 * tolerance without a break counts as kept. `adherence@salesforce` (SchedulingAdherenceSummary): the person
 * was there during planned time, whatever they did.
 */
export const adherence: KpiModule<'adherence'> = {
  unit: 'ratio',
  days(kpi, day) {
    const planned = counted(day.planned, kpi);
    const kept = keptOf(kpi, day, planned);
    const missed = union(without(planned, kept)).filter(({ from, to }) => to - from >= kpi.toleranceMs);
    return { n: without(planned, missed), d: planned };
  },
};

/**
 * Time on queue / time planned on queue (Genesys Cloud, conformance): whenever in the day it was, so it may be
 * above 1.
 */
export const conformance: KpiModule<'conformance'> = {
  unit: 'ratio',
  days(kpi, { planned, window, actual }) {
    if (planned.length === 0) return { n: [], d: [] };
    const classOf = classes(kpi.equivalent);
    const onQueue = classOf('AVAILABLE');
    const isCounted = (state: StateMeaning): boolean =>
      classOf(state) === onQueue && !kpi.ignored.includes(state);
    return {
      n: within(
        actual.filter(({ state }) => isCounted(state)),
        window,
      ),
      d: planned.filter(({ state }) => state !== null && isCounted(state)),
    };
  },
};

function keptOf(
  kpi: KpiOf<'adherence'>,
  { actual, present }: PlannedDay,
  planned: readonly CountedSpan[],
): readonly Span[] {
  switch (kpi.definition) {
    case 'adherence@genesys': {
      const classOf = classes(kpi.equivalent);
      return planned.flatMap((span) => {
        const same = actual.filter(({ state }) => classOf(state) === classOf(span.state));
        return within([span], same);
      });
    }
    case 'adherence@salesforce':
      return within(planned, present);
  }
}

type CountedSpan = PlannedSpan & { readonly state: StateMeaning };

/** A code without a meaning is in neither part, nor is a session, which holds what is done in it. */
function counted(planned: readonly PlannedSpan[], { ignored }: ScheduleTerms): CountedSpan[] {
  return planned.filter(
    (span): span is CountedSpan =>
      span.state !== null && span.state !== 'LOGGED_IN' && !ignored.includes(span.state),
  );
}

/** To be available, to be rung and to work on contacts are one: on queue. */
const onQueueStates: readonly StateMeaning[] = ['AVAILABLE', 'RING', 'CONTACT'];

/** The name of what a state is taken as the same with. */
function classes(equivalent: readonly (readonly string[])[]): (state: StateMeaning) => string {
  const nameOf = new Map<string, string>();
  for (const states of [onQueueStates, ...equivalent]) {
    const names = new Set(states.map((state) => nameOf.get(state) ?? state));
    const [first = ''] = names;
    for (const state of states) nameOf.set(state, first);
    for (const [state, name] of nameOf) if (names.has(name)) nameOf.set(state, first);
  }
  return (state) => nameOf.get(state) ?? state;
}
