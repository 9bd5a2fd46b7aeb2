import { Command } from 'commander';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import { table } from '#contract-text/table.js';
import { NowReader, type ReadNow } from '#pipeline/now/now-reader.js';
import { CommandError } from './command-error.js';
import { type LanguageOption, langOption } from './lang.js';
import { type CommonOptions, outputWidth, withDataOptions, withEngine } from './with-engine.js';

type NowOptions = CommonOptions & LanguageOption;

/** `clock`: UTC epoch ms. */
export function nowCommand(clock: () => number): Command {
  const command = new Command('now')
    .description('show what is going on in a programme: contacts that wait, agents by state and since when')
    .argument('<programme>', 'programme of the catalogue')
    .addOption(langOption())
    .action(async (programme: string, options: NowOptions) => {
      const report = await withEngine(options, 'read', async (engine) => {
        await engine.drained();
        const found = await new NowReader(engine.log, clock).read(programme, engine.lookup);
        const known = engine.lookup.catalogue.programmes.map(({ id }) => id).join(', ');
        if (found === null)
          throw new CommandError(
            'not-found',
            `there is no programme ${programme}; the catalogue has: ${known}`,
          );
        return found;
      });
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(report)}\n`
          : nowText(report, options.lang, outputWidth(options)),
      );
    });
  return withDataOptions(command);
}

function nowText(report: ReadNow, lang: Lang, width = Infinity): string {
  const { t } = wording(lang);
  const ago = (since: number | null): string =>
    since === null ? '-' : elapsedText(Math.max(0, report.at - since));
  const queues = report.queues.map(({ queue, waiting, waitingSince }) => [
    queue,
    String(waiting),
    ago(waitingSince),
  ]);
  const agents = report.agents.map(({ agent, state, code, reason, since, contacts }) => [
    agent,
    state ?? `${t('unmapped', 'inconnu')}: ${code ?? ''}${reason === null ? '' : `/${reason}`}`,
    ago(since),
    String(contacts),
  ]);
  return [
    t(
      `${report.programme}: ${report.waiting} waiting, longest ${ago(report.waitingSince)}; ${report.talking} talking`,
      `${report.programme} : ${report.waiting} en attente, au plus ${ago(report.waitingSince)} ; ${report.talking} en communication`,
    ),
    '',
    table([t('queue', 'file'), t('waiting', 'en attente'), t('longest', 'au plus')], queues, { width }),
    '',
    table([t('agent', 'agent'), t('state', 'état'), t('for', 'depuis'), t('contacts', 'contacts')], agents, {
      left: [0, 1],
      width,
    }),
    ...(report.implausible === 0
      ? []
      : [
          '',
          t(
            `${report.implausible} left out: longer than the connection allows (the end was lost)`,
            `${report.implausible} non compté(s) : plus long que la connexion ne l'admet (la fin s'est perdue)`,
          ),
        ]),
    '',
  ].join('\n');
}

/** `1:02:03`, hours first. */
function elapsedText(ms: number): string {
  const two = (count: number): string => String(count).padStart(2, '0');
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
