import type { ContactContent, Leg, Segment, SideWork } from '#domain/posting/posting.js';
import { episodesOf } from '#domain/posting/episodes.js';
import { enteredAt, type QueueStay, resultOf, waitMsOf } from '#domain/scope/contact-part.js';
import {
  agentName,
  type LiveScope,
  mappedOrOwn,
  type ProgrammeRules,
  type ProgrammeWork,
  workByProgramme,
} from './live-scope.js';
import { addMeasure, type AddToTally, type Measure } from './measure.js';
import { amountBefore, eachQuarter } from './quarters.js';

/**
 * Counts belong to the quarter-hour of queue entry; agent time is split at quarter-hours, unless the
 * programme has it with the contact. A programme counts a contact once, a queue each stay in it, an agent
 * each of their legs.
 */
export function tallyContact(content: ContactContent, sign: 1 | -1, scope: LiveScope, add: AddToTally): void {
  for (const episode of episodesOf(content)) tallyEpisode(episode, sign, scope, add);
}

function tallyEpisode(content: ContactContent, sign: 1 | -1, scope: LiveScope, add: AddToTally): void {
  for (const [programme, work] of workByProgramme(content, scope)) {
    tallyStays(programme, work.stays, sign, scope.rules(programme), add);
    if (work.legs.length > 0) tallyHandled(programme, work, sign, add);
    for (const { side, queue } of work.sides)
      tallySide({ programme, queue, agent: agentName(side.agent, scope) }, side, sign, add);
    for (const { leg, queue } of work.machineLegs) tallyMachine(programme, queue, leg, sign, add);
    if (work.stays.length + work.legs.length === 0) continue;
    const at = scope.rules(programme).agentTime === 'contact' ? enteredAt(work.stays, work.legs) : null;
    for (const { leg, queue } of work.legs) {
      tallyLeg({ programme, queue, agent: agentName(leg.agent, scope) }, leg, at, sign, add);
    }
  }
  for (const offer of content.missed) {
    if (offer.queue === null) continue;
    const { programme, queue } = mappedOrOwn(scope.assignmentOf(offer.queue, offer.at), offer.queue);
    addMeasure(add, 'programme', programme, offer.at, 'missed', null, sign);
    addMeasure(add, 'queue', programme, offer.at, 'missed', queue, sign);
    addMeasure(add, 'agent', programme, offer.at, 'missed', agentName(offer.agent, scope), sign);
  }
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
    addMeasure(add, grain, programme, at, measure, name, sign * value);
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

function tallyHandled(programme: string, work: ProgrammeWork, sign: 1 | -1, add: AddToTally): void {
  const at = enteredAt(work.stays, work.legs);
  const legs = work.legs.map((each) => each.leg);
  addMeasure(add, 'programme', programme, at, 'handled', null, sign);
  addMeasure(add, 'programme', programme, at, 'legs', null, sign * legs.length);
  if (legs.some((leg) => leg.transferredOut))
    addMeasure(add, 'programme', programme, at, 'transferred', null, sign);
  if (legs.some((leg) => (leg.holdMs ?? 0) > 0))
    addMeasure(add, 'programme', programme, at, 'held', null, sign);
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
      addMeasure(add, grain, whose.programme, when, measure, name, sign * value);
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

/** Time of an agent beside legs, where it was worked. */
function tallySide(
  whose: { readonly programme: string; readonly queue: string; readonly agent: string },
  { state, startedAt, endedAt }: SideWork,
  sign: 1 | -1,
  add: AddToTally,
): void {
  const measure = state === 'PREVIEW' ? 'previewMs' : 'acwMissedMs';
  eachQuarter(startedAt, endedAt, (from, to) => {
    const ms = sign * (to - from);
    addMeasure(add, 'programme', whose.programme, from, measure, null, ms);
    addMeasure(add, 'queue', whose.programme, from, measure, whose.queue, ms);
    addMeasure(add, 'agent', whose.programme, from, measure, whose.agent, ms);
  });
}

/** A leg of a machine is counted, never as an agent's. */
function tallyMachine(programme: string, queue: string, leg: Leg, sign: 1 | -1, add: AddToTally): void {
  const ms = (leg.talkMs ?? 0) + (leg.holdMs ?? 0) + (leg.acwMs ?? 0);
  for (const [grain, name] of [
    ['programme', null],
    ['queue', queue],
  ] as const) {
    addMeasure(add, grain, programme, leg.startedAt, 'machineLegs', name, sign);
    addMeasure(add, grain, programme, leg.startedAt, 'machineMs', name, sign * ms);
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
