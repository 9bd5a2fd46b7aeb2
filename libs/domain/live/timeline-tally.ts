import type { TimelineContent } from '#domain/timeline/timeline.js';
import type { TotalsContent } from '#domain/timeline/timeline-page.js';
import { assignStretch, meaningOfStretch } from '#domain/scope/work-scope.js';
import { agentName, type LiveScope, programmeOf, unmapped } from './live-scope.js';
import { addMeasure, type AddToTally, type Measure } from './measure.js';
import { eachQuarter } from './quarters.js';

/**
 * Time of timelines counts for the programme of the agent, else it is unmapped. A stretch with an unmapped
 * code is shown as such, and under `unmapped` by the code, as unmapped queues are. What contacts report is
 * not counted here.
 */
export function tallyTimeline(
  content: TimelineContent,
  sign: 1 | -1,
  scope: LiveScope,
  add: AddToTally,
): void {
  const agent = agentName(content.agent, scope);
  for (const stretch of content.stretches) {
    const { code, reason, startedAt, endedAt, unseenMs } = stretch;
    const programme = programmeOf(assignStretch(content, stretch, scope), scope);
    const isMachine = scope.agent(content.agent, startedAt)?.kind === 'machine';
    const count = (from: number, to: number, measure: Measure): void => {
      eachQuarter(from, to, (start, end) => {
        if (!isMachine) addMeasure(add, 'programme', programme, start, measure, null, sign * (end - start));
        addMeasure(add, 'agent', programme, start, measure, agent, sign * (end - start));
      });
    };
    // whole, where it begins: it may be years, of which nothing is known
    addMeasure(add, 'programme', programme, endedAt, 'unseenMs', null, sign * unseenMs);
    addMeasure(add, 'agent', programme, endedAt, 'unseenMs', agent, sign * unseenMs);
    const state = meaningOfStretch(content, stretch, scope);
    if (state === 'CONTACT') continue;
    count(startedAt, endedAt, `activity${state ?? 'UNMAPPED'}Ms`);
    if (state !== null) continue;
    const name = `${content.connection}:${code}${reason === null ? '' : `/${reason}`}`;
    eachQuarter(startedAt, endedAt, (from, to) => {
      addMeasure(add, 'queue', unmapped, from, 'activityUNMAPPEDMs', name, sign * (to - from));
    });
  }
}

/** What the platform has added up itself, beside what is counted: by agent, where its interval began. */
export function tallyTotals(content: TotalsContent, sign: 1 | -1, scope: LiveScope, add: AddToTally): void {
  const { agent, startedAt, ms } = content;
  const assigned = scope.agentProgramme?.(agent, startedAt) ?? null;
  const programme = programmeOf(assigned === null ? null : { programme: assigned, queue: null }, scope);
  for (const [code, value] of Object.entries(ms)) {
    addMeasure(add, 'agent', programme, startedAt, `reported:${code}`, agentName(agent, scope), sign * value);
    addMeasure(add, 'programme', programme, startedAt, `reported:${code}`, null, sign * value);
  }
}
