import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import type { AdjustResult } from '#pipeline/close/adjust-period.js';
import { outsideTermText } from '#pipeline/close/outside-term-text.js';
import type { CloseResult } from '#pipeline/close/close-period.js';
import type { StageBehind } from '#pipeline/close/cut.js';
import type { Engine } from '#pipeline/engine/engine.js';
import { CommandError } from './command-error.js';
import { cliActor } from './decision.js';
import { omissionLines } from '#contract-text/invoice/omissions-text.js';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { confirmCommand, printRequest, reviewCommand } from './confirm-close.js';
import { type LanguageOption, langOption } from './lang.js';
import { periodForms, periodNamed } from './period-named.js';
import { type CommonOptions, withDataOptions, outputWidth, withEngine } from './with-engine.js';

interface CloseOptions extends CommonOptions, LanguageOption {
  readonly adjust?: boolean;
  readonly acceptOmissions?: string;
  readonly author?: string;
  readonly reason?: string;
}

/** `clock`: UTC epoch ms, the current time for relative months such as `last-month`. */
export function closeCommand(clock: () => number): Command {
  const command = new Command('close')
    .description(
      'close a period of a contract: price it and emit the invoice-ready event; closing it again changes nothing. Where ' +
        'two people close (close.fourEyes), ask for it: another person confirms it',
    )
    .addCommand(reviewCommand(clock))
    .addCommand(confirmCommand(clock))
    .argument('<contract>', 'id of the contract')
    .argument('<period>', `${periodForms} (in the zone of the contract)`)
    .option(
      '--adjust',
      'for a closed period: emit what it costs now less what was invoiced; without a difference nothing is written',
    )
    .option(
      '--accept-omissions <reason>',
      'close although work is left out (queues of no programme, unknown agents, refused records); the event says why',
    )
    .option('--author <name>', 'who closes; default: the user of this machine')
    .option('--reason <text>', 'why, for the record of the close and the audit trail')
    .addOption(langOption())
    .action(async (contractId: string, period: string, options: CloseOptions) => {
      const mode = options.adjust === true ? 'adjust' : 'close';
      const actor = cliActor(options.author);
      const closed = await withEngine(options, 'work', async (engine) => {
        await engine.drained();
        const contract = engine.lookup.contract(contractId);
        if (contract === null) throw unknownContract(contractId, engine);
        const named = periodNamed('<period>', period, clock(), contract);
        const what = `${contractId} ${named}`;
        const close = async (accepted: string | null) =>
          engine.close(contract, named, mode, accepted, actor, options.reason ?? null);
        const result = await close(options.acceptOmissions ?? null);
        const accepted = result.status === 'omissions' ? await askedReason(result, what, options) : null;
        return doneOrError(accepted === null ? result : await close(accepted), what, options.lang);
      });
      if (closed.status === 'requested') {
        printRequest(closed, options);
        return;
      }
      const { event, isNew, close } = closed;
      if (mode === 'adjust' && !isNew) process.stderr.write(`${unchangedText(close, options.lang)}\n`);
      printEvent(event, options);
      for (const { period: later, result } of closed.moved) {
        const also = `${contractId} ${later}`;
        const done = doneOrError(result, also, options.lang);
        if (done.status === 'requested') {
          printRequest(done, options);
          continue;
        }
        process.stderr.write(`${movedText(also, closeName(close), options.lang)}\n`);
        printEvent(done.event, options);
      }
    });
  return withDataOptions(command);
}

function unknownContract(id: string, { lookup }: Engine): CommandError {
  const known = lookup.catalogue.contracts.map((each) => each.id).join(', ');
  return new CommandError('not-found', `there is no contract ${id}; the catalogue has: ${known}`);
}

type SuccessfulClose = Extract<AdjustResult, { status: 'closed' }>;

/** As JSON one event a line. */
function printEvent(event: string, options: CloseOptions): void {
  const text = options.json === true ? event : invoiceText(event, options.lang, outputWidth(options));
  process.stdout.write(`${text}\n`);
}

/**
 * On a terminal the person who closes is shown what is left out and asked for a reason; null: none is given.
 */
async function askedReason(
  { omissions }: Extract<AdjustResult, { status: 'omissions' }>,
  what: string,
  { json, lang }: CloseOptions,
): Promise<string | null> {
  if (json === true || !process.stdin.isTTY || !process.stderr.isTTY) return null;
  const { t } = wording(lang);
  process.stderr.write(`${[what, ...omissionLines(omissions, lang)].join('\n')}\n`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = t(
      'Close nevertheless? Reason (empty: no): ',
      'Clôturer quand même ? Motif (vide : non) : ',
    );
    const reason = (await terminal.question(question)).trim();
    return reason === '' ? null : reason;
  } finally {
    terminal.close();
  }
}

/** What was closed, or asked for; else throws. */
function doneOrError<C extends CloseResult>(
  closed: C,
  what: string,
  lang: Lang,
): Extract<C, { status: 'closed' | 'requested' }> {
  switch (closed.status) {
    case 'closed':
    case 'requested':
      return closed as Extract<C, { status: 'closed' | 'requested' }>;
    case 'twoPeople':
      throw new CommandError('close-stopped', `${what} is closed by two people: name yourself with --author`);
    case 'notOver': {
      const { endsAt: end, closesFrom: from } = closed;
      const grace = `${what} ends at ${end}, and its contract waits for late events (period.graceHours)`;
      throw new CommandError('close-stopped', `${grace}: close it from ${from} on`);
    }
    case 'outsideTerm':
      throw new CommandError('close-stopped', `${what}: nothing was closed. ${outsideTermText(closed)}`);
    case 'superseded':
      throw new CommandError(
        'close-stopped',
        `catalogue ${closed.inForce ?? 'none'} is in force, not ${closed.own}; nothing was closed: leave --catalogue out, or put ` +
          `this one in force with tallyline catalogue apply`,
      );
    case 'overtaken':
      throw new CommandError(
        'close-stopped',
        `${closed.by.author} was putting catalogue ${closed.by.version} in force while ${what} was closed; nothing was ` +
          'invoiced: close again',
      );
    case 'edited': {
      const lines = closed.faults.map(({ path, message, code }) => `  ${path}: ${message} [${code}]`);
      const text = `the contract of ${what} was edited after a close; nothing was closed`;
      throw new CommandError('close-stopped', [text, ...lines].join('\n'));
    }
    case 'meterBehind':
    case 'tallyBehind':
      throw new CommandError('pipeline-behind', behindText(closed, what));
    case 'held': {
      const { actor, reason } = closed.by;
      const advice = 'nothing was closed: release it first with tallyline release';
      throw new CommandError('close-stopped', `${what} is held by ${actor.name}: ${reason}; ${advice}`);
    }
    case 'parked': {
      const lines = closed.work.map(
        ({ stage, entity, refusal }) => `  ${entity}, by the ${stage}: see tallyline refused show ${refusal}`,
      );
      const text =
        `part of the work of ${what} could not be counted and is parked; nothing was closed: mend the program, or decide ` +
        'to leave it out with tallyline parked leave-out';
      throw new CommandError('close-stopped', [text, ...lines].join('\n'));
    }
    case 'omissions': {
      const advice = 'map and correct, or close it with --accept-omissions REASON';
      const lines = omissionLines(closed.omissions, lang);
      throw new CommandError('close-stopped', [`${what} was not closed; ${advice}`, ...lines].join('\n'));
    }
    case 'recounting':
      throw new CommandError(
        'pipeline-behind',
        `${what}: ${closed.detail}; nothing was closed: ask again later`,
      );
    case 'disagree': {
      const lines = closed.differences.map(
        ({ key, book, tally }) => `  ${key}: book ${book}, tally ${tally}`,
      );
      const text = `book and tally of ${what} disagree; nothing was closed`;
      throw new CommandError('close-stopped', [text, ...lines].join('\n'));
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

function closeName({ contract, period }: SuccessfulClose['close']): string {
  return `${contract} ${period}`;
}

/** A later month that was adjusted along; both are contract and period. */
function movedText(later: string, adjusted: string, lang: Lang): string {
  return wording(lang).t(
    `${later} was adjusted as well: its price looks back to ${adjusted}`,
    `${later} est rectifié aussi : son prix dépend de ${adjusted}`,
  );
}

/** There was nothing to adjust; prints the effective event. */
function unchangedText({ contract, period, revision }: SuccessfulClose['close'], lang: Lang): string {
  return wording(lang).t(
    `${contract} ${period}: nothing has changed since revision ${revision}, which remains effective; nothing was written`,
    `${contract} ${period} : rien n'a changé depuis la révision ${revision}, qui reste valable ; rien n'a été écrit`,
  );
}
