import { Command } from 'commander';
import { type Lang, phrasebook, wording } from '#contract-text/phrasebook.js';
import { table, wrapText } from '#contract-text/table.js';
import { targetText } from '#contract-text/target-text.js';
import type { ExpectedTarget } from '#pipeline/close/outlook.js';
import { type OutlookAnswer, outlookAnswer, type PricedAnswer } from '#pipeline/close/outlook-answer.js';
import { openWeekdays } from '#pipeline/close/open-weekdays.js';
import { asOfHelp, asOfOption } from './as-of-option.js';
import { CommandError } from './command-error.js';
import { type LanguageOption, langOption } from './lang.js';
import { type CommonOptions, outputWidth, withDataOptions, withEngine } from './with-engine.js';

interface ForecastOptions extends CommonOptions, LanguageOption {
  readonly at?: string;
}

/** `clock`: UTC epoch ms. */
export function forecastCommand(clock: () => number): Command {
  const command = new Command('forecast')
    .description(
      'show what the period of a contract that lasts is expected to end with, if work goes on as before, and what ' +
        'its next tiers, limits, commitments and steps of bonus take, and are worth; no invoice is made of it',
    )
    .argument('<contract>', 'id of the contract')
    .option('--at <day>', asOfHelp)
    .addOption(langOption())
    .action(async (id: string, options: ForecastOptions) => {
      const outlook = await withEngine(options, 'read', async (engine) => {
        await engine.drained();
        const { lookup, periods, kpis } = await engine.now();
        const contract = lookup.contract(id);
        if (contract === null) throw new CommandError('not-found', `there is no contract ${id}`);
        const instant = asOfOption(options.at, clock(), contract.timeZone);
        const weekdays = await openWeekdays(kpis, contract, instant.at);
        const found = await periods.outlook(contract, instant, weekdays);
        if (found !== null) return found;
        throw new CommandError('not-found', `${id} has no terms then: its work begins later, or has ended`);
      });
      const textOf = (target: ExpectedTarget, currency: string): string =>
        targetText({ ...target, worth: target.worth.toFixed(outlook.soFar.scale) }, currency, options.lang);
      const answer = outlookAnswer(outlook, textOf);
      const text =
        options.json === true
          ? JSON.stringify(answer)
          : forecastText(answer, options.lang, outputWidth(options));
      process.stdout.write(`${text}\n`);
    });
  return withDataOptions(command);
}

function forecastText(answer: OutlookAnswer, lang: Lang, width: number): string {
  const { t } = wording(lang);
  const { contract, period, at, endsAt, soFar, forecast, targets } = answer;
  const title = t(
    `${contract} ${period}: a forecast, no invoice (${at}, until ${endsAt})`,
    `${contract} ${period} : une prévision, pas une facture (${at}, jusqu'au ${endsAt})`,
  );
  const early = t(
    'Less than one open day has elapsed: too early for a forecast.',
    "Moins d'un jour ouvert s'est écoulé : trop tôt pour une prévision.",
  );
  return [
    title,
    ...wrapText(forecast === null ? early : methodText(answer, lang), width),
    '',
    amountsTable(soFar, forecast, answer.currency, lang, width),
    ...(targets.length === 0
      ? []
      : ['', t('What it takes, all else as it is', 'Ce qu’il faut, le reste inchangé')]),
    ...targets.flatMap(({ text }) => wrapText(`- ${text}`, width, '  ')),
  ].join('\n');
}

function methodText({ method }: OutlookAnswer, lang: Lang): string {
  const { t, number, list, weekday } = wording(lang);
  const { name, elapsedDays, remainingDays, weekdays, holidays, otherTermsFrom } = method;
  const days = list(weekdays.map((each) => weekday(each)));
  const closed = holidays === 'closed';
  const other =
    otherTermsFrom === null
      ? ''
      : t(
          ` Other terms hold from ${otherTermsFrom} on: nothing is counted under them.`,
          ` D'autres conditions valent à partir du ${otherTermsFrom} : rien n'y est compté.`,
        );
  return (
    t(
      `${name}: what was counted so far, for ${number(remainingDays)} open days more after ${number(elapsedDays)} ` +
        `(${days}${closed ? '; not on public holidays' : ''}); KPIs keep their present ratio.`,
      `${name} : ce qui a été compté, prolongé de ${number(remainingDays)} jours ouverts après ${number(elapsedDays)} ` +
        `(${days}${closed ? ' ; hors jours fériés' : ''}) ; les indicateurs gardent leur ratio actuel.`,
    ) + other
  );
}

function amountsTable(
  soFar: PricedAnswer,
  forecast: PricedAnswer | null,
  currency: string,
  lang: Lang,
  width: number,
): string {
  const { t, money } = phrasebook(lang, currency, 'UTC');
  const entriesOf = (priced: PricedAnswer | null) =>
    priced === null ? [] : [...priced.lines, ...priced.allowancesAndCharges];
  const entries = new Map([...entriesOf(soFar), ...entriesOf(forecast)].map(({ id, name }) => [id, name]));
  const amountIn = (priced: PricedAnswer | null, id: string): string => {
    const amount = entriesOf(priced).find((each) => each.id === id)?.amount;
    return amount === undefined ? '-' : money(amount);
  };
  const rows = [...entries].map(([id, name]) => [id, name, amountIn(soFar, id), amountIn(forecast, id)]);
  const total = t('total without VAT', 'total hors TVA');
  const end = forecast === null ? '-' : money(forecast.net);
  return table(
    [t('id', 'id'), t('name', 'désignation'), t('so far', 'à ce jour'), t('forecast', 'prévision')],
    [...rows, ['', total, money(soFar.net), end]],
    { left: [0, 1], width },
  );
}
