import { Command } from 'commander';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import type { ConfirmResult, RequestedClose } from '#pipeline/close/close-request.js';
import { requestAnswer } from '#pipeline/close/request-answer.js';
import { CommandError } from './command-error.js';
import { cliActor } from './decision.js';
import { type LanguageOption, langOption } from './lang.js';
import { periodForms, periodNamed } from './period-named.js';
import { type CommonOptions, configFor, outputWidth, withDataOptions } from './with-engine.js';
import { withReaders, withWriters } from './with-readers.js';

type ReviewOptions = CommonOptions & LanguageOption;

interface ConfirmOptions extends ReviewOptions {
  readonly request: string;
  readonly author?: string;
  readonly reason?: string;
}

/** `clock`: UTC epoch ms. */
export function reviewCommand(clock: () => number): Command {
  const command = new Command('review')
    .description('show the close that one person asks for and another one is to confirm; reads only')
    .argument('<contract>', 'id of the contract')
    .argument('<period>', `${periodForms} (in the zone of the contract)`)
    .addOption(langOption())
    .action(async (id: string, text: string, options: ReviewOptions) => {
      const requested = await withReaders(configFor(options), async ({ lookup, periods }) => {
        const contract = lookup.contract(id);
        if (contract === null) throw new CommandError('not-found', `there is no contract ${id}`);
        const period = periodNamed('<period>', text, clock(), contract);
        const found = await periods.requested(id, period);
        if (found === null) throw noRequest(`${id} ${period}`);
        return found;
      });
      printRequest(requested, options);
    });
  return withDataOptions(command);
}

/** `clock`: UTC epoch ms. */
export function confirmCommand(clock: () => number): Command {
  const command = new Command('confirm')
    .description(
      'confirm as a second person the close that another one asks for: exactly its event is emitted; see close review',
    )
    .argument('<contract>', 'id of the contract')
    .argument('<period>', `${periodForms} (in the zone of the contract)`)
    .requiredOption('--request <id>', 'the request that was reviewed, as close review names it')
    .option('--author <name>', 'who confirms; default: the user of this machine')
    .option('--reason <text>', 'why, for the record of the close')
    .addOption(langOption())
    .action(async (id: string, text: string, options: ConfirmOptions) => {
      const { request, author, reason = null } = options;
      const by = { request, actor: cliActor(author), reason };
      const { what, result } = await withWriters(configFor(options), async ({ lookup, periods }) => {
        const contract = lookup.contract(id);
        if (contract === null) throw new CommandError('not-found', `there is no contract ${id}`);
        const period = periodNamed('<period>', text, clock(), contract);
        return { what: `${id} ${period}`, result: await periods.confirm(contract, period, by) };
      });
      const event = eventOrError(result, what, request);
      const printed = options.json === true ? event : invoiceText(event, options.lang, outputWidth(options));
      process.stdout.write(`${printed}\n`);
    });
  return withDataOptions(command);
}

/** The draft, and how another person confirms it. */
export function printRequest(requested: RequestedClose, options: ReviewOptions): void {
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(requestAnswer(requested))}\n`);
    return;
  }
  process.stdout.write(`${invoiceText(requested.event, options.lang, outputWidth(options))}\n`);
  process.stderr.write(`${requestText(requested, options.lang)}\n`);
}

function requestText({ request: asked }: RequestedClose, lang: Lang): string {
  const { contract, period, request, actor, reason, revision, at } = asked;
  const why = reason === null ? '' : ` (${reason})`;
  const when = new Date(at).toISOString();
  const command = `tallyline close confirm ${contract} ${period} --request ${request} --author NAME`;
  return wording(lang).t(
    `not invoiced yet: ${actor.name} asked at ${when} for revision ${revision}${why}; another person confirms it with: ` +
      command,
    `pas encore facturé : ${actor.name} a demandé à ${when} la révision ${revision}${why} ; une autre personne la confirme ` +
      `par : ${command}`,
  );
}

function noRequest(what: string): CommandError {
  return new CommandError(
    'not-found',
    `no close of ${what} waits for a second person: see tallyline periods`,
  );
}

function eventOrError(result: ConfirmResult, what: string, request: string): string {
  const stopped = (text: string) => new CommandError('close-stopped', `${what}: ${text}; nothing was closed`);
  switch (result.status) {
    case 'closed':
      return result.event;
    case 'samePerson':
      throw stopped(`${result.by.name} asked for it, and another person has to confirm it`);
    case 'held':
      throw stopped(`${result.by.actor.name} holds it: ${result.by.reason}`);
    case 'superseded':
    case 'overtaken':
      throw stopped(
        'another catalogue was put in force since it was asked for: ask again with tallyline close',
      );
    case 'requestVoid':
      switch (result.because) {
        case 'unknown':
          throw noRequest(what);
        case 'replaced':
          throw stopped(`another request came after ${request}: see tallyline close review`);
        case 'overtaken':
          throw stopped('what it rests on was closed or adjusted meanwhile: ask again with tallyline close');
      }
  }
}
