import { Command, Option } from 'commander';
import { valueText } from '#contract-text/explanation/trace-formatter.js';
import { explicableEvent } from '#contract-text/explanation/explanation.js';
import { type SumUnits, unitsOfSums } from '#contract-text/explanation/sum-units.js';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import { table } from '#contract-text/table.js';
import { zonedTime } from '#domain/period/period.js';
import {
  type Contribution,
  type ContributionTable,
  type ContributionTotal,
  type Grouping,
  groupings,
} from '#pipeline/close/contribution-table.js';
import { type CountedSums, countedSums, readContributions } from '#pipeline/close/read-contributions.js';
import { closeReaders } from './close-readers.js';
import { CommandError } from './command-error.js';
import { csvField } from './csv-field.js';
import { entriesOf, findInvoice } from './find-invoice.js';
import { type LanguageOption, langOption } from './lang.js';
import { revisionOption } from './revision-option.js';
import { type CommonOptions, outputWidth, withDataOptions } from './with-engine.js';
import { withLog } from './with-log.js';

const formats = ['table', 'csv', 'ndjson'] as const;

interface ContactsOptions extends CommonOptions, LanguageOption {
  readonly revision: number;
  readonly by?: Grouping;
  readonly format: (typeof formats)[number];
}

/** More rows than a person reads; files get all of them. */
const rowsOfTable = 100;

export function contactsCommand(): Command {
  const command = new Command('contacts')
    .description(
      'list the contacts, outcomes and agent time that a line of an invoice counts, each with what it adds',
    )
    .argument('<invoice>', 'CONTRACT/PERIOD such as bank-talk-hour/2026-03, or the id of the event')
    .argument(
      '<line>',
      'line of the invoice or of the contract, or a bonus or malus: then the KPI that it is judged by',
    )
    .addOption(revisionOption())
    .addOption(new Option('--by <group>', 'a row per group instead').choices(groupings))
    .addOption(
      new Option('--format <format>', `table shows the first ${rowsOfTable}, the others all`)
        .choices(formats)
        .default('table'),
    )
    .addOption(langOption())
    .action(async (invoice: string, line: string, options: ContactsOptions) =>
      withLog(options, async (log) => {
        const { ready } = await findInvoice(log, invoice, options.revision);
        const all = explicableEvent(ready);
        const entries = entriesOf(all, line).filter(({ kind }) => kind !== 'vat');
        if (entries.length === 0)
          throw new CommandError(
            'wrong-arguments',
            `<line>: '${line}' is a tax: name a line, a bonus or a malus`,
          );
        const sums = countedSums(all.rows, entries);
        const contributions = await readContributions(ready.data, sums, closeReaders(log));
        try {
          const units = unitsOfSums(all.rows, entries, sums);
          const shown = { ...units, timeZone: ready.data.timeZone };
          for (const text of printed(contributions, shown, options)) process.stdout.write(`${text}\n`);
          requireCounted(contributions.total(), sums, line);
        } finally {
          contributions.close();
        }
      }),
    );
  return withDataOptions(command);
}

interface Shown extends SumUnits {
  readonly timeZone: string;
}

function* printed(
  contributions: ContributionTable,
  shown: Shown,
  options: ContactsOptions,
): Generator<string> {
  const format = options.json === true ? 'ndjson' : options.format;
  switch (format) {
    case 'ndjson':
      for (const row of records(contributions, shown, options.by)) yield JSON.stringify(row);
      return;
    case 'csv':
      yield* csv(contributions, shown, options.by);
      return;
    case 'table':
      yield options.by === undefined
        ? rowTable(contributions, shown, options)
        : groupTable(contributions, shown, options, options.by);
  }
}

function* records(
  contributions: ContributionTable,
  shown: Shown,
  by: Grouping | undefined,
): Generator<object> {
  if (by === undefined) for (const row of contributions.rows()) yield recordOf(row, shown);
  else
    for (const { group, ...total } of contributions.groups(by))
      yield { [by]: group, ...valuesOf(total, shown) };
}

function recordOf({ kind, id, startedAt, queue, agents, ...values }: Contribution, shown: Shown) {
  const start = zonedTime(startedAt, shown.timeZone);
  return { kind, id, startedAt: start, queue, agents, ...valuesOf({ count: 1, ...values }, shown) };
}

/** Integers, in the unit that they are counted in. */
function valuesOf({ count, value, denominator }: ContributionTotal, units: SumUnits) {
  const values = { count, value, unit: units.value };
  if (units.denominator === null) return values;
  return { ...values, denominator, denominatorUnit: units.denominator };
}

function* csv(contributions: ContributionTable, shown: Shown, by: Grouping | undefined): Generator<string> {
  let head: string | null = null;
  for (const record of records(contributions, shown, by)) {
    if (head === null) yield (head = Object.keys(record).join(','));
    yield Object.values(record).map(csvField).join(',');
  }
}

function rowTable(contributions: ContributionTable, shown: Shown, options: ContactsOptions): string {
  const { t } = wording(options.lang);
  const rows = contributions.rows().take(rowsOfTable).toArray();
  const head = [t('contact', 'contact'), t('began', 'début'), t('queue', 'file'), t('agents', 'agents')];
  const cells = rows.map((row) => [
    row.id,
    zonedTime(row.startedAt, shown.timeZone),
    row.queue ?? '-',
    row.agents.join(', ') || '-',
    ...valueCells(row, shown, options.lang),
  ]);
  const layout = { left: [0, 1, 2, 3], width: outputWidth(options) };
  const total = contributions.total();
  const more = total.count - rows.length;
  const rest =
    more > 0 ? [t(`... and ${more} more: --format csv`, `... et ${more} autres : --format csv`)] : [];
  return [
    table([...head, ...valueHeads(shown, options.lang)], cells, layout),
    ...rest,
    totalText(total, shown, options.lang),
  ].join('\n');
}

function groupTable(
  contributions: ContributionTable,
  shown: Shown,
  options: ContactsOptions,
  by: Grouping,
): string {
  const { t } = wording(options.lang);
  const names = { agent: t('agents', 'agents'), queue: t('queue', 'file'), day: t('day', 'jour') };
  const cells = contributions
    .groups(by)
    .map((group) => [group.group ?? '-', `${group.count}`, ...valueCells(group, shown, options.lang)]);
  const head = [names[by], t('contacts', 'contacts'), ...valueHeads(shown, options.lang)];
  return [
    table(head, cells, { width: outputWidth(options) }),
    totalText(contributions.total(), shown, options.lang),
  ].join('\n');
}

function valueHeads({ denominator }: SumUnits, lang: Lang): string[] {
  const { t } = wording(lang);
  return denominator === null
    ? [t('counts', 'compte')]
    : [t('numerator', 'numérateur'), t('denominator', 'dénominateur')];
}

type Values = Pick<ContributionTotal, 'value' | 'denominator'>;

function valueCells({ value, denominator }: Values, units: SumUnits, lang: Lang): string[] {
  const texts = [valueText(String(value), units.value, wording(lang), '')];
  if (units.denominator !== null)
    texts.push(valueText(String(denominator), units.denominator, wording(lang), ''));
  return texts;
}

function totalText(total: ContributionTotal, units: SumUnits, lang: Lang): string {
  const { t } = wording(lang);
  const sum = valueCells(total, units, lang).join(' / ');
  return t(
    `${total.count} in all: ${sum}, as the close counted`,
    `${total.count} en tout : ${sum}, comme à la clôture`,
  );
}

/** What is listed is what the event says was counted, or the journal is another one than it was. */
function requireCounted({ value, denominator }: ContributionTotal, sums: CountedSums, line: string): void {
  const counted = [...sums.values()].reduce((all, each) => all + each, 0);
  if (value + denominator === counted) return;
  throw new CommandError(
    'not-the-same',
    `${line}: the journal has ${value + denominator} where the close counted ${counted}: see tallyline audit`,
  );
}
