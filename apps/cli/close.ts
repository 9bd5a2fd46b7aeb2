import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import type { AdjustResult } from '#pipeline/close/adjust-period.js';
import type { CloseResult } from '#pipeline/close/close-period.js';
import type { Engine } from '#pipeline/engine/engine.js';
import { CommandError } from './command-error.js';
import { cliActor } from './decision.js';
import { omissionLines } from '#contract-text/invoice/omissions-text.js';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { confirmCommand, printRequest, reviewCommand } from './confirm-close.js';
import { type LanguageOption, langOption } from './lang.js';
import { periodForms, periodNamed } from './period-named.js';
import { stoppedClose } from './stopped-close.js';
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
  if (closed.status !== 'closed' && closed.status !== 'requested') throw stoppedClose(closed, what, lang);
  return closed as Extract<C, { status: 'closed' | 'requested' }>;
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
