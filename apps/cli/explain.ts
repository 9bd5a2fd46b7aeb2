import { Command } from 'commander';
import { type Lang, wording } from '#contract-text/phrasebook.js';
import { readTopicValues } from '#log/small-topic.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { topics } from '#wire/topics.js';
import { CommandError } from './command-error.js';
import {
  agrees,
  check,
  checkText,
  explained,
  explanationText,
  explicableEvent,
  type Entry,
  type Explicable,
} from '#contract-text/explanation/explanation.js';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
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
    .argument('<invoice>', 'CONTRACT/PERIOD such as bank-talk-hour/2026-03, or the id of the event')
    .argument('[line]', 'only this line, bonus, malus or tax, or this clause of the contract')
    .addOption(revisionOption())
    .addOption(langOption())
    .action(async (invoice: string, line: string | undefined, options: ExplainOptions) => {
      const { text, ready, later } = await findEvent(invoice, options);
      const all = explicableEvent(ready);
      const entries = entriesFor(all, line);
      const result = check(all);
      if (options.json === true) {
        const { contract, period, revision } = ready.data;
        const head = { id: ready.id, contract, period, revision, check: result };
        process.stdout.write(`${JSON.stringify({ ...head, entries: explained(all, entries) })}\n`);
      } else {
        const width = outputWidth(options);
        const invoiceFirst = line === undefined ? [invoiceText(text, options.lang, width)] : [];
        const steps = explanationText(all, entries, options.lang, width);
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

interface FoundEvent {
  /** Exact text of the event. */
  readonly text: string;
  readonly ready: InvoiceReadyEvent;
  /** The adjustments of the same period that came after it. */
  readonly later: readonly InvoiceReadyEvent[];
}

async function findEvent(invoice: string, options: ExplainOptions): Promise<FoundEvent> {
  const texts = await withLog(options, (log) => readTopicValues(log, topics.invoiceReady.name));
  const events = texts.flatMap((text) => {
    const ready = decodeInvoiceReady(text);
    return ready === null ? [] : [{ text, ready }];
  });
  const found = events.find(({ ready }) => isRequested(ready, invoice, options.revision));
  if (found === undefined) {
    const revisions = new Set(
      events.flatMap(({ ready: { data } }) =>
        `${data.contract}/${data.period}` === invoice ? [data.revision] : [],
      ),
    );
    const advice =
      revisions.size === 0
        ? 'close the period first'
        : `it has no revision ${options.revision}, but ${[...revisions].sort((a, b) => a - b).join(', ')}`;
    throw new CommandError('not-found', `there is no invoice ${invoice}; ${advice}`);
  }
  const { contract, period, revision } = found.ready.data;
  const later = new Map(
    events.flatMap(({ ready }) => {
      const { data } = ready;
      const isLater = data.contract === contract && data.period === period && data.revision > revision;
      return isLater ? [[data.revision, ready] as const] : [];
    }),
  );
  return { ...found, later: [...later.values()] };
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

function isRequested({ id, data }: InvoiceReadyEvent, invoice: string, revision: number): boolean {
  if (id === invoice) return true;
  return `${data.contract}/${data.period}` === invoice && data.revision === revision;
}

function entriesFor({ entries }: Explicable, line: string | undefined): readonly Entry[] {
  const found = entries.filter(
    ({ identifier, clause }) => line === undefined || identifier === line || clause === line,
  );
  if (line !== undefined && found.length === 0) {
    const known = entries.map(({ identifier }) => identifier).join(', ');
    throw new CommandError('not-found', `the invoice has no line ${line}; it has: ${known}`);
  }
  return found;
}
