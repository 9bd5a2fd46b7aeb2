import { zonedTime } from '#domain/period/period.js';
import type { CloseRequest } from '#wire/period-acts.js';
import type { PeriodStanding } from './period-standing.js';

/**
 * Where a period stands, as the CLI and the HTTP API say it: instants in ISO 8601, those of the period in the
 * contract's zone.
 */
export interface StandingAnswer {
  contract: string;
  period: string;
  state: PeriodStanding['state'];
  revision: number;
  endsAt: string;
  closesFrom: string;
  dueAt: string | null;
  held: { by: string; reason: string; at: string } | null;
  requested: { request: string; revision: number; by: string; reason: string | null; at: string } | null;
  waitsFor: { code: string; detail: string; since: string } | null;
}

export function standingAnswer(standing: PeriodStanding): StandingAnswer {
  const { contract, period, state, revision, endsAt, closesFrom, dueAt, hold, request, wait } = standing;
  const local = (at: number): string => zonedTime(at, contract.timeZone);
  return {
    contract: contract.id,
    period,
    state,
    revision,
    endsAt: local(endsAt),
    closesFrom: local(closesFrom),
    dueAt: dueAt === null ? null : local(dueAt),
    held: hold === null ? null : { by: hold.actor.name, reason: hold.reason, at: iso(hold.at) },
    requested: request === null ? null : requestAnswer(request),
    waitsFor: wait === null ? null : { code: wait.code, detail: wait.detail, since: iso(wait.at) },
  };
}

function requestAnswer({ request, revision, actor, reason, at }: CloseRequest): StandingAnswer['requested'] {
  return { request, revision, by: actor.name, reason, at: iso(at) };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
