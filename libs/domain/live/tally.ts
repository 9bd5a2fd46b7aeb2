import type { ActivityContent, ActivityState } from '#domain/activity/activity.js';
import type { OutcomeContent, OutcomeEvent } from '#domain/outcome/outcome.js';
import type { ContactContent, Leg, PostingContent, Segment } from '#domain/posting/posting.js';
import { enteredAt, type QueueStay, resultOf, waitMsOf } from '#domain/scope/contact-part.js';
import {
  assignActivity,
  assignLeg,
  assignOutcome,
  assignStay,
  type Assignment,
  type QueueAssignment,
  type WorkScope,
} from '#domain/scope/work-scope.js';
import { eachQuarter, amountBefore } from './quarters.js';
import type { RepeatChange, HandledContact } from '#domain/kpi/repeat-chain.js';
import { type AnswerMeasure, answerMeasure } from './answer-measure.js';
import { sumField, sumKey } from './sum-name.js';
import { qualityScore } from '#domain/kpi/quality.js';

/**
 * What one contact adds to the live sums of its programmes, queues and agents. Counts belong to the
 * quarter-hour of queue entry; agent time is split at quarter-hours, unless the programme has it with the
 * contact. A programme counts a contact once, a queue each stay in it, an agent each of their legs.
 *
 * Sums are kept as (key, field, integer). Key: grain, programme, UTC hour; field: its quarter-hour 0..3,
 * measure and, below the programme, the queue or agent. By the hour, since a store looks through the fields
 * of a small key one by one, and pays for a large one with twice the memory.
 */
export type Grain = 'programme' | 'queue' | 'agent';

export type CountMeasure =
  | 'offered'
  | 'answered'
  | 'abandoned'
  | 'flowOut'
  | 'otherOut'
  | 'handled'
  | 'transferred'
  | 'held'
  | 'legs'
  | 'missed'
  | 'fcrContacts'
  | 'outcomes'
  | 'qualityEvaluations'
  /** Sum of the scores of quality evaluations, in thousandths; a critical error makes a score 0. */
  | 'qualityThousandths';
export type TimeMeasure =
  'waitAnsweredMs' | 'waitAbandonedMs' | 'waitFlowOutMs' | 'talkMs' | 'holdMs' | 'acwMs' | 'dialMs';
/** An agent's time outside of contacts, by state. */
export type ActivityMeasure = `activity${ActivityState}Ms`;
/**
 * Waits within a threshold in ms, gaps to the next contact of the customer in minutes, rounded up, by window
 * in minutes the issues that began and those solved at their first contact, and answers by question and
 * score.
 */
export type Measure =
  | CountMeasure
  | TimeMeasure
  | ActivityMeasure
  | `answeredWithin${number}`
  | `abandonedWithin${number}`
  | `gap${number}`
  | `issues${number}`
  | `issuesSolved${number}`
  | AnswerMeasure;

/** Takes an integer into the sum of (key, field). */
export type AddToTally = (key: string, field: string, delta: number) => void;

export interface ProgrammeRules {
  readonly thresholdsMs: readonly number[];
  readonly reason: 'queue' | 'disposition' | 'none';
  /** Windows by which issues are counted, whole minutes in ms. */
  readonly fcrWindowsMs: readonly number[];
  /** `contact`: all of a contact belongs to the quarter-hour in which it entered, agents' time included. */
  readonly agentTime: 'split' | 'contact';
}

/**
 * What the catalogue says, as far as the live view needs it. Work is assigned as for contracts; beyond that
 * the live view counts without a contract: what no programme has under `unmapped`, agents by their code, and
 * each programme by rules of its own.
 */
export interface LiveScope extends WorkScope {
  hasProgramme(programme: string): boolean;
  rules(programme: string): ProgrammeRules;
  /** null: an agent the catalogue does not know. */
  agentCode(agent: string): string | null;
}

/** Tallied and shown, never billed. */
export const unmapped = 'unmapped';

/**
 * What a posting adds to the live sums. Of business events they say how many there are, what surveys and
 * quality evaluations gave, and what is of no known programme; what else they mean, contracts say.
 */
export function tallyContent(content: PostingContent, sign: 1 | -1, view: LiveScope, add: AddToTally): void {
  switch (content.kind) {
    case 'contact':
      tallyContact(content, sign, view, add);
      return;
    case 'activity':
      tallyActivity(content, sign, view, add);
      return;
    case 'outcome':
      tallyOutcome(content, sign, view, add);
      return;
  }
}

/** Of work that is assigned nowhere, or to a programme that the catalogue does not have. */
function programmeOf(assignment: Assignment | null, scope: LiveScope): string {
  return assignment !== null && scope.hasProgramme(assignment.programme) ? assignment.programme : unmapped;
}

/**
 * Each event in its own quarter-hour. Without a programme and with a queue unknown or none it is unmapped. Of
 * several answers of a subject to one question the last counts, as in contracts.
 */
function tallyOutcome(content: OutcomeContent, sign: 1 | -1, view: LiveScope, add: AddToTally): void {
  const { events } = content;
  const assignment = assignOutcome(content, view);
  const owner = programmeOf(assignment, view);
  const queue = assignment?.queue ?? content.queue;
  const targets: [Grain, string | null][] = [['programme', null]];
  if (queue !== null) targets.push(['queue', queue]);
  if (content.agent !== null) targets.push(['agent', agentName(content.agent, view)]);
  for (const event of events) {
    for (const [measure, value] of measuresOf(event, events)) {
      for (const [grain, name] of targets) put(add, grain, owner, event.at, measure, name, sign * value);
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
 * Time outside of contacts counts as for contracts (`scope/work-scope.ts`): for the programme of
 * its queue, or without a queue for the programme that was reported. Of no known programme it is unmapped.
 */
function tallyActivity(content: ActivityContent, sign: 1 | -1, view: LiveScope, add: AddToTally): void {
  const programme = programmeOf(assignActivity(content, view), view);
  const agent = agentName(content.agent, view);
  eachQuarter(content.startedAt, content.endedAt, (from, to) => {
    const measure: ActivityMeasure = `activity${content.state}Ms`;
    put(add, 'programme', programme, from, measure, null, sign * (to - from));
    put(add, 'agent', programme, from, measure, agent, sign * (to - from));
  });
}

function tallyContact(content: ContactContent, sign: 1 | -1, view: LiveScope, add: AddToTally): void {
  for (const [programme, work] of workByProgramme(content, view)) {
    if (work.stays.length > 0) tallyStays(programme, work.stays, sign, view.rules(programme), add);
    if (work.legs.length > 0) tallyHandled(programme, work, sign, add);
    const at = view.rules(programme).agentTime === 'contact' ? enteredAt(work.stays, work.legs) : null;
    for (const { leg, queue } of work.legs) {
      tallyLeg({ programme, queue, agent: agentName(leg.agent, view) }, leg, at, sign, add);
    }
  }
  for (const offer of content.missed) {
    if (offer.queue === null) continue;
    const { programme, queue } = mapped(view.assignmentOf(offer.queue, offer.at), offer.queue);
    put(add, 'programme', programme, offer.at, 'missed', null, sign);
    put(add, 'queue', programme, offer.at, 'missed', queue, sign);
    put(add, 'agent', programme, offer.at, 'missed', agentName(offer.agent, view), sign);
  }
}

/** A change of a gap or of where issues begin, in the quarter-hour in which the contact entered. */
export function tallyRepeat(change: RepeatChange, rules: ProgrammeRules, add: AddToTally): void {
  const { contact, sign, gapMs, opens } = change;
  for (const grain of ['programme', 'queue'] as const) {
    const name = grain === 'queue' ? contact.queue : null;
    const record = (measure: Measure): void =>
      put(add, grain, contact.programme, contact.enteredAt, measure, name, sign);
    record('fcrContacts');
    if (gapMs !== null) record(`gap${Math.ceil(gapMs / 60_000)}`);
    for (const window of opens) {
      if (!rules.fcrWindowsMs.includes(window)) continue;
      record(`issues${window / 60_000}`);
      if (gapMs === null || gapMs > window) record(`issuesSolved${window / 60_000}`);
    }
  }
}

/**
 * The contact as a link of its customer's chains, one per programme that handled it; none for unknown
 * customers.
 */
export function handledContacts(content: PostingContent, view: LiveScope): HandledContact[] {
  if (content.kind !== 'contact' || content.customer === null) return [];
  const { customer } = content;
  const found: HandledContact[] = [];
  for (const [programme, work] of workByProgramme(content, view)) {
    const first = work.legs[0];
    if (first === undefined || programme === unmapped) continue;
    const answer = work.stays.find((stay) => stay.segment.result === 'answered') ?? work.stays[0];
    const queue = answer?.queue ?? first.queue;
    const endedAt = Math.max(...work.legs.map(({ leg }) => leg.endedAt));
    found.push({
      contact: content.contact,
      customer,
      programme,
      reason: reasonOf(view.rules(programme), queue, work.legs),
      queue,
      media: content.media,
      direction: content.direction,
      enteredAt: enteredAt(work.stays, work.legs),
      connectedAt: first.leg.startedAt,
      endedAt,
      lastAt: Math.max(endedAt, ...work.stays.map(({ segment }) => segment.leftAt)),
      legs: work.legs.map(({ leg, queue: legQueue }) => ({
        agent: leg.agent,
        queue: legQueue,
        disposition: leg.disposition,
      })),
    });
  }
  return found;
}

function reasonOf(rules: ProgrammeRules, queue: string, legs: Work['legs']): string {
  switch (rules.reason) {
    case 'queue':
      return queue;
    case 'disposition':
      return legs.findLast(({ leg }) => leg.disposition !== null)?.leg.disposition ?? '';
    case 'none':
      return '';
  }
}

/** What a contact was for one programme; at least one of the two is not empty. */
interface Work {
  readonly stays: QueueStay[];
  readonly legs: { readonly leg: Leg; readonly queue: string }[];
}

/** What is unmapped is shown under the platform's own id of the queue. */
function mapped(assignment: QueueAssignment | null, queue: string): QueueAssignment {
  return assignment ?? { programme: unmapped, queue };
}

function agentName(agent: string, view: LiveScope): string {
  return view.agentCode(agent) ?? `${unmapped}:${agent}`;
}

function workByProgramme(content: ContactContent, view: LiveScope): Map<string, Work> {
  const works = new Map<string, Work>();
  const workOf = (programme: string): Work => {
    let work = works.get(programme);
    if (work === undefined) works.set(programme, (work = { stays: [], legs: [] }));
    return work;
  };
  for (const segment of content.segments) {
    const { programme, queue } = mapped(assignStay(segment, view), segment.queue);
    workOf(programme).stays.push({ segment, queue });
  }
  for (const leg of content.legs) {
    if (leg.queue === null) continue;
    const { programme, queue } = mapped(assignLeg(leg, view), leg.queue);
    workOf(programme).legs.push({ leg, queue });
  }
  return works;
}

/**
 * The programme counts the contact once, at its first entry: answered if any stay was, else abandoned if any
 * was. It waited from the first entry on in every queue up to the answer.
 */
function tallyStays(
  programme: string,
  stays: readonly QueueStay[],
  sign: 1 | -1,
  rules: ProgrammeRules,
  add: AddToTally,
): void {
  const first = stays[0];
  if (first === undefined) return;
  const result = resultOf(stays);
  if (result === 'none') return;
  const at = first.segment.enteredAt;
  tallyOffer('programme', programme, null, at, result, waitMsOf(stays), sign, rules, add);
  for (const { segment, queue } of stays) {
    const { enteredAt, result: own, waitMs: ownWaitMs } = segment;
    tallyOffer('queue', programme, queue, enteredAt, own, ownWaitMs, sign, rules, add);
  }
}

function tallyOffer(
  grain: 'programme' | 'queue',
  programme: string,
  name: string | null,
  at: number,
  outcome: Segment['result'],
  waitMs: number,
  sign: 1 | -1,
  rules: ProgrammeRules,
  add: AddToTally,
): void {
  const record = (measure: Measure, value: number): void =>
    put(add, grain, programme, at, measure, name, sign * value);
  record('offered', 1);
  switch (outcome) {
    case 'answered':
      record('answered', 1);
      record('waitAnsweredMs', waitMs);
      for (const limit of rules.thresholdsMs) if (waitMs <= limit) record(`answeredWithin${limit}`, 1);
      return;
    case 'abandoned':
      record('abandoned', 1);
      record('waitAbandonedMs', waitMs);
      for (const limit of rules.thresholdsMs) if (waitMs <= limit) record(`abandonedWithin${limit}`, 1);
      return;
    case 'flowOut':
      record('flowOut', 1);
      record('waitFlowOutMs', waitMs);
      return;
    case 'unknown':
      record('otherOut', 1);
      return;
  }
}

function tallyHandled(programme: string, work: Work, sign: 1 | -1, add: AddToTally): void {
  const at = enteredAt(work.stays, work.legs);
  const legs = work.legs.map((each) => each.leg);
  put(add, 'programme', programme, at, 'handled', null, sign);
  put(add, 'programme', programme, at, 'legs', null, sign * legs.length);
  if (legs.some((leg) => leg.transferredOut)) put(add, 'programme', programme, at, 'transferred', null, sign);
  if (legs.some((leg) => (leg.holdMs ?? 0) > 0)) put(add, 'programme', programme, at, 'held', null, sign);
}

/** `at`: the one instant to which all of the leg belongs; null: each part to its own. */
function tallyLeg(
  whose: { readonly programme: string; readonly queue: string; readonly agent: string },
  leg: Leg,
  at: number | null,
  sign: 1 | -1,
  add: AddToTally,
): void {
  const targets = [
    ['programme', null],
    ['queue', whose.queue],
    ['agent', whose.agent],
  ] as const;
  const began = at ?? leg.startedAt;
  for (const [grain, name] of targets) {
    const record = (measure: Measure, when: number, value: number): void =>
      put(add, grain, whose.programme, when, measure, name, sign * value);
    if (grain !== 'programme') {
      record('handled', began, 1);
      record('legs', began, 1);
      if (grain === 'agent') record('answered', began, 1);
      if (leg.transferredOut) record('transferred', began, 1);
      if ((leg.holdMs ?? 0) > 0) record('held', began, 1);
    }
    if (at === null) spreadTimes(leg, record);
    else addTimes(leg, at, record);
  }
}

function addTimes(leg: Leg, at: number, record: (measure: Measure, at: number, value: number) => void): void {
  record('talkMs', at, leg.talkMs ?? 0);
  record('holdMs', at, leg.holdMs ?? 0);
  record('acwMs', at, leg.acwMs ?? 0);
  record('dialMs', at, leg.dialMs);
}

/** Talk and hold share the handle interval in proportion, since platforms report totals without instants. */
function spreadTimes(leg: Leg, record: (measure: Measure, at: number, value: number) => void): void {
  const { startedAt, endedAt } = leg;
  const talkMs = leg.talkMs ?? 0;
  const holdMs = leg.holdMs ?? 0;
  eachQuarter(startedAt, endedAt, (from, to) => {
    const talk =
      amountBefore(talkMs, startedAt, endedAt, to) - amountBefore(talkMs, startedAt, endedAt, from);
    record('talkMs', from, talk);
    if (holdMs > 0) record('holdMs', from, to - from - talk);
  });
  if (leg.acwMs !== null && leg.acwStartedAt !== null) {
    eachQuarter(leg.acwStartedAt, leg.acwStartedAt + leg.acwMs, (from, to) =>
      record('acwMs', from, to - from),
    );
  }
  eachQuarter(startedAt - leg.dialMs, startedAt, (from, to) => record('dialMs', from, to - from));
}

function put(
  add: AddToTally,
  grain: Grain,
  programme: string,
  at: number,
  measure: Measure,
  name: string | null,
  delta: number,
): void {
  if (delta === 0) return;
  add(sumKey(grain, programme, at), sumField(at, measure, name), delta);
}
