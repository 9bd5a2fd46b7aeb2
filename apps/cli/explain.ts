import { Command, InvalidArgumentError } from 'commander';
import { topicValues } from '#log/topic-values.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { topics } from '#wire/topics.js';
import { exitCode, Failure } from './exit.js';
import {
  check,
  checkText,
  explained,
  explanationText,
  explicableEvent,
  type Entry,
  type Explicable,
} from './explanation/explanation.js';
import { invoiceText } from './invoice-text.js';
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
      const text = await findEvent(invoice, options);
      const ready = decodeInvoiceReady(text);
      if (ready === null) throw new Error(`${invoice} is no invoice-ready event`);
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
        process.stdout.write(`${[...whole, steps, checkText(result, all, options.lang)].join('\n\n')}\n`);
      }
      if (result.differ.length > 0 || !result.netAgrees) {
        throw new Failure(exitCode.failed, 'the rows of this invoice do not give its amounts');
      }
    });
}

async function findEvent(invoice: string, options: ExplainOptions): Promise<string> {
  const events = await withLog(options, (log) => topicValues(log, topics.invoiceReady.name));
  const found = events.find((event) => {
    const ready = decodeInvoiceReady(event);
    return ready !== null && isMeant(ready, invoice, options.revision);
  });
  if (found === undefined) {
    throw new Failure(exitCode.notFound, `there is no invoice ${invoice}; close the period first`);
  }
  return found;
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
