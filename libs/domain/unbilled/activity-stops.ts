import type { ActivityContent } from '#domain/activity/activity.js';
import type { Scope } from '#domain/contract/contract.js';
import type { MeasuredItem } from '#domain/metering/metered-item.js';
import { measureActivity } from '#domain/metering/activity-time.js';
import { Sums } from '#domain/metering/sums.js';
import { assignActivity, meaningOfStretch, type WorkScope } from '#domain/scope/work-scope.js';
import type { Stretch, TimelineContent } from '#domain/timeline/timeline.js';
import { further, type Stop, type UnbilledCause } from './cause.js';
import type { TimePiece } from './contact-stops.js';
import { instantOf } from './contact-time.js';
import type { ContractLines } from './contract-lines.js';
import { type Cell, cellsOf } from './pieces.js';
import type { ProgrammeLines } from './programme-lines.js';

/** Where an agent's time outside of contacts stopped. */
export function activityStops(
  activity: ActivityContent,
  programmes: ProgrammeLines,
  scope: WorkScope,
): TimePiece[] {
  const { agent, queue, state, startedAt, endedAt } = activity;
  const cells = cellsOf(state, startedAt, endedAt, programmes.borders);
  const assignment = assignActivity(activity, scope);
  const known = scope.agent(agent, startedAt);
  const all = (cause: UnbilledCause, at: string): TimePiece[] =>
    cells.map((cell) => ({
      cell,
      stop: { cause, at, programme: assignment?.programme ?? null },
      countedMs: 0,
    }));
  if (known?.kind === 'machine') {
    const lines = assignment === null ? [] : programmes.of(assignment.programme);
    return all('machine', agent).map((piece) => {
      const isUsed = lines.some((own) =>
        own.lines.some((line) => isCounted(own, line, activity, piece.cell, scope)),
      );
      return isUsed ? { ...piece, countedMs: piece.cell.ms } : piece;
    });
  }
  if (assignment === null) return queue === null ? all('unmappedAgent', agent) : all('unmappedQueue', queue);
  const { programme } = assignment;
  return cells.map((cell) => {
    let stop: Stop = { cause: 'noContract', at: '', programme };
    let countedMs = 0;
    for (const own of programmes.of(programme)) {
      const place = { activity, queue: assignment.queue, isKnown: known !== null };
      const cause = causeOf(own, place, cell);
      const at = cause === 'notCharged' ? state : cause === 'unknownAgent' ? agent : '';
      stop = further(stop, { cause, at, programme });
      if (own.lines.some((line) => isCounted(own, line, activity, cell, scope))) countedMs = cell.ms;
    }
    return { cell, stop, countedMs };
  });
}

function causeOf(
  own: ContractLines,
  { queue, isKnown }: { readonly queue: string | null; readonly isKnown: boolean },
  cell: Cell,
): UnbilledCause {
  const interval = own.terms.at(instantOf(own, cell));
  if (interval === null) return 'outsideTerm';
  if (!inScope(interval.inForce.terms.scope, queue)) return 'outsideScope';
  return isKnown ? 'notCharged' : 'unknownAgent';
}

/** By the meter itself: whether the line counts this part of it. */
function isCounted(
  own: ContractLines,
  line: MeasuredItem,
  activity: ActivityContent,
  cell: Cell,
  scope: WorkScope,
): boolean {
  const isCut = own.contract.attribution.time === 'split' || own.contract.attribution.time === 'contact';
  const part = isCut ? { ...activity, startedAt: cell.from, endedAt: cell.to } : activity;
  const sums = new Sums();
  measureActivity(own.contract, line, part, scope, sums);
  return sums.quantities().length > 0;
}

function inScope({ queues }: Scope, queue: string | null): boolean {
  return queues === null || (queue !== null && queues.includes(queue));
}

/**
 * Of a timeline: states of the agent's own, and what no code of the catalogue names. A state that says that
 * the agent is in a contact is none of its own: the contact has it.
 */
export function timelineStops(
  content: TimelineContent,
  programmes: ProgrammeLines,
  scope: WorkScope,
): TimePiece[] {
  return content.stretches.flatMap((stretch) => [
    ...stretchStops(content, stretch, programmes, scope),
    ...unseenCells(content, stretch, programmes),
  ]);
}

function stretchStops(
  content: TimelineContent,
  stretch: Stretch,
  programmes: ProgrammeLines,
  scope: WorkScope,
): TimePiece[] {
  const { code, reason, startedAt, endedAt } = stretch;
  const { timeline, connection, agent } = content;
  const state = meaningOfStretch(content, stretch, scope);
  if (state === null) {
    const at = `${connection}:${code}${reason === null ? '' : `/${reason}`}`;
    const stop: Stop = { cause: 'unmappedCode', at, programme: null };
    return cellsOf(code, startedAt, endedAt, programmes.borders).map((cell) => ({
      cell,
      stop,
      countedMs: 0,
    }));
  }
  if (state === 'CONTACT' || endedAt <= startedAt) return [];
  const own = { activity: `${timeline}/${startedAt}`, connection, agent, state, startedAt, endedAt };
  return activityStops({ kind: 'activity', ...own, queue: null, programme: null }, programmes, scope);
}

/** After the last evidence of a state: nothing says what the agent did. */
export function unseenCells(
  { agent }: TimelineContent,
  { code, endedAt, unseenMs }: Stretch,
  { borders }: ProgrammeLines,
): TimePiece[] {
  const stop: Stop = { cause: 'unseen', at: agent, programme: null };
  return cellsOf(code, endedAt, endedAt + unseenMs, borders).map((cell) => ({ cell, stop, countedMs: 0 }));
}
