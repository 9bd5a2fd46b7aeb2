import { Command } from 'commander';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import { table } from '#contract-text/table.js';
import { zonedTime } from '#domain/period/period.js';
import type { PeriodStanding, PeriodState } from '#pipeline/close/period-standing.js';
import { standingAnswer } from '#pipeline/close/standing-answer.js';
import { CommandError } from './command-error.js';
import { type LanguageOption, langOption } from './lang.js';
import { type CommonOptions, configFor, outputWidth, withDataOptions } from './with-engine.js';
import { withReaders } from './with-readers.js';

type PeriodsOptions = CommonOptions & LanguageOption;

/** `clock`: UTC epoch ms. */
export function periodsCommand(clock: () => number): Command {
  const command = new Command('periods')
    .description(
      'show where the periods of contracts stand: open, in grace, due, closed or adjusted; when they are closed by ' +
        'themselves, who holds them, and what they wait for; reads only, also while other processes run',
    )
    .argument('[contract]', 'id of the contract; default: all')
    .addOption(langOption())
    .action(async (id: string | undefined, options: PeriodsOptions) => {
      const standings = await withReaders(configFor(options), async ({ lookup, periods }) => {
        const named = id === undefined ? lookup.catalogue.contracts : lookup.contract(id);
        if (named === null) throw new CommandError('not-found', `there is no contract ${id ?? ''}`);
        return periods.standings([named].flat(), clock());
      });
      const text =
        options.json === true
          ? JSON.stringify(standings.map(standingAnswer))
          : standingsText(standings, options);
      process.stdout.write(`${text}\n`);
    });
  return withDataOptions(command);
}

function standingsText(standings: readonly PeriodStanding[], options: PeriodsOptions): string {
  const { t } = wording(options.lang);
  if (standings.length === 0) return t('there are no periods', "il n'y a pas de période");
  const head = [
    t('contract', 'contrat'),
    t('period', 'période'),
    t('state', 'état'),
    t('due', 'échéance'),
    t('remark', 'remarque'),
  ];
  const rows = standings.map((standing) => {
    const { contract, period, state, revision, dueAt } = standing;
    const due = dueAt === null ? t('by hand', 'à la main') : zonedTime(dueAt, contract.timeZone).slice(0, 16);
    const named =
      revision > 1 ? `${stateText(state, options.lang)} (${revision})` : stateText(state, options.lang);
    return [contract.id, period, named, due, remark(standing, options.lang)];
  });
  return table(head, rows, { left: [0, 1, 2, 3, 4], width: outputWidth(options) });
}

function stateText(state: PeriodState, lang: Lang): string {
  const { t } = wording(lang);
  switch (state) {
    case 'open':
      return t('open', 'ouverte');
    case 'grace':
      return t('grace', 'délai');
    case 'due':
      return t('due', 'échue');
    case 'closed':
      return t('closed', 'clôturée');
    case 'adjusted':
      return t('adjusted', 'rectifiée');
  }
}

function remark({ hold, request, wait }: PeriodStanding, lang: Lang): string {
  const { t } = wording(lang);
  if (hold !== null) {
    const { actor, reason } = hold;
    return t(`held by ${actor.name}: ${reason}`, `suspendue par ${actor.name} : ${reason}`);
  }
  if (request !== null) {
    const { actor, request: id } = request;
    return t(
      `waits for a second person: ${actor.name} asks for the close ${id}`,
      `attend une seconde personne : ${actor.name} demande la clôture ${id}`,
    );
  }
  return wait === null ? '' : wait.detail;
}
