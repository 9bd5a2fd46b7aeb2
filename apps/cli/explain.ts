import { Command, InvalidArgumentError } from 'commander';
import { numberText, type Lang } from '#contract-text/phrasebook.js';
import { readTopicValues } from '#log/small-topic.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { topics } from '#wire/topics.js';
import { exitCode, Failure } from './exit.js';
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
import { type InLanguage, langOption } from './lang.js';
import { type CommonOptions, common } from './with-engine.js';
import { withLog } from './with-log.js';

interface ExplainOptions extends CommonOptions, InLanguage {
  readonly revision: number;
}

export function explainCommand(): Command {
  return common(new Command('explain'))
    .description('why an invoice, or one of its lines, costs what it costs; computed again from its rows')
    .argument('<invoice>', 'id of the event, or CONTRACT/PERIOD')
    .argument('[line]', 'identifier of a line, bonus, malus or tax, or line or clause of the contract')
    .option('--revision <number>', '1 is the close itself, higher ones are adjustments', wholeNumber, 1)
    .addOption(langOption())
    .action(async (invoice: string, line: string | undefined, options: ExplainOptions) => {
      const { text, ready, later } = await findEvent(invoice, options);
      const all = explicableEvent(ready);
      const entries = entriesFor(all, line);
      const result = check(all);
      if (options.json === true) {
        const { contract, period, revision } = ready.data;
        const told = { id: ready.id, contract, period, revision, check: result };
        process.stdout.write(`${JSON.stringify({ ...told, entries: explained(all, entries) })}\n`);
      } else {
        const whole = line === undefined ? [invoiceText(text, options.lang)] : [];
        const steps = explanationText(all, entries, options.lang);
        const told = [
          ...whole,
          steps,
          checkText(result, all, options.lang),
          ...laterText(later, options.lang),
        ];
        process.stdout.write(`${told.join('\n\n')}\n`);
      }
      if (!agrees(result)) {
        throw new Failure(exitCode.failed, 'the rows of this invoice do not give its amounts');
      }
    });
}

interface Found {
  /** Exact text of the event. */
  readonly text: string;
  readonly ready: InvoiceReadyEvent;
  /** The adjustments of the same period that came after it. */
  readonly later: readonly InvoiceReadyEvent[];
}

async function findEvent(invoice: string, options: ExplainOptions): Promise<Found> {
  const texts = await withLog(options, (log) => readTopicValues(log, topics.invoiceReady.name));
  const events = texts.flatMap((text) => {
    const ready = decodeInvoiceReady(text);
    return ready === null ? [] : [{ text, ready }];
  });
  const found = events.find(({ ready }) => isMeant(ready, invoice, options.revision));
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
    throw new Failure(exitCode.notFound, `there is no invoice ${invoice}; ${advice}`);
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

/** What was invoiced has been adjusted since: where to read on. */
function laterText(later: readonly InvoiceReadyEvent[], lang: Lang): string[] {
  if (later.length === 0) return [];
  const told = later.map(({ data: { revision, totals, currencyCode } }) => {
    const amount = `${numberText(lang, totals.totalWithoutVat.amount)} ${currencyCode}`;
    return lang === 'en' ? `revision ${revision} (${amount})` : `révision ${revision} (${amount})`;
  });
  return lang === 'en'
    ? [`Adjusted since by ${told.join(', ')}: see --revision.`]
    : [`Rectifié depuis par ${told.join(', ')} : voir --revision.`];
}

function isMeant({ id, data }: InvoiceReadyEvent, invoice: string, revision: number): boolean {
  if (id === invoice) return true;
  return `${data.contract}/${data.period}` === invoice && data.revision === revision;
}

function entriesFor({ entries }: Explicable, wanted: string | undefined): readonly Entry[] {
  const found = entries.filter(
    ({ identifier, clause }) => wanted === undefined || identifier === wanted || clause === wanted,
  );
  if (wanted !== undefined && found.length === 0) {
    const known = entries.map(({ identifier }) => identifier).join(', ');
    throw new Failure(exitCode.notFound, `the invoice has no line ${wanted}; it has: ${known}`);
  }
  return found;
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a number from 1 on.');
  return Number(text);
}
