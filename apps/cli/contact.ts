import { Command } from 'commander';
import { valueText } from '#contract-text/explanation/trace-formatter.js';
import { type SumUnits, unitsOfSums } from '#contract-text/explanation/sum-units.js';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import { table } from '#contract-text/table.js';
import type { TraceRow } from '#domain/pricing/trace.js';
import { closesOf, type ContactLine, readContactLines } from '#pipeline/close/read-contact-lines.js';
import { countedSums } from '#pipeline/close/read-contributions.js';
import { closeReaders } from './close-readers.js';
import { CommandError } from './command-error.js';
import { type LanguageOption, langOption } from './lang.js';
import { type CommonOptions, outputWidth, withDataOptions } from './with-engine.js';
import { withLog } from './with-log.js';

interface ContactOptions extends CommonOptions, LanguageOption {
  readonly contract?: string;
}

export function contactCommand(): Command {
  const command = new Command('contact')
    .description(
      'list the lines of invoices in which one contact stands, each with what the contact adds to it; the inverse of ' +
        'contacts',
    )
    .argument('<id>', 'id of the contact as contacts lists it, such as voice:4711')
    .option('--contract <id>', 'only invoices of this contract: quicker')
    .addOption(langOption())
    .action(async (id: string, options: ContactOptions) =>
      withLog(options, async (log) => {
        const readers = closeReaders(log);
        const closes = await closesOf(readers, options.contract ?? null, null);
        if (closes.length === 0)
          throw new CommandError(
            'not-found',
            `nothing is closed${of(options.contract)}: see tallyline periods`,
          );
        const lines = await readContactLines(id, closes, readers);
        const text =
          options.json === true ? JSON.stringify(lines.map(record)) : linesText(id, lines, options);
        process.stdout.write(`${text}\n`);
      }),
    );
  return withDataOptions(command);
}

function of(contract: string | undefined): string {
  return contract === undefined ? '' : ` of ${contract}`;
}

/** Integers, in the unit that they are counted in. */
function record(line: ContactLine): object {
  const { event, identifier, clause, name, value, denominator } = line;
  const { contract, period, revision } = event.data;
  const units = unitsOfLine(line);
  const at = { contract, period, revision, event: event.id, line: identifier, clause, name };
  const counted = { ...at, value, unit: units.value };
  return units.denominator === null
    ? counted
    : { ...counted, denominator, denominatorUnit: units.denominator };
}

function unitsOfLine({ event, row, clause }: ContactLine): SumUnits {
  const rows = event.data.explanation as TraceRow[];
  const entries = [{ row, clause }];
  return unitsOfSums(rows, entries, countedSums(rows, entries));
}

function linesText(id: string, lines: readonly ContactLine[], options: ContactOptions): string {
  const { t } = wording(options.lang);
  if (lines.length === 0)
    return t(`${id} stands in no line of a closed invoice`, `${id} n'est dans aucune ligne de facture close`);
  const head = [
    t('invoice', 'facture'),
    t('revision', 'révision'),
    t('line', 'ligne'),
    t('name', 'libellé'),
    t('adds', 'apport'),
  ];
  const rows = lines.map((line) => {
    const { event, identifier, name } = line;
    const { contract, period, revision } = event.data;
    return [`${contract}/${period}`, `${revision}`, identifier, name, addedText(line, options.lang)];
  });
  return table(head, rows, { left: [0, 2, 3], width: outputWidth(options) });
}

function addedText(line: ContactLine, lang: Lang): string {
  const units = unitsOfLine(line);
  const value = valueText(String(line.value), units.value, wording(lang), '');
  if (units.denominator === null) return value;
  return `${value} / ${valueText(String(line.denominator), units.denominator, wording(lang), '')}`;
}
