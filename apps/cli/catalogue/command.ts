import { Command } from 'commander';
import type { Catalogue } from '#catalogue/catalogue.js';
import { catalogueChanges, type CatalogueChange } from '#catalogue/changes.js';
import { requireCatalogue } from '#catalogue/load.js';
import { table } from '#contract-text/table.js';
import { wording } from '#contract-text/phrasebook.js';
import { CatalogueLog, type LoggedEntry } from '#pipeline/catalogue-log.js';
import { CommandError } from '../command-error.js';
import { cliActor } from '../decision.js';
import { type LanguageOption, langOption } from '../lang.js';
import { type CommonOptions, outputWidth, withDataOptions } from '../with-engine.js';
import { withLog, withWritableLog } from '../with-log.js';
import { changesText } from './changes-text.js';

export function catalogueCommand(clock: () => number): Command {
  return new Command('catalogue')
    .description('put a catalogue in force, or show which ones were; nothing else changes what is in force')
    .addCommand(applyCommand(clock))
    .addCommand(historyCommand());
}

interface ApplyOptions extends CommonOptions, LanguageOption {
  readonly author: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `clock`: UTC epoch ms, when the catalogue is put in force. */
function applyCommand(clock: () => number): Command {
  const command = new Command('apply')
    .description(
      'put the catalogue of a directory in force, and show what that changes; an old one is a revert',
    )
    .argument('<directory>', 'directory with the YAML files of the catalogue')
    .requiredOption('--author <name>', 'who decides it')
    .option('--reason <text>', 'why')
    .option('--dry-run', 'only show what it would change')
    .addOption(langOption())
    .action(async (directory: string, options: ApplyOptions) => {
      const files = requireCatalogue(directory);
      const applied =
        options.dryRun === true
          ? await withLog(options, (log) => compared(new CatalogueLog(log), files))
          : await withWritableLog(options, (log) => apply(new CatalogueLog(log), files, options, clock()));
      process.stdout.write(
        `${options.json === true ? JSON.stringify(applied) : appliedText(applied, options)}\n`,
      );
    });
  return withDataOptions(command);
}

interface Applied {
  /** Version in force before; null: none. */
  readonly from: string | null;
  readonly to: string;
  /** The entry that puts it in force; null: none was written. */
  readonly entry: ShownEntry | null;
  readonly changes: readonly CatalogueChange[];
}

async function compared(catalogues: CatalogueLog, read: Catalogue): Promise<Applied> {
  const files = await catalogues.asApplied(read);
  const inForce = await catalogues.catalogueInForce();
  const changes = catalogueChanges(inForce, files);
  return { from: inForce?.version ?? null, to: files.version, entry: null, changes };
}

async function apply(
  catalogues: CatalogueLog,
  files: Catalogue,
  { author, reason }: ApplyOptions,
  at: number,
): Promise<Applied> {
  if (author.trim() === '') throw new CommandError('wrong-arguments', '--author: say who decides it');
  const since = await catalogues.inForce();
  const changed = await compared(catalogues, files);
  const result = await catalogues.apply(
    files,
    { author, reason: reason ?? null, at, actor: cliActor(author) },
    since,
  );
  switch (result.status) {
    case 'applied':
      return { ...changed, entry: shown(result.entry) };
    case 'unchanged':
      return changed;
    case 'overtaken': {
      const { author: other, version } = result.inForce;
      const message = `${other} has put catalogue ${version} in force meanwhile; nothing was written: look again`;
      throw new CommandError('catalogue-not-in-force', message);
    }
  }
}

function appliedText({ from, to, entry, changes }: Applied, { lang, dryRun }: ApplyOptions): string {
  const { t } = wording(lang);
  const head = from === null ? to : `${from} -> ${to}`;
  const end =
    entry !== null
      ? t(`in force from now on, entry ${entry.number}`, `en vigueur dès maintenant, entrée ${entry.number}`)
      : dryRun === true && from !== to
        ? t('nothing was written (--dry-run)', "rien n'a été écrit (--dry-run)")
        : t('it is in force already; nothing was written', "il est déjà en vigueur ; rien n'a été écrit");
  return `${t('catalogue', 'catalogue')} ${head}\n${changesText(changes, lang)}\n${end}`;
}

function historyCommand(): Command {
  const command = new Command('history')
    .description('list the catalogues that were put in force, oldest first; the last is in force')
    .addOption(langOption())
    .action(async (options: CommonOptions & LanguageOption) => {
      const entries = await withLog(options, async (log) =>
        (await new CatalogueLog(log).history()).map(shown),
      );
      process.stdout.write(
        `${options.json === true ? JSON.stringify(entries) : historyText(entries, options)}\n`,
      );
    });
  return withDataOptions(command);
}

interface ShownEntry extends Omit<LoggedEntry, 'at' | 'offset'> {
  /** ISO instant. */
  readonly at: string;
}

function shown({ version, number, author, at, reason }: LoggedEntry): ShownEntry {
  return { number, version, at: new Date(at).toISOString(), author, reason };
}

function historyText(entries: readonly ShownEntry[], options: CommonOptions & LanguageOption): string {
  const { t } = wording(options.lang);
  if (entries.length === 0)
    return t('no catalogue was put in force yet', "aucun catalogue n'a encore été mis en vigueur");
  const head = [
    '#',
    t('catalogue', 'catalogue'),
    t('in force since', 'en vigueur depuis'),
    t('author', 'auteur'),
    t('reason', 'motif'),
  ];
  const rows = entries.map(({ number, version, at, author, reason }) => [
    String(number),
    version,
    at,
    author,
    reason ?? '',
  ]);
  return table(head, rows, { left: [1, 2, 3, 4], width: outputWidth(options) });
}
