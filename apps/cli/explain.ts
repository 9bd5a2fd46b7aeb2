import { Command } from 'commander';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { CommandError } from './command-error.js';
import {
  agrees,
  check,
  checkText,
  explained,
  explanationText,
  explicableEvent,
  type Explicable,
} from '#contract-text/explanation/explanation.js';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { entriesOf, eventInFile, findInvoice } from './find-invoice.js';
import { type LanguageOption, langOption } from './lang.js';
import { revisionOption } from './revision-option.js';
import { type CommonOptions, withDataOptions, outputWidth } from './with-engine.js';
import { withLog } from './with-log.js';

interface ExplainOptions extends CommonOptions, LanguageOption {
  readonly revision: number;
}

export function explainCommand(): Command {
  const command = new Command('explain')
    .description('show why an invoice or one of its lines costs what it costs, recomputed step by step')
    .argument(
      '<invoice>',
      'CONTRACT/PERIOD such as bank-talk-hour/2026-03, the id of the event, or a file with the event: then no data is read',
    )
    .argument('[line]', 'only this line, bonus, malus or tax, or this clause of the contract')
    .addOption(revisionOption())
    .addOption(langOption())
    .action(async (invoice: string, line: string | undefined, options: ExplainOptions) => {
      const { text, ready, later } =
        eventInFile(invoice) ??
        (await withLog(options, (log) => findInvoice(log, invoice, options.revision)));
      const all = explicableEvent(ready);
      const entries = entriesOf(all, line);
      const result = check(all);
      if (options.json === true) {
        const { contract, period, revision } = ready.data;
        const head = { id: ready.id, contract, period, revision, check: result };
        process.stdout.write(`${JSON.stringify({ ...head, entries: explained(all, entries) })}\n`);
      } else {
        const width = outputWidth(options);
        const invoiceFirst = line === undefined ? [invoiceText(text, options.lang, width)] : [];
        const steps = explanationText(narrowed(all, line), entries, options.lang, width);
        const parts = [
          ...invoiceFirst,
          steps,
          checkText(result, all, options.lang),
          ...laterText(later, options.lang),
        ];
        process.stdout.write(`${parts.join('\n\n')}\n`);
      }
      if (!agrees(result)) {
        throw new CommandError(
          'failed',
          'the amounts of this invoice do not follow from its calculation trace',
        );
      }
    });
  return withDataOptions(command);
}

/** Where to read on if the invoice has been adjusted since. */
function laterText(later: readonly InvoiceReadyEvent[], lang: Lang): string[] {
  if (later.length === 0) return [];
  const { t, number } = wording(lang);
  const adjustments = later.map(({ data: { revision, totals, currencyCode } }) => {
    const amount = `${number(totals.totalWithoutVat.amount)} ${currencyCode}`;
    return `${t('revision', 'révision')} ${revision} (${amount})`;
  });
  const list = adjustments.join(', ');
  return [t(`Adjusted since by ${list}: see --revision.`, `Rectifié depuis par ${list} : voir --revision.`)];
}

/** Commitments of one clause, also in a month in which it charges nothing. */
function narrowed(all: Explicable, line: string | undefined): Explicable {
  if (line === undefined) return all;
  return { ...all, commitments: all.commitments.filter(({ clause }) => clause === line) };
}
