import type { CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { Commitment } from '#domain/contract/commitment.js';
import type { Terms } from '#domain/contract/contract.js';
import { overText } from '../commitment-words.js';
import { timeUnitsText } from './lines.js';
import type { Phrasebook } from '../phrasebook.js';
import type { Clause } from './document.js';

/** What is agreed over several months, and when it is settled. */
export function commitmentClause(commitment: Commitment, terms: Terms, speech: Phrasebook): Clause {
  const { t } = speech;
  const { id, name, over, proration } = commitment;
  const named = name === id ? id : `${id} (${name})`;
  const said =
    commitment.kind === 'volume'
      ? volumeText(commitment, terms, speech)
      : amountText(commitment, terms, speech);
  const isPart =
    proration === 'calendarDays'
      ? t(
          'where the contract or an amendment covers a part of it, by its calendar days',
          "si le contrat ou un avenant n'en couvre qu'une partie, au prorata de ses jours calendaires",
        )
      : t(
          'whole even where the contract covers a part of it',
          "en entier même si le contrat n'en couvre qu'une partie",
        );
  const text = `${named}${t(':', ' :')} ${said}.`;
  return { id, text, items: [...settledItems(commitment, over, speech), isPart] };
}

function volumeText(
  { line, over, minimumVolume, shortfallPrice }: Extract<Commitment, { kind: 'volume' }>,
  { lines }: Terms,
  speech: Phrasebook,
): string {
  const { t, number, money } = speech;
  const found = lines.find(({ id }) => id === line);
  const many = found?.model === 'time' ? timeUnitsText(found.unit, speech) : t('units', 'unités');
  const one = many.replace(/s$/, '');
  const least = number(minimumVolume);
  return t(
    `at least ${least} ${many} of line ${line} in ${overText(over, speech)}; what is missing is charged at ` +
      `${money(shortfallPrice)} per ${one}`,
    `au moins ${least} ${many} de la ligne ${line} sur ${overText(over, speech)} ; ce qui manque est facturé ` +
      `${money(shortfallPrice)} par ${one}`,
  );
}

function amountText(
  { base, over, minimum, maximum }: Extract<Commitment, { kind: 'amount' }>,
  { discounts = [] }: Terms,
  speech: Phrasebook,
): string {
  const { t, ofPeriod, money, list } = speech;
  const [less, lessFr] = discounts.some((each) => each.over === undefined)
    ? ['discounts of the month, ', 'remises du mois, ']
    : ['', ''];
  const of =
    base === null
      ? ofPeriod(
          `all that is invoiced (lines, bonus and malus, ${less}limits of the months, and commitments written before this one)`,
          `tout ce qui est facturé (lignes, bonus et malus, ${lessFr}plancher et plafond des mois, et les engagements écrits avant celui-ci)`,
        )
      : t(
          `the lines ${list(base)}, before bonus and malus,`,
          `les lignes ${list(base)}, avant bonus et malus,`,
        );
  const bounds = [
    ...(minimum === null ? [] : [t(`at least ${money(minimum)}`, `${money(minimum)} au moins`)]),
    ...(maximum === null ? [] : [t(`at most ${money(maximum)}`, `${money(maximum)} au plus`)]),
  ];
  return t(
    `${of} comes to ${list(bounds)} in ${overText(over, speech)}`,
    `${of} représente ${list(bounds)} sur ${overText(over, speech)}`,
  );
}

function settledItems(commitment: Commitment, over: CommitmentSpan, speech: Phrasebook): string[] {
  const { t, ofPeriod } = speech;
  const hasMinimum = commitment.kind === 'volume' || commitment.minimum !== null;
  const hasMaximum = commitment.kind === 'amount' && commitment.maximum !== null;
  const end =
    over === 'term'
      ? ofPeriod('in the last month of the contract', 'le dernier mois du contrat')
      : ofPeriod(
          'in its last month, or in the last month of a contract that ends before',
          "le dernier de ses mois, ou le dernier mois d'un contrat qui finit avant",
        );
  return [
    ...(hasMinimum ? [t(`what is missing is settled ${end}`, `ce qui manque est réglé ${end}`)] : []),
    ...(hasMaximum
      ? [
          ofPeriod(
            'what all its months together come to beyond the maximum is taken off the month that passes it',
            'ce que tous ses mois ensemble dépassent est déduit du mois qui dépasse le maximum',
          ),
        ]
      : []),
  ];
}
