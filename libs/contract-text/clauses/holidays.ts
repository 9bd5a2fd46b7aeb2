import type { Contract } from '#domain/contract/contract.js';
import type { Phrase, Phrasebook } from '../phrasebook.js';
import { plainClause, type Clause } from './document.js';

/** Which days are holidays: by name where a law sets them for every year, else day by day. */
export function holidaysClause(contract: Contract, speech: Phrasebook): Clause {
  const { t, list, day } = speech;
  const { country, region, extra, except = [] } = contract.holidays;
  if (country === null) return ownDaysClause(extra, speech);
  const where = region === null ? country : `${country}-${region}`;
  const text = t(
    `Public holidays are those of ${where}, and no other days:`,
    `Les jours fériés sont ceux de ${where}, à l'exclusion de tout autre jour :`,
  );
  const items = [
    ...(country === 'FR'
      ? [list(frenchNames(region).map((name) => t(...name)))]
      : listedByYear(contract, speech)),
    ...(extra.length === 0 ? [] : [t(`also ${list(extra.map(day))}`, `ainsi que ${list(extra.map(day))}`)]),
    ...(except.length === 0
      ? []
      : [t(`but not ${list(except.map(day))}`, `mais pas ${list(except.map(day))}`)]),
  ];
  return { id: 'holidays', text, items };
}

function ownDaysClause(days: readonly string[], { t, list, day }: Phrasebook): Clause {
  const listed = list(days.map(day));
  const text =
    days.length === 0
      ? t('No day is a public holiday.', "Aucun jour n'est férié.")
      : t(
          `Public holidays are ${listed}, and no other days.`,
          `Les jours fériés sont ${listed}, à l'exclusion de tout autre jour.`,
        );
  return plainClause('holidays', text);
}

/** The days within the term, a line for each year. */
function listedByYear({ holidays, term }: Contract, { day, list }: Phrasebook): string[] {
  const { firstDay, lastDay } = term;
  const within = holidays.days.filter(
    (date) => (firstDay === null || date >= firstDay) && (lastDay === null || date <= lastDay),
  );
  return [...Map.groupBy(within, (date) => date.slice(0, 4))].map(([year, days]) => {
    const withoutYear = days.map((date) => day(date).replace(` ${year}`, ''));
    return `${year}: ${list(withoutYear)}`;
  });
}

/** Code du travail L3133-1, L3134-13, L3422-2, as `frenchHolidays` computes them. */
function frenchNames(region: string | null): Phrase[] {
  const regional: readonly Phrase[] =
    region === null
      ? []
      : ['57', '67', '68'].includes(region)
        ? [
            ['Good Friday', 'Vendredi saint'],
            ['26 December', '26 décembre'],
          ]
        : [['the day of the abolition of slavery', "le jour de l'abolition de l'esclavage"]];
  return [...national, ...regional];
}

const national: readonly Phrase[] = [
  ['1 January', '1er janvier'],
  ['Easter Monday', 'lundi de Pâques'],
  ['1 May', '1er mai'],
  ['8 May', '8 mai'],
  ['Ascension Day', 'Ascension'],
  ['Whit Monday', 'lundi de Pentecôte'],
  ['14 July', '14 juillet'],
  ['15 August', '15 août'],
  ['1 November', '1er novembre'],
  ['11 November', '11 novembre'],
  ['25 December', '25 décembre'],
];
