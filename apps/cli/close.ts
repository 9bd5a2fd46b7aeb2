import { Command } from 'commander';
import { exitCode, Failure } from './exit.js';
import { invoiceText } from './invoice-text.js';
import { type CommonOptions, common, withEngine } from './with-engine.js';

export function closeCommand(): Command {
  return common(new Command('close'))
    .description(
      'close a period of a contract: cut, book, price, emit the invoice-ready event; again changes nothing',
    )
    .argument('<contract>')
    .argument('<period>', 'YYYY-MM', period)
    .action(async (contractId: string, month: string, options: CommonOptions) => {
      const event = await withEngine(options, async (engine) => {
        await engine.drained();
        const contract = engine.lookup.contract(contractId);
        if (contract === null) {
          const known = engine.lookup.catalogue.contracts.map(({ id }) => id).join(', ');
          throw new Failure(
            exitCode.notFound,
            `there is no contract ${contractId}; the catalogue has: ${known}`,
          );
        }
        const closed = await engine.close(contract, month);
        switch (closed.status) {
          case 'closed':
            return closed.event;
          case 'notOver': {
            const end = new Date(closed.endsAt).toISOString();
            throw new Failure(exitCode.closeStopped, `${contractId} ${month} is not over before ${end}`);
          }
          case 'disagree': {
            const lines = closed.differences.map(
              ({ key, book, tally }) => `  ${key}: book ${book}, tally ${tally}`,
            );
            const text = `book and tally of ${contractId} ${month} disagree; nothing was closed`;
            throw new Failure(exitCode.closeStopped, [text, ...lines].join('\n'));
          }
        }
      });
      process.stdout.write(`${options.json === true ? event : invoiceText(event)}\n`);
    });
}

function period(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) {
    throw new Failure(exitCode.usage, `'${text}' is no period: write a month as YYYY-MM`);
  }
  return text;
}
