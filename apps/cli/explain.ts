import { Command } from 'commander';
import { rowsBehind, type Row } from '#domain/pricing/row.js';
import { topicValues } from '#log/topic-values.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { topics } from '#wire/topics.js';
import { exitCode, Failure } from './exit.js';
import { invoiceText } from './invoice-text.js';
import { type CommonOptions, common, withEngine } from './with-engine.js';

export function explainCommand(): Command {
  return common(new Command('explain'))
    .description('why an invoice, or one of its lines, costs what it costs')
    .argument('<invoice>', 'id of the event, or CONTRACT/PERIOD')
    .argument('[line]', 'identifier of the line, or of the line in the contract')
    .action(async (invoice: string, line: string | undefined, options: CommonOptions) => {
      const text = await withEngine(options, async (engine) => {
        const events = await topicValues(engine.log, topics.invoiceReady.name);
        return events.find((event) => isMeant(event, invoice));
      });
      const ready = text === undefined ? null : decodeInvoiceReady(text);
      if (text === undefined || ready === null) {
        throw new Failure(exitCode.notFound, `there is no invoice ${invoice}; close the period first`);
      }
      const explained = explainLines(ready, line);
      const shown = line === undefined ? `${invoiceText(text)}\n\n` : '';
      process.stdout.write(
        options.json === true ? `${JSON.stringify(explained)}\n` : `${shown}${explanation(explained)}\n`,
      );
    });
}

interface Explained {
  readonly identifier: string;
  readonly contractLine: string;
  readonly amount: string;
  readonly rows: readonly Row[];
}

function isMeant(event: string, invoice: string): boolean {
  const ready = decodeInvoiceReady(event);
  return (
    ready !== null && (ready.id === invoice || `${ready.data.contract}/${ready.data.period}` === invoice)
  );
}

function explainLines({ data }: InvoiceReadyEvent, wanted: string | undefined): Explained[] {
  const lines = data.lines.filter(
    ({ identifier, contractLine }) =>
      wanted === undefined || identifier === wanted || contractLine === wanted,
  );
  if (wanted !== undefined && lines.length === 0) {
    const known = data.lines.map(({ identifier }) => identifier).join(', ');
    throw new Failure(exitCode.notFound, `the invoice has no line ${wanted}; it has: ${known}`);
  }
  return lines.map(({ identifier, contractLine, netAmount, explainedBy }) => ({
    identifier,
    contractLine,
    amount: `${netAmount.amount} ${netAmount.currency}`,
    rows: rowsBehind(data.explanation as Row[], explainedBy),
  }));
}

function explanation(lines: readonly Explained[]): string {
  return lines
    .map(({ identifier, amount, rows }) => {
      const steps = rows.map(({ id, step, rule, contractVersion, inputs, result }) => {
        const given = Object.entries(inputs).map(([name, input]) => {
          return `${name} = ${typeof input === 'string' ? input : `${input.value} (${input.row})`}`;
        });
        return `  ${id.padEnd(4)} ${step}: ${rule}(${given.join(', ')}) = ${result}   [contract version ${contractVersion}]`;
      });
      return [`line ${identifier}: ${amount}`, ...steps].join('\n');
    })
    .join('\n\n');
}
