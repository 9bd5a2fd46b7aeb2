import { hoursDefinitions, type HoursDefinition } from '#domain/scope/agent-hours.js';
import type { MeasureSums } from './kpi-figure.js';
import type { ActivityMeasure, TimeMeasure } from './measure.js';

/** Hours by a named definition; what happens at once counts in full, as all live sums do. */
export interface LiveHours {
  readonly definition: HoursDefinition['name'];
  readonly version: number;
  readonly states: HoursDefinition['states'];
  readonly ms: number;
}

export function liveHours(sums: MeasureSums): LiveHours[] {
  return hoursDefinitions.map(({ name, version, states }) => {
    return { definition: name, version, states, ms: statesMs(sums, states) };
  });
}

export function statesMs(sums: MeasureSums, states: HoursDefinition['states']): number {
  return states.reduce((ms, state) => ms + (sums.get(measureOf(state)) ?? 0), 0);
}

/** Contracts name what is paid; without one the platform's session is the only time that is known as such. */
export const productiveOfLogged = { productive: statesOf('productive'), paid: statesOf('logged') };

function statesOf(name: HoursDefinition['name']): HoursDefinition['states'] {
  return hoursDefinitions.findLast((each) => each.name === name)?.states ?? [];
}

function measureOf(state: HoursDefinition['states'][number]): ActivityMeasure | TimeMeasure {
  switch (state) {
    case 'DIAL':
      return 'dialMs';
    case 'TALK':
      return 'talkMs';
    case 'HOLD':
      return 'holdMs';
    case 'ACW':
      return 'acwMs';
    case 'PREVIEW':
      return 'previewMs';
    case 'ACW_MISSED':
      return 'acwMissedMs';
    case 'LOGGED_IN':
    case 'AVAILABLE':
    case 'PREP':
    case 'RING':
    case 'BACK_OFFICE':
    case 'TRAINING_CLIENT':
    case 'TRAINING':
    case 'MEETING':
    case 'COACHING':
    case 'TECH_ISSUE_CLIENT':
    case 'TECH_ISSUE':
    case 'BREAK':
    case 'LUNCH':
    case 'OTHER':
      return `activity${state}Ms`;
  }
}
