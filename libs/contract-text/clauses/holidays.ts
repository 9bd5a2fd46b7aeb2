import type { Holidays } from '#domain/calendar/holidays.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Phrase, Phrasebook } from '../phrasebook.js';
import { plainClause, type Clause } from './document.js';

/**
 * Which days are holidays of the brand and, where clauses ask for them, of the site: by name where a law sets
 * them for every year, else day by day.
 */
export function holidayClauses({ holidays, siteHolidays, term }: Contract, speech: Phrasebook): Clause[] {
  return [
    holidaysClause('holidays', ['Public holidays', 'Les jours fériés'], holidays, term, speech),
    ...(siteHolidays === undefined
      ? []
      : [
          holidaysClause(
            'siteHolidays',
            ['Public holidays of the site', 'Les jours fériés du site'],
            siteHolidays,
            term,
            speech,
          ),
        ]),
  ];
}

function holidaysClause(
  id: string,
  what: Phrase,
  holidays: Holidays,
  term: Contract['term'],
  speech: Phrasebook,
): Clause {
  const { t, list, day } = speech;
  const { country, region, extra, except = [] } = holidays;
  const [english, french] = what;
  if (country === null) return ownDaysClause(id, what, extra, speech);
  const where = region === null ? country : `${country}-${region}`;
  const text = t(
    `${english} are those of ${where}, and no other days:`,
    `${french} sont ceux de ${where}, à l'exclusion de tout autre jour :`,
  );
  const items = [
    ...(country === 'FR'
      ? [list(frenchNames(region).map((name) => t(...name)))]
      : listedByYear(holidays, term, speech)),
    ...(extra.length === 0 ? [] : [t(`also ${list(extra.map(day))}`, `ainsi que ${list(extra.map(day))}`)]),
    ...(except.length === 0
      ? []
      : [t(`but not ${list(except.map(day))}`, `mais pas ${list(except.map(day))}`)]),
  ];
  return { id, text, items };
}

function ownDaysClause(
  id: string,
  [english, french]: Phrase,
  days: readonly string[],
  { t, list, day }: Phrasebook,
): Clause {
  const listed = list(days.map(day));
  if (days.length === 0) return plainClause(id, t('No day is a public holiday.', "Aucun jour n'est férié."));
  const text = t(
    `${english} are ${listed}, and no other days.`,
    `${french} sont ${listed}, à l'exclusion de tout autre jour.`,
  );
  return plainClause(id, text);
}

/** The days within the term, a line for each year. */
function listedByYear(
  { days }: Holidays,
  { firstDay, lastDay }: Contract['term'],
  { day, list }: Phrasebook,
): string[] {
  const within = days.filter(
    (date) => (firstDay === null || date >= firstDay) && (lastDay === null || date <= lastDay),
  );
  return [...Map.groupBy(within, (date) => date.slice(0, 4))].map(([year, dates]) => {
    const withoutYear = dates.map((date) => day(date).replace(` ${year}`, ''));
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
