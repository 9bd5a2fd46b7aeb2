import { describe, expect, it } from '@jest/globals';
import { inPeriods } from './period-words.js';

/** Each text as contracts by the month say it, in French; by the week, and by the quarter and year. */
const french: readonly (readonly [month: string, week: string, quarter: string, year: string])[] = [
  ['le volume du mois', 'le volume de la semaine', 'le volume du trimestre', "le volume de l'exercice"],
  ['du volume mensuel', 'du volume de la semaine', 'du volume du trimestre', "du volume de l'exercice"],
  ['par mois', 'par semaine', 'par trimestre', 'par exercice'],
  ['un mois incomplet', 'une semaine incomplète', 'un trimestre incomplet', 'un exercice incomplet'],
  ['le premier mois', 'la première semaine', 'le premier trimestre', 'le premier exercice'],
  [
    'le dernier de ses mois',
    'la dernière de ses semaines',
    'le dernier de ses trimestres',
    'le dernier de ses exercices',
  ],
  [
    'tous ses mois ensemble',
    'toutes ses semaines ensemble',
    'tous ses trimestres ensemble',
    'tous ses exercices ensemble',
  ],
  ['en cours de mois', 'en cours de semaine', 'en cours de trimestre', "en cours d'exercice"],
  [
    'tenus chacun des 3 mois suivants ; un mois non jugé faute de données ne compte pas comme tenu.',
    'tenus chacune des 3 semaines suivantes ; une semaine non jugée faute de données ne compte pas comme tenue.',
    'tenus chacun des 3 trimestres suivants ; un trimestre non jugé faute de données ne compte pas comme tenu.',
    'tenus chacun des 3 exercices suivants ; un exercice non jugé faute de données ne compte pas comme tenu.',
  ],
  ["d'un mois à l'autre", "d'une semaine à l'autre", "d'un trimestre à l'autre", "d'un exercice à l'autre"],
  [
    'ce mois, au mois de',
    'cette semaine, à la semaine de',
    'ce trimestre, au trimestre de',
    "cet exercice, à l'exercice de",
  ],
  [
    'pour tout mois touché',
    'pour toute semaine touchée',
    'pour tout trimestre touché',
    'pour tout exercice touché',
  ],
];

describe('A text about a period', () => {
  it.each(french)(
    '%j is said of weeks, quarters and years in French that agrees',
    (month, week, quarter, year) => {
      const said = (['month', 'week', 'quarter', 'year'] as const).map((unit) =>
        inPeriods(month, unit, 'fr'),
      );
      expect(said).toEqual([month, week, quarter, year]);
    },
  );

  it('is said of half-months and 4-4-5 periods as well', () => {
    expect(inPeriods('un mois incomplet', 'halfMonth', 'fr')).toBe('une quinzaine incomplète');
    expect(inPeriods('le volume du mois', '4-4-5', 'fr')).toBe('le volume de la période');
    expect(inPeriods("the month's volume, in months", 'halfMonth', 'en')).toBe(
      "the half-month's volume, in half-months",
    );
    expect(inPeriods('the month’s volume', '4-4-5', 'en')).toBe('the period’s volume');
  });
});
