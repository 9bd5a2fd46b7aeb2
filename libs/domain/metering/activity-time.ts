import type { ActivityContent } from '#domain/activity/activity.js';
import type { Contract, Scope } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Where } from '#domain/contract/measure.js';
import { activityHome, type MeterScope } from '#domain/scope/scoped-contact.js';
import {
  inOutage,
  kpiKey,
  lineKey,
  rateOf,
  type KpiSubject,
  type MeasuredSubject,
  type Subject,
} from './metered-item.js';
import type { Sums } from './sums.js';
import { cut, incremented, type Span } from '#domain/scope/contact-time.js';
import type { Piece } from '#domain/contract/terms-in-force.js';

/**
 * What a stretch of an agent's own timeline adds to one sum. It belongs to the programme that it was for: as
 * told, else by its queue, else by the agent. Time without a queue belongs to the whole programme, so only a
 * contract for all of its queues pays it, and no second is paid by two contracts for a part each.
 */
export function measureActivity(
  contract: Contract,
  subject: Subject,
  activity: ActivityContent,
  scope: MeterScope,
  sums: Sums,
): void {
  const home = activityHome(activity, scope);
  if (home?.programme !== contract.programme) return;
  if (subject.subject === 'kpi') activityKpi(subject, activity, home.queue, sums);
  else activityTime(contract, subject, activity, home.queue, scope, sums);
}

function activityTime(
  contract: Contract,
  subject: MeasuredSubject,
  activity: ActivityContent,
  queue: string | null,
  scope: MeterScope,
  sums: Sums,
): void {
  const agent = scope.agent(activity.agent);
  const began = subject.pieces.at(activity.startedAt);
  const own = began === null ? undefined : subject.definitions[began.regime.index];
  const definition = own ?? subject.definitions.find((each) => each !== undefined);
  const measure = definition?.measure;
  if (agent === null || definition === undefined || measure?.kind !== 'time') return;
  if (!measure.states.includes(activity.state)) return;
  if (!inScope(definition.terms.scope, queue) || !inWhere(measure.where, queue)) return;
  const spans = spansOf(contract, subject, activity);
  const whole = spans.reduce((sum, { from, to }) => sum + to - from, 0);
  const extra =
    measure.increment === null || measure.increment.per === 'month'
      ? 0
      : incremented(whole, measure.increment) - whole;
  spans.forEach(({ from, to, piece }, index) => {
    const charged = piece === null ? undefined : subject.definitions[piece.regime.index];
    if (piece === null || charged === undefined || charged.measure.kind !== 'time') return;
    const rate = rateOf(charged, { agent, queue, disposition: null }, queue);
    const ms = to - from + (index === spans.length - 1 ? extra : 0);
    sums.add(piece.period, lineKey(subject, piece, rate), ms);
  });
}

function spansOf(
  contract: Contract,
  { pieces }: MeasuredSubject,
  { startedAt, endedAt }: ActivityContent,
): Span[] {
  switch (contract.attribution.time) {
    case 'split':
    case 'contact':
      return cut(pieces, startedAt, endedAt);
    case 'start':
      return [{ from: startedAt, to: endedAt, piece: pieces.at(startedAt) }];
    case 'end':
      return [{ from: startedAt, to: endedAt, piece: pieces.at(Math.max(startedAt, endedAt - 1)) }];
  }
}

function inScope(scope: Scope, queue: string | null): boolean {
  return scope.queues === null || (queue !== null && scope.queues.includes(queue));
}

/**
 * An activity has neither medium nor direction nor disposition: a measure that asks for one is not about it.
 */
function inWhere(where: Where | null, queue: string | null): boolean {
  if (where === null) return true;
  const { queues, media, directions, dispositions } = where;
  if (media !== null || directions !== null || dispositions !== null) return false;
  return queues === null || (queue !== null && queues.includes(queue));
}

function activityKpi(subject: KpiSubject, activity: ActivityContent, queue: string | null, sums: Sums): void {
  const { state, startedAt, endedAt } = activity;
  const piece = subject.pieces.at(startedAt);
  const kpi = piece === null ? undefined : subject.definitions[piece.regime.index]?.kpi;
  if (piece === null || kpi === undefined || inOutage(subject, startedAt)) return;
  if (!inScope(piece.regime.terms.scope, queue)) return;
  const sides = sidesOf(kpi, state);
  if (!sides.n && !sides.d) return;
  const add = (at: Piece, side: 'n' | 'd', ms: number): void =>
    sums.add(at.period, kpiKey(subject, at, side), ms);
  for (const span of cut(subject.pieces, startedAt, endedAt)) {
    if (span.piece === null) continue;
    if (sides.n) add(span.piece, 'n', span.to - span.from);
    if (sides.d) add(span.piece, 'd', span.to - span.from);
  }
}

/** Whether a state counts in the numerator or the denominator of a KPI. */
function sidesOf(kpi: Kpi, state: string): { readonly n: boolean; readonly d: boolean } {
  switch (kpi.type) {
    case 'occupancy':
      return kpi.busy?.includes(state) === true
        ? { n: true, d: true }
        : { n: false, d: kpi.idle.includes(state) };
    case 'utilisation':
      return { n: kpi.productive.includes(state), d: kpi.paid.includes(state) };
    case 'contactsPerHour':
      return { n: false, d: kpi.productive.includes(state) };
    case 'aht':
    case 'att':
    case 'acw':
    case 'asa':
    case 'serviceLevel':
    case 'abandonment':
    case 'answerRate':
    case 'transfer':
    case 'hold':
    case 'fcrPerContact':
    case 'fcrPerIssue':
    case 'fcrDeclared':
    case 'topBox':
    case 'meanScore':
    case 'nps':
    case 'fcrSurvey':
    case 'ratio':
    case 'share':
    case 'quality':
    case 'delay':
    case 'within':
      return { n: false, d: false };
  }
}
