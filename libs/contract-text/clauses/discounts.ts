import type { Terms } from '#domain/contract/contract.js';
import {
  discountSteps,
  type CreditTerms,
  type Discount,
  type DiscountStep,
} from '#domain/contract/discount.js';
import { overText } from '../commitment-words.js';
import type { Phrasebook } from '../phrasebook.js';
import type { Clause } from './document.js';
import { timeUnitsText } from './lines.js';

/**
 * A discount of the month, or a rebate over several months: on what, from where on, and when it is settled.
 */
export function discountClause(discount: Discount, terms: Terms, speech: Phrasebook): Clause {
  const { t } = speech;
  const { id, name, over } = discount;
  const named = name === id ? id : `${id} (${name})`;
  const of = baseText(discount, terms, speech);
  const steps = discountSteps(discount).map((step) => stepText(discount, step, terms, speech));
  const kind =
    over === undefined
      ? t('a discount each month', 'une remise chaque mois')
      : t(`a rebate on ${overText(over, speech)}`, `une ristourne sur ${overText(over, speech)}`);
  return {
    id,
    text: `${named}${t(':', ' :')} ${kind}${betweenText(discount, speech)}, ${of}.`,
    items: [
      ...steps,
      ...(discount.appliesTo === 'excess'
        ? [
            t(
              'each rate on what lies above its step alone, up to the next',
              "chaque taux s'applique seulement à ce qui dépasse son palier, jusqu'au suivant",
            ),
          ]
        : steps.length > 1
          ? [
              t(
                'the last step that is passed counts, on all',
                'le dernier palier franchi compte, sur la totalité',
              ),
            ]
          : []),
      ...settledItems(discount, speech),
      ...inPartItems(discount, speech),
      t(
        'it takes off at most what it is a part of, and nothing where that is zero or less, with the VAT of that',
        'elle ne dépasse pas ce dont elle est une part, vaut zéro si celle-ci est à zéro ou négative, et suit sa TVA',
      ),
    ],
  };
}

function baseText({ base, over }: Discount, { discounts = [] }: Terms, { t, list }: Phrasebook): string {
  if (base !== null) {
    const isBefore = base.some((id) => discounts.some((each) => each.id === id));
    return isBefore
      ? t(
          `on ${list(base)}, less the discounts among them`,
          `sur ${list(base)}, déduction faite des remises citées`,
        )
      : t(`on ${list(base)}, as they are invoiced`, `sur ${list(base)}, au montant facturé`);
  }
  return over === undefined
    ? t(
        'on all lines with bonus and malus, less the discounts written before it',
        'sur toutes les lignes, bonus et malus compris, déduction faite des remises écrites avant elle',
      )
    : t(
        'on all that is invoiced, after bonus and malus, discounts, limits of the months and commitments, and less the ' +
          'rebates written before it',
        'sur tout ce qui est facturé, après bonus et malus, remises, plancher et plafond des mois et engagements, ' +
          'déduction faite des ristournes écrites avant elle',
      );
}

function betweenText({ from, to }: Discount, { t }: Phrasebook): string {
  if (from !== undefined && to !== undefined)
    return from === to
      ? t(` in ${from}`, ` en ${from}`)
      : t(` from ${from} to ${to}, both included`, ` de ${from} à ${to} inclus`);
  if (from !== undefined) return t(` from ${from} on`, ` à partir de ${from}`);
  return to === undefined ? '' : t(` up to ${to}, included`, ` jusqu'à ${to} inclus`);
}

function stepText(
  { volumeOf, over }: Discount,
  { rate, amount, above, atLeast }: DiscountStep,
  { lines }: Terms,
  speech: Phrasebook,
): string {
  const { t, percent, money, number } = speech;
  const gives = rate === undefined ? money(amount ?? '0') : percent(rate);
  const line = lines.find(({ id }) => id === volumeOf);
  const many = line?.model === 'time' ? timeUnitsText(line.unit, speech) : t('units', 'unités');
  const bound = (value: string): string =>
    volumeOf === undefined
      ? money(value)
      : t(`${number(value)} ${many} of line ${volumeOf}`, `${number(value)} ${many} de la ligne ${volumeOf}`);
  const [sum, sumFr] =
    volumeOf !== undefined
      ? ['the volume', 'le volume']
      : over === undefined
        ? ['the month', 'le mois']
        : ['the turnover', "le chiffre d'affaires"];
  if (above !== undefined)
    return t(
      `${gives} where ${sum} is more than ${bound(above)}`,
      `${gives} si ${sumFr} dépasse ${bound(above)}`,
    );
  if (atLeast !== undefined)
    return t(
      `${gives} where ${sum} is ${bound(atLeast)} or more`,
      `${gives} si ${sumFr} atteint ${bound(atLeast)}`,
    );
  return gives;
}

function settledItems({ over, settle }: Discount, { t }: Phrasebook): string[] {
  if (over === undefined) return [];
  return [
    settle === 'asReached'
      ? t(
          'each month gives what all months so far come to, less what was given before',
          "chaque mois donne ce qui est dû sur tous les mois écoulés, moins ce qui l'a déjà été",
        )
      : t(
          'it is given on the invoice of the last of these months that the contract covers',
          'elle figure sur la facture du dernier de ces mois couvert par le contrat',
        ),
    t(
      'of these months the ones in which it is agreed count, by the steps that are agreed in the month that settles it',
      'seuls comptent les mois où elle est convenue, selon les paliers en vigueur le mois où elle est réglée',
    ),
  ];
}

function inPartItems(discount: Discount, { t }: Phrasebook): string[] {
  const steps = discountSteps(discount);
  const shrinks = steps.some(({ amount, above, atLeast }) => (amount ?? above ?? atLeast) !== undefined);
  if (!shrinks) return [];
  const isMonth = discount.over === undefined;
  if (discount.proration === 'none') {
    return [
      isMonth
        ? t(
            'its amounts are whole in a month in part as well',
            'ses montants restent entiers pour un mois incomplet',
          )
        : t(
            'its numbers are whole even where the contract covers a part of the time',
            "ses nombres restent entiers même si le contrat n'en couvre qu'une partie",
          ),
    ];
  }
  return [
    isMonth
      ? t(
          'in a month in part its amounts and steps shrink by calendar days',
          'pour un mois incomplet, ses montants et paliers sont réduits au prorata des jours calendaires',
        )
      : t(
          'where it holds in a part of these months, its amounts and steps shrink by calendar days',
          "si elle ne vaut qu'une partie de ces mois, ses montants et paliers sont réduits au prorata des jours calendaires",
        ),
  ];
}

/** What becomes of a month below zero. */
export function creditsText({ belowZero, atEnd }: CreditTerms, { t }: Phrasebook): string {
  if (belowZero === 'creditNote')
    return t(
      'A month whose total without VAT is below zero is a credit note.',
      'Un mois dont le total hors TVA est négatif donne lieu à un avoir.',
    );
  const end =
    atEnd === 'lapse'
      ? t(
          'What is left in the last month of the contract lapses.',
          'Ce qui reste le dernier mois du contrat est perdu.',
        )
      : t(
          'What is left in the last month of the contract is paid out with it, by a credit note if its total is below zero.',
          'Ce qui reste le dernier mois du contrat est restitué avec lui, par un avoir si son total est négatif.',
        );
  const carried = t(
    'Where the total of a month without VAT, after all else, would be below zero, it is zero, and the rest is a credit that ' +
      'is taken off the invoices of the months that follow, the oldest first and never below zero, with the VAT of what it comes from.',
    "Si le total d'un mois hors TVA, tout le reste appliqué, devait être négatif, il est nul et le reste est un avoir " +
      "déduit des factures des mois suivants, le plus ancien d'abord et sans les rendre négatives, avec la TVA de ce dont il provient.",
  );
  return `${carried} ${end}`;
}

/** In which order discounts, limits, commitments and credits follow each other. */
export function orderOfDiscountsText({ t }: Phrasebook): string {
  return t(
    'Order: lines; bonus and malus; discounts of the month; limits of the month; commitments over several months; rebates; ' +
      'service credits of the month before; credits of months below zero; VAT.',
    'Ordre : lignes ; bonus et malus ; remises du mois ; plancher et plafond du mois ; engagements sur plusieurs mois ; ristournes ; ' +
      'avoirs de service du mois précédent ; avoirs des mois négatifs ; TVA.',
  );
}
