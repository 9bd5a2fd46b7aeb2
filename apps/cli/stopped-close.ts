import { omissionLines } from '#contract-text/invoice/omissions-text.js';
import type { Lang } from '#contract-text/phrasebook.js';
import type { CloseResult } from '#pipeline/close/close-period.js';
import type { StageBehind } from '#pipeline/close/cut.js';
import { outsideTermText } from '#pipeline/close/outside-term-text.js';
import { CommandError } from './command-error.js';

type StoppedClose = Exclude<CloseResult, { status: 'closed' | 'requested' }>;

/** Why nothing was closed, and what to do. `what`: contract and period. */
export function stoppedClose(closed: StoppedClose, what: string, lang: Lang): CommandError {
  switch (closed.status) {
    case 'twoPeople':
      return new CommandError(
        'close-stopped',
        `${what} is closed by two people: name yourself with --author`,
      );
    case 'notOver': {
      const { endsAt: end, closesFrom: from } = closed;
      const grace = `${what} ends at ${end}, and its contract waits for late events (period.graceHours)`;
      return new CommandError('close-stopped', `${grace}: close it from ${from} on`);
    }
    case 'outsideTerm':
      return new CommandError('close-stopped', `${what}: nothing was closed. ${outsideTermText(closed)}`);
    case 'superseded':
      return new CommandError(
        'close-stopped',
        `catalogue ${closed.inForce ?? 'none'} is in force, not ${closed.own}; nothing was closed: leave --catalogue out, or put ` +
          `this one in force with tallyline catalogue apply`,
      );
    case 'overtaken':
      return new CommandError(
        'close-stopped',
        `${closed.by.author} was putting catalogue ${closed.by.version} in force while ${what} was closed; nothing was ` +
          'invoiced: close again',
      );
    case 'held': {
      const { actor, reason } = closed.by;
      const advice = 'nothing was closed: release it first with tallyline release';
      return new CommandError('close-stopped', `${what} is held by ${actor.name}: ${reason}; ${advice}`);
    }
    case 'otherLog':
      return new CommandError('close-stopped', `nothing was closed of ${what}: ${closed.detail}`);
    case 'edited':
    case 'meterBehind':
    case 'tallyBehind':
    case 'parked':
    case 'omissions':
    case 'recounting':
    case 'disagree':
      return unfinishedWork(closed, what, lang);
  }
}

/** What is to be mended, decided or waited for first. */
function unfinishedWork(
  closed: Exclude<
    StoppedClose,
    { status: 'twoPeople' | 'notOver' | 'outsideTerm' | 'superseded' | 'overtaken' | 'held' | 'otherLog' }
  >,
  what: string,
  lang: Lang,
): CommandError {
  switch (closed.status) {
    case 'edited': {
      const lines = closed.faults.map(({ path, message, code }) => `  ${path}: ${message} [${code}]`);
      const text = `the contract of ${what} was edited after a close; nothing was closed`;
      return new CommandError('close-stopped', [text, ...lines].join('\n'));
    }
    case 'meterBehind':
    case 'tallyBehind':
      return new CommandError('pipeline-behind', behindText(closed, what));
    case 'parked': {
      const lines = closed.work.map(
        ({ stage, entity, cause, refusal }) =>
          `  ${entity}, by the ${stage} (${cause}): see tallyline refused show ${refusal}`,
      );
      const text =
        `part of the work of ${what} could not be counted and is parked; nothing was closed: mend the program, or decide ` +
        'to leave it out with tallyline parked leave-out';
      return new CommandError('close-stopped', [text, ...lines].join('\n'));
    }
    case 'omissions': {
      const advice = 'map and correct, or close it with --accept-omissions REASON';
      const lines = omissionLines(closed.omissions, lang);
      return new CommandError('close-stopped', [`${what} was not closed; ${advice}`, ...lines].join('\n'));
    }
    case 'recounting':
      return new CommandError(
        'pipeline-behind',
        `${what}: ${closed.detail}; nothing was closed: ask again later`,
      );
    case 'disagree': {
      const lines = closed.differences.map(
        ({ key, book, tally }) => `  ${key}: book ${book}, tally ${tally}`,
      );
      const text = `book and tally of ${what} disagree; nothing was closed`;
      return new CommandError('close-stopped', [text, ...lines].join('\n'));
    }
  }
}

/** `what`: contract and period. */
function behindText({ status, partition, offset, cutOffset }: StageBehind, what: string): string {
  const [stage, topic] =
    status === 'meterBehind' ? ['meter', 'telephony.facts'] : ['tally', 'journal.postings'];
  return (
    `nothing was closed of ${what}: the ${stage} is at ${offset} in partition ${partition} of ${topic}, and an ` +
    `earlier close at ${cutOffset}; where its store was lost it is made again from the log: wait until it is there`
  );
}
