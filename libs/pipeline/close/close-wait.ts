import type { CatchUpResult } from '#pipeline/pipeline-lag.js';
import type { CloseOmissions } from '#wire/omissions.js';
import { EventUnreadable } from '#wire/invoice-ready.js';
import type { CloseRequest } from '#wire/period-acts.js';
import type { CloseResult } from './close-period.js';
import { outsideTermText } from './outside-term-text.js';

/** Why a period that is due was not closed. */
export interface WaitCause {
  /** As of the answer of a close over HTTP, where there is such a problem. */
  readonly code: string;
  /** The same text as long as the cause is the same. */
  readonly detail: string;
  /** It passes by itself, as a rule within minutes. */
  readonly isPassing: boolean;
}

/** Nothing of the contract is known yet, so there is nothing to close: not overdue. */
export const noWork = 'no-work';

/** Two people close the contract's periods: it waits for one to ask and for another one to confirm. */
const secondPerson = 'waits-for-second-person';

function twoPeopleText(request: CloseRequest | null): string {
  if (request === null)
    return 'Waits for a second person: two close it, and none has asked for it: tallyline close.';
  const { actor, request: id } = request;
  return `Waits for a second person: ${actor.name} asks for the close ${id}: tallyline close review.`;
}

/** null: it is closed, or its time has not come, or an operator holds it. */
export function waitCause(result: CloseResult): WaitCause | null {
  switch (result.status) {
    case 'closed':
    case 'requested':
    case 'notOver':
    case 'held':
      return null;
    case 'twoPeople':
      return lasting(secondPerson, twoPeopleText(result.request));
    case 'outsideTerm':
      return lasting(noWork, outsideTermText(result));
    case 'superseded':
    case 'overtaken':
      return passing('catalogue-superseded', 'Another catalogue was put in force meanwhile.');
    case 'parked': {
      const names = shortList(result.work.map(({ entity, cause }) => `${entity} (${cause})`));
      return lasting('work-parked', `Parked is ${names}: mend and rebuild, or tallyline parked leave-out.`);
    }
    case 'edited': {
      const paths = shortList(result.faults.map(({ path }) => path));
      return lasting('edited-after-close', `The contract was edited after a close, at ${paths}.`);
    }
    case 'otherLog':
      return lasting('log-replaced', result.detail);
    case 'recounting':
      return passing('tally-recounting', 'The tally takes over the catalogue in force.');
    case 'disagree': {
      const keys = shortList(result.differences.map(({ key }) => key));
      return lasting('book-tally-disagree', `Book and tally differ at ${keys}: tallyline audit-sums.`);
    }
    case 'omissions':
      return lasting('omissions-not-accepted', omissionsText(result.omissions));
    case 'meterBehind':
    case 'tallyBehind':
      return passing('pipeline-behind', 'A stage has not reached the cut of an earlier close.');
  }
}

/** null: all that was accepted has been counted. */
export function behindCause(result: CatchUpResult): WaitCause | null {
  if (result.status === 'caughtUp') return null;
  return passing(
    'pipeline-behind',
    `The ${result.stage.name} has not read all that was accepted before: tallyline lag.`,
  );
}

/** A defect of the program. */
export function failureCause(error: unknown): WaitCause {
  if (error instanceof EventUnreadable) return lasting(error.code, error.message);
  return lasting('failed', Error.isError(error) ? `${error.name}: ${error.message}` : String(error));
}

function omissionsText({ work, refused, parked, estimatedValues }: CloseOmissions): string {
  const parts = [...Map.groupBy(work, ({ kind }) => kind)].map(([kind, some]) => {
    const value = estimatedValues.find((each) => each.kind === kind)?.totalWithoutVat;
    const worth = value === undefined ? '' : `, worth about ${value.amount} ${value.currency}`;
    return `${kind} ${shortList(some.map(({ id }) => id))}${worth}`;
  });
  const records = refused.reduce((sum, each) => sum + each.records, 0);
  if (records > 0) parts.push(`${records} refused record(s)`);
  if (parked.length > 0) parts.push(`${parked.length} parked and left out`);
  return `It would leave out: ${parts.join('; ')}. Map and correct, or close with --accept-omissions REASON.`;
}

function shortList(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

function lasting(code: string, detail: string): WaitCause {
  return { code, detail, isPassing: false };
}

function passing(code: string, detail: string): WaitCause {
  return { code, detail, isPassing: true };
}
