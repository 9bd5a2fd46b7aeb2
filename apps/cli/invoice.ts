import { readFileSync, writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { ciiXml } from '#invoice-document/cii.js';
import type { InvoiceDocument, PrecedingInvoice } from '#invoice-document/document.js';
import { makeDocument, type NoDocument } from '#invoice-document/make-document.js';
import { completed } from '#invoice-document/completed.js';
import type { Log } from '#log/log.js';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { CommandError } from './command-error.js';
import { findInvoice } from './find-invoice.js';
import { type LanguageOption, langOption } from './lang.js';
import { revisionOption } from './revision-option.js';
import { type CommonOptions, withDataOptions } from './with-engine.js';
import { withLog } from './with-log.js';

interface InvoiceOptions extends CommonOptions, LanguageOption {
  readonly revision: number;
  readonly event?: string;
  readonly number?: string;
  readonly issueDate?: string;
  readonly original: readonly PrecedingInvoice[];
  readonly out?: string;
}

export function invoiceCommand(): Command {
  return new Command('invoice')
    .description('make the document of a close, as a customer books it')
    .addCommand(
      documentCommand('xml', 'write it as Cross Industry Invoice (EN 16931)', async (document) =>
        Buffer.from(ciiXml(document)),
      ),
    );
}

function documentCommand(
  name: string,
  description: string,
  write: (document: InvoiceDocument, options: InvoiceOptions) => Promise<Buffer>,
): Command {
  const command = new Command(name)
    .description(description)
    .argument('[invoice]', 'CONTRACT/PERIOD such as bank-talk-hour/2026-03, or the id of the event')
    .option('--event <file>', 'make it of the event in this file instead; no data is read')
    .option('--number <number>', 'of the invoice; without it the document is a draft and says so')
    .option('--issue-date <day>', 'YYYY-MM-DD; of a draft the day after the period, unless given')
    .addOption(
      new Option(
        '--original <number=day>',
        'invoice that a credit note or correction corrects, with its date; again for each further one',
      )
        .argParser(originalOf)
        .default([], 'none'),
    )
    .option('--out <file>', 'file to write; without it the document is printed')
    .addOption(revisionOption())
    .addOption(langOption())
    .action(async (invoice: string | undefined, options: InvoiceOptions) => {
      const event = await eventOf(invoice, options);
      const document = documentOf(event, options);
      const bytes = await write(document, options);
      if (options.out === undefined) {
        process.stdout.write(bytes);
        return;
      }
      writeFileSync(options.out, bytes);
      const { number, totals, currency } = document;
      const { out } = options;
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ file: out, number, typeCode: document.typeCode, totalWithVat: totals.gross, currency })}\n`
          : `${out}: ${document.isDraft ? 'draft of ' : ''}${number}, ${totals.gross} ${currency}\n`,
      );
    });
  return withDataOptions(command);
}

async function eventOf(invoice: string | undefined, options: InvoiceOptions): Promise<InvoiceReadyEvent> {
  if ((invoice === undefined) === (options.event === undefined))
    throw new CommandError('wrong-arguments', 'name an invoice, or a file with --event');
  if (options.event !== undefined) {
    const event = decodeInvoiceReady(readFileSync(options.event, 'utf8'));
    if (event === null)
      throw new CommandError('wrong-arguments', `--event: ${options.event} is no invoice-ready event`);
    return event;
  }
  return withLog(options, async (log) => {
    const { ready } = await findInvoice(log, invoice ?? '', options.revision);
    return ready.data.absent.length === 0 ? ready : withContractInForce(ready, log);
  });
}

/** What was absent at the close may have been written since: no figure depends on it. */
async function withContractInForce(ready: InvoiceReadyEvent, log: Log): Promise<InvoiceReadyEvent> {
  const catalogue = await new CatalogueLog(log).catalogueInForce();
  const contract = catalogue?.contracts.find(({ id }) => id === ready.data.contract);
  return contract === undefined ? ready : completed(ready, contract);
}

function documentOf(event: InvoiceReadyEvent, options: InvoiceOptions): InvoiceDocument {
  const { number, original } = options;
  if (number !== undefined && options.issueDate === undefined)
    throw new CommandError('wrong-arguments', '--issue-date: an invoice with a number has a date: give both');
  const issue = {
    number: number ?? event.id,
    issueDate: options.issueDate ?? dayAfter(event.data.invoicingPeriod.endDate),
    isDraft: number === undefined,
    preceding: original,
  };
  const made = makeDocument(event, issue, options.lang);
  if ('document' in made) return made.document;
  const { contract, period } = event.data;
  throw new CommandError(
    'no-document',
    `${contract}/${period}: ${whyNot(made.refused)} (${made.refused.code})`,
  );
}

function whyNot(refused: NoDocument): string {
  switch (refused.code) {
    case 'absent-particulars':
      return `the contract does not say ${refused.absent.join(', ')}: write them and put the catalogue in force`;
    case 'not-payable':
      return `it is paid with event ${refused.paidWith}: make the document of that one`;
    case 'nothing-to-invoice':
      return 'it charges nothing';
    case 'no-preceding-invoice':
      return 'a credit note names the invoice that it corrects: give --original NUMBER=YYYY-MM-DD';
    case 'malformed-number':
      return '--number: at most 35 letters, digits and + - _ /';
    case 'malformed-date':
      return '--issue-date and --original: a day is written YYYY-MM-DD';
    case 'amounts-too-fine':
      return 'its amounts have more than two decimals, which no invoice by EN 16931 has';
    case 'totals-do-not-add-up':
      return `its figures contradict each other: ${refused.faults.join('; ')}`;
  }
}

function originalOf(text: string, before: readonly PrecedingInvoice[]): readonly PrecedingInvoice[] {
  const [, number, issueDate] = /^(\S{1,35})=(\d{4}-\d{2}-\d{2})$/.exec(text) ?? [];
  if (number === undefined || issueDate === undefined)
    throw new CommandError('wrong-arguments', `--original: '${text}' is not NUMBER=YYYY-MM-DD`);
  return [...before, { number, issueDate }];
}

function dayAfter(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
