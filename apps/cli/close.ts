import { Command } from 'commander';
import type { Lang } from '#contract-text/phrasebook.js';
import type { CloseResult } from '#pipeline/close/close-period.js';
import { exitCode, Failure } from './exit.js';
import { invoiceText } from '#contract-text/invoice/invoice-text.js';
import { type InLanguage, langOption } from './lang.js';
import { type CommonOptions, common, withEngine } from './with-engine.js';

interface CloseOptions extends CommonOptions, InLanguage {
  readonly adjust?: boolean;
}

export function closeCommand(): Command {
  return common(new Command('close'))
    .description(
      'close a period of a contract: cut, book, price, emit the invoice-ready event; again changes nothing',
    )
    .argument('<contract>')
    .argument('<period>', 'YYYY-MM', period)
    .option(
      '--adjust',
      'if it has been closed: invoice what it costs now less what was invoiced; again changes nothing',
    )
    .addOption(langOption())
    .action(async (contractId: string, month: string, options: CloseOptions) => {
      const asked = options.adjust === true ? 'adjust' : 'close';
      const closed = await withEngine(options, async (engine) => {
        await engine.drained();
        const contract = engine.lookup.contract(contractId);
        if (contract === null) {
          const known = engine.lookup.catalogue.contracts.map(({ id }) => id).join(', ');
          throw new Failure(
            exitCode.notFound,
            `there is no contract ${contractId}; the catalogue has: ${known}`,
          );
        }
        return done(await engine.close(contract, month, asked), `${contractId} ${month}`);
      });
      const { event, isNew, close } = closed;
      if (asked === 'adjust' && !isNew) process.stderr.write(`${unchanged(close, options.lang)}\n`);
      process.stdout.write(`${options.json === true ? event : invoiceText(event, options.lang)}\n`);
    });
}

type Done = Extract<CloseResult, { status: 'closed' }>;

function done(closed: CloseResult, what: string): Done {
  switch (closed.status) {
    case 'closed':
      return closed;
    case 'notOver': {
      const [end, from] = [closed.endsAt, closed.closesFrom].map((at) => new Date(at).toISOString());
      const grace = `${what} ends at ${end}, and its contract waits for late events (period.graceHours)`;
      throw new Failure(exitCode.closeStopped, `${grace}: close it from ${from} on`);
    }
    case 'superseded':
      throw new Failure(
        exitCode.closeStopped,
        `catalogue ${closed.inForce} is in force, not ${closed.own}; nothing was closed: give the one in force`,
      );
    case 'disagree': {
      const lines = closed.differences.map(
        ({ key, book, tally }) => `  ${key}: book ${book}, tally ${tally}`,
      );
      const text = `book and tally of ${what} disagree; nothing was closed`;
      throw new Failure(exitCode.closeStopped, [text, ...lines].join('\n'));
    }
  }
}

/** Asked to adjust, and nothing was to be written; what stands is printed all the same. */
function unchanged({ contract, period: month, revision }: Done['close'], lang: Lang): string {
  return lang === 'en'
    ? `${contract} ${month}: nothing has changed since revision ${revision}, which stands; nothing was written`
    : `${contract} ${month} : rien n'a changé depuis la révision ${revision}, qui reste valable ; rien n'a été écrit`;
}

function period(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) {
    throw new Failure(exitCode.usage, `'${text}' is no period: write a month as YYYY-MM`);
  }
  return text;
}
