import { Command } from 'commander';
import { accruedKinds, provisionalReasons } from '#contract-text/accrual-words.js';
import { phrasebook, type Lang, wording } from '#contract-text/phrasebook.js';
import { table } from '#contract-text/table.js';
import {
  type AccrualAnswer,
  accrualAnswer,
  type AccruedPartAnswer,
  type AccruedTotal,
  accruedTotals,
} from '#pipeline/close/accrual-answer.js';
import { asOfHelp, asOfOption } from './as-of-option.js';
import { CommandError } from './command-error.js';
import { type LanguageOption, langOption } from './lang.js';
import { type CommonOptions, outputWidth, withDataOptions, withEngine } from './with-engine.js';

interface AccrualsOptions extends CommonOptions, LanguageOption {
  readonly at?: string;
}

/** `clock`: UTC epoch ms. */
export function accrualsCommand(clock: () => number): Command {
  const command = new Command('accruals')
    .description(
      'show what is earned and not yet invoiced: open periods as a close would price them now, what adjustments of ' +
        'closed ones would invoice, and adjustments that wait to be carried; says what of it is provisional',
    )
    .argument('[contract]', 'id of the contract; default: all')
    .option('--at <day>', asOfHelp)
    .addOption(langOption())
    .action(async (id: string | undefined, options: AccrualsOptions) => {
      const accruals = await withEngine(options, 'read', async (engine) => {
        await engine.drained();
        const { lookup, periods } = await engine.now();
        const named = id === undefined ? lookup.catalogue.contracts : lookup.contract(id);
        if (named === null) throw new CommandError('not-found', `there is no contract ${id ?? ''}`);
        const now = clock();
        return periods.accruals([named].flat(), ({ timeZone }) => asOfOption(options.at, now, timeZone));
      });
      const answer = { contracts: accruals.map(accrualAnswer), totals: accruedTotals(accruals) };
      const text =
        options.json === true
          ? JSON.stringify(answer)
          : accrualsText(answer, options.lang, outputWidth(options));
      process.stdout.write(`${text}\n`);
    });
  return withDataOptions(command);
}

function accrualsText(
  { contracts, totals }: { contracts: readonly AccrualAnswer[]; totals: readonly AccruedTotal[] },
  lang: Lang,
  width: number,
): string {
  const { t } = wording(lang);
  const of = (currency: string) => phrasebook(lang, currency, 'UTC');
  const parts = contracts.flatMap(({ contract, currency, parts: own }) =>
    own.map((part) => [contract, part.period, partText(part, lang), of(currency).money(part.net)]),
  );
  const head = [t('contract', 'contrat'), t('period', 'période'), t('what', 'objet'), t('amount', 'montant')];
  const provisional = contracts.flatMap(({ contract, currency, provisional: own }) =>
    own.map(({ period, name, reason, amount }) => {
      return [contract, period, name, t(...provisionalReasons[reason]), of(currency).money(amount)];
    }),
  );
  const notes = contracts.flatMap(({ contract, notes: own }) =>
    own.map(({ period }) =>
      t(
        `${contract} ${period} was invoiced in another currency: what an adjustment would be is not in it`,
        `${contract} ${period} a été facturé dans une autre devise : l'écart n'y est pas`,
      ),
    ),
  );
  const title = t('Earned, not yet invoiced (without VAT)', 'Acquis, non encore facturé (hors TVA)');
  return [
    title,
    '',
    table(head, parts, { left: [0, 1, 2], width }),
    ...(provisional.length === 0
      ? []
      : [
          '',
          t('Of which provisional', 'Dont provisoire'),
          '',
          table(
            [head[0] ?? '', head[1] ?? '', t('clause', 'clause'), t('why', 'pourquoi'), head[3] ?? ''],
            provisional,
            {
              left: [0, 1, 2, 3],
              width,
            },
          ),
        ]),
    '',
    table(
      [t('brand', 'marque'), t('accrued', 'acquis'), t('of which provisional', 'dont provisoire')],
      totals.map(({ brand, currency, net, provisional: mayChange }) => [
        brand ?? '-',
        of(currency).money(net),
        of(currency).money(mayChange),
      ]),
      { width },
    ),
    ...(notes.length === 0 ? [] : ['', ...notes]),
  ].join('\n');
}

function partText({ kind, state, revision, carriedBy }: AccruedPartAnswer, lang: Lang): string {
  const { t } = wording(lang);
  switch (kind) {
    case 'period':
      return state === 'open'
        ? t('open, as a close would price it now', "en cours, au prix d'une clôture ce jour")
        : t('over, not closed', 'terminée, non clôturée');
    case 'difference':
      return `${t(...accruedKinds[kind])} (${t('revision', 'révision')} ${revision})`;
    case 'waiting':
      return `${t(...accruedKinds[kind])} (${t('revision', 'révision')} ${revision}, ${t('by', 'sur')} ${carriedBy})`;
  }
}
