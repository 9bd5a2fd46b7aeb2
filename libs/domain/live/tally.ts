import type { ActivityContent } from '#domain/activity/activity.js';
import { qualityScore } from '#domain/kpi/quality.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { implausibleWork, plausibleWork } from '#domain/scope/plausible-work.js';
import { assignActivity, assignOutcome, programmesOf } from '#domain/scope/work-scope.js';
import { tallyTimeline, tallyTotals } from './timeline-tally.js';
import { tallyContact } from './contact-tally.js';
import { agentName, type LiveScope, programmeOf, unmapped } from './live-scope.js';
import {
  type ActivityMeasure,
  addMeasure,
  type AddToTally,
  answerMeasure,
  type Grain,
  type Measure,
} from './measure.js';
import { eachQuarter } from './quarters.js';

/**
 * What a posting adds to the live sums. Of business events they say how many there are, what surveys and
 * quality evaluations gave, and what is of no known programme; what else they mean, contracts say.
 * Implausible work is in no other sum than its own.
 */
export function tallyContent(
  delivered: PostingContent,
  sign: 1 | -1,
  scope: LiveScope,
  add: AddToTally,
): void {
  const content = plausibleWork(delivered, scope);
  if (content !== delivered) tallyImplausible(delivered, sign, scope, add);
  switch (content?.kind) {
    case undefined:
      return;
    case 'contact':
      tallyContact(content, sign, scope, add);
      return;
    case 'activity':
      tallyActivity(content, sign, scope, add);
      return;
    case 'outcome':
      tallyOutcome(content, sign, scope, add);
      return;
    case 'timeline':
      tallyTimeline(content, sign, scope, add);
      return;
    case 'totals':
      tallyTotals(content, sign, scope, add);
      return;
    // Against what is planned, what was done is held by contracts and reports.
    case 'schedule':
      return;
  }
}

/**
 * Each event in its own quarter-hour. Without a programme and with a queue unknown or none it is unmapped. Of
 * several answers of a subject to one question the last counts, as in contracts.
 */
function tallyOutcome(content: OutcomeContent, sign: 1 | -1, scope: LiveScope, add: AddToTally): void {
  const { events } = content;
  const assignment = assignOutcome(content, scope);
  const owner = programmeOf(assignment, scope);
  const queue = assignment?.queue ?? content.queue;
  const targets: [Grain, string | null][] = [['programme', null]];
  if (queue !== null) targets.push(['queue', queue]);
  if (content.agent !== null) targets.push(['agent', agentName(content.agent, scope)]);
  for (const event of events) {
    for (const [measure, value] of measuresOf(event, events)) {
      for (const [grain, name] of targets)
        addMeasure(add, grain, owner, event.at, measure, name, sign * value);
    }
  }
}

function measuresOf(event: OutcomeEvent, events: readonly OutcomeEvent[]): [Measure, number][] {
  const measures: [Measure, number][] = [['outcomes', 1]];
  switch (event.name) {
    case 'survey.answered': {
      const { question, score } = event.data;
      const last = events.findLast(({ name, data }) => name === event.name && data['question'] === question);
      const isAnswer = typeof score === 'number' || typeof score === 'boolean';
      if (event !== last || typeof question !== 'string' || !isAnswer) return measures;
      return [...measures, [answerMeasure(question, score), 1]];
    }
    case 'quality.evaluated': {
      const { n, d } = qualityScore('score', event);
      return [...measures, ['qualityEvaluations', d], ['qualityThousandths', n]];
    }
    default:
      return measures;
  }
}

/**
 * Time outside of contacts counts as for contracts (`scope/work-scope.ts`): for the programme of its queue,
 * or without a queue for the programme that was reported. Of no known programme it is unmapped. That of a
 * machine is its own alone.
 */
function tallyActivity(content: ActivityContent, sign: 1 | -1, scope: LiveScope, add: AddToTally): void {
  const programme = programmeOf(assignActivity(content, scope), scope);
  const agent = agentName(content.agent, scope);
  const isMachine = scope.agent(content.agent, content.startedAt)?.kind === 'machine';
  eachQuarter(content.startedAt, content.endedAt, (from, to) => {
    const measure: ActivityMeasure = `activity${content.state}Ms`;
    if (!isMachine) addMeasure(add, 'programme', programme, from, measure, null, sign * (to - from));
    addMeasure(add, 'agent', programme, from, measure, agent, sign * (to - from));
  });
}

/**
 * By agent, of each programme that the work is about, whole where it ended: it may be years. Not of the first
 * one alone: what is mapped to another programme must not move sums of this one. Time in queues is no
 * agent's.
 */
function tallyImplausible(content: PostingContent, sign: 1 | -1, scope: LiveScope, add: AddToTally): void {
  const named = [...programmesOf(content, scope)].filter((id) => scope.hasProgramme(id));
  const programmes = named.length === 0 ? [unmapped] : new Set(named);
  for (const { agent, ms, endedAt } of implausibleWork(content, scope)) {
    for (const programme of programmes) {
      addMeasure(add, 'programme', programme, endedAt, 'implausibleWorks', null, sign);
      if (agent === null) continue;
      addMeasure(add, 'programme', programme, endedAt, 'implausibleMs', null, sign * ms);
      addMeasure(add, 'agent', programme, endedAt, 'implausibleMs', agentName(agent, scope), sign * ms);
    }
  }
}
