import { Command } from 'commander';
import { type Lang, type Phrase, wording } from '#contract-text/phrasebook.js';
import { table } from '#contract-text/table.js';
import { Decimal } from '#domain/money/money.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import {
  type ConfirmResult,
  type HeldWork,
  type ImplausibleService,
  implausibleService,
} from '#pipeline/close/implausible-work.js';
import { CommandError } from './command-error.js';
import { cliActor, type Decision, decided, withDecisionOptions } from './decision.js';
import { type LanguageOption, langOption } from './lang.js';
import { type CommonOptions, outputWidth, withDataOptions } from './with-engine.js';
import { withLog, withWritableLog } from './with-log.js';

/** `now`: the clock. */
export function implausibleCommand(now: () => number): Command {
  return new Command('implausible')
    .description(
      'work that is longer than its connection allows, and that no invoice has: what it is, and the decision to count ' +
        'it after all',
    )
    .addCommand(listCommand())
    .addCommand(actCommand('confirm', 'count this work, as long as it takes no longer than now', now))
    .addCommand(actCommand('withdraw', 'take a confirmation back: the work is held again', now));
}

function listCommand(): Command {
  const command = new Command('list')
    .description('list what is held and what was confirmed; reads only, also while other processes run')
    .addOption(langOption())
    .action(async (options: CommonOptions & LanguageOption) => {
      const { held, confirmed } = await withLog(options, async (log) => {
        const service = implausibleService(log, new CatalogueLog(log));
        return { held: await service.held(), confirmed: await service.confirmed() };
      });
      const text =
        options.json === true
          ? JSON.stringify({ held, confirmed })
          : listText(held, confirmed, options.lang, outputWidth(options));
      process.stdout.write(`${text}\n`);
    });
  return withDataOptions(command);
}

function actCommand(name: 'confirm' | 'withdraw', description: string, now: () => number): Command {
  const command = new Command(name)
    .description(description)
    .argument('<work...>', 'as tallyline implausible list names it');
  withDecisionOptions(command).action(async (works: string[], options: CommonOptions & Decision) => {
    const { author, reason } = decided(options);
    const act = { author, reason, at: now(), actor: cliActor(author) };
    const result = await withWritableLog(options, (log) =>
      implausibleService(log, new CatalogueLog(log))[name]([...new Set(works)], act),
    );
    const { entry, works: lengths } = done(result);
    const text =
      options.json === true
        ? JSON.stringify({ entry: entry.number, catalogue: entry.version, works: lengths })
        : lengths.map((each) => `${each.work}: ${sentences[name]}, ${hours(each.ms)} h`).join('\n');
    process.stdout.write(`${text}\n`);
  });
  return withDataOptions(command);
}

const sentences = { confirm: 'confirmed, counts from now on', withdraw: 'held again' };

function done(result: ConfirmResult): Extract<ConfirmResult, { status: 'done' }> {
  switch (result.status) {
    case 'done':
      return result;
    case 'notFound': {
      const message = `nothing was written: ${result.works.join(', ')}: see tallyline implausible list`;
      throw new CommandError('not-found', message);
    }
    case 'overtaken': {
      const { author, version } = result.inForce;
      const message = `${author} has put catalogue ${version} in force meanwhile; nothing was written: look again`;
      throw new CommandError('catalogue-not-in-force', message);
    }
  }
}

/** Hours with two decimals. */
function hours(ms: number): string {
  return new Decimal(ms).div(3_600_000).toFixed(2);
}

function listText(
  held: readonly HeldWork[],
  confirmed: Awaited<ReturnType<ImplausibleService['confirmed']>>,
  lang: Lang,
  width: number,
): string {
  const { t, number } = wording(lang);
  const none = t('nothing is held as implausible', 'rien n’est retenu comme invraisemblable');
  const head = [
    t('work', 'travail'),
    t('limit', 'limite'),
    t('hours', 'heures'),
    t('allowed', 'admis'),
    t('agent', 'agent'),
    t('programme', 'programme'),
    t('began', 'début'),
  ];
  const rows = held.map(({ work, limit, ms, limitMs, agent, programme, startedAt }) => [
    work,
    t(...limitWords[limit]),
    number(hours(ms)),
    limitMs === null ? '-' : number(hours(limitMs)),
    agent ?? '-',
    programme ?? '-',
    new Date(startedAt).toISOString(),
  ]);
  const lines = confirmed.map(({ work, ms, author, reason }) =>
    t(
      `confirmed up to ${hours(ms)} h by ${author}: ${work} (${reason})`,
      `confirmé jusqu’à ${number(hours(ms))} h par ${author} : ${work} (${reason})`,
    ),
  );
  const shown = rows.length === 0 ? none : table(head, rows, { left: [0, 1, 4, 5, 6], width });
  return [shown, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n');
}

const limitWords: Readonly<Record<HeldWork['limit'], Phrase>> = {
  handling: ['work of an agent', 'travail d’un agent'],
  wait: ['wait', 'attente'],
  state: ['state of an agent', 'état d’un agent'],
  day: ['a day of a person', 'journée d’une personne'],
  atOnce: ['work at once', 'travaux simultanés'],
};
