import type { PeriodUnit, Weekday } from '#domain/period/rhythm.js';
import type { Lang, Phrase } from './lang.js';

/** How a period of a contract is called, one and several. */
export const periodNames: Readonly<Record<PeriodUnit, Phrase>> = {
  month: ['month', 'mois'],
  halfMonth: ['half-month', 'quinzaine'],
  week: ['week', 'semaine'],
  quarter: ['quarter', 'trimestre'],
  year: ['year', 'exercice'],
  '4-4-5': ['period', 'période'],
};

export const weekdayNames: Readonly<Record<Weekday, Phrase>> = {
  monday: ['Monday', 'lundi'],
  tuesday: ['Tuesday', 'mardi'],
  wednesday: ['Wednesday', 'mercredi'],
  thursday: ['Thursday', 'jeudi'],
  friday: ['Friday', 'vendredi'],
  saturday: ['Saturday', 'samedi'],
  sunday: ['Sunday', 'dimanche'],
};

/** Those whose French noun is. */
export const feminine: ReadonlySet<PeriodUnit> = new Set(['halfMonth', 'week', '4-4-5']);

/** Of a name such as `2026-W10`. */
export function unitOfPeriod(name: string): PeriodUnit {
  if (name.includes('-W')) return 'week';
  if (name.includes('-H')) return 'halfMonth';
  if (name.includes('-Q')) return 'quarter';
  if (name.includes('-P')) return '4-4-5';
  return name.includes('-') ? 'month' : 'year';
}

/**
 * A text of a contract that is written for months, as it reads in a contract that is invoiced otherwise. Only
 * for texts without names that people gave.
 */
export function inPeriods(text: string, unit: PeriodUnit, lang: Lang): string {
  if (unit === 'month') return text;
  const [en, fr] = periodNames[unit];
  if (lang === 'en') return text.replaceAll(/\bmonth(s?)\b/g, `${en}$1`);
  if (unit === 'year') return elided(text);
  return feminine.has(unit) ? inFeminine(text, fr) : inMasculine(text, fr);
}

function inMasculine(text: string, noun: string): string {
  return text
    .replaceAll('volume mensuel', `volume du ${noun}`)
    .replaceAll(plural, `$1${noun}s`)
    .replaceAll(/\bmois\b/g, noun);
}

function elided(text: string): string {
  const articles: [RegExp, string][] = [
    [/volume mensuel/g, "volume de l'exercice"],
    [plural, '$1exercices'],
    [/\bdu mois\b/g, "de l'exercice"],
    [/\bau mois\b/g, "à l'exercice"],
    [/\ble mois\b/g, "l'exercice"],
    [/\bce mois\b/g, 'cet exercice'],
    [/\bde mois\b/g, "d'exercice"],
    [/\bmois\b/g, 'exercice'],
  ];
  return articles.reduce((said, [form, by]) => said.replaceAll(form, by), text);
}

/** Where several months are meant: after these words. */
const plural = /\b((?:plusieurs|des|ses|chacun des \S+) )mois\b/g;

function inFeminine(text: string, noun: string): string {
  const agreeing: [RegExp, string][] = [
    [/volume mensuel/g, `volume du mois`],
    [
      /\bmois consécutifs avec malus : celui-ci et, avant lui, du plus récent au plus ancien\b/g,
      `${noun}s consécutives avec malus : celle-ci et, avant elle, de la plus récente à la plus ancienne`,
    ],
    [/\bchacun des (\S+) mois suivants\b/g, `chacune des $1 ${noun}s suivantes`],
    [/\btous ses mois\b/g, `toutes ses ${noun}s`],
    [/\ble dernier de ses mois\b/g, `la dernière de ses ${noun}s`],
    [plural, `$1${noun}s`],
    [/\ble premier mois\b/g, `la première ${noun}`],
    [/\ble dernier mois\b/g, `la dernière ${noun}`],
    [/\btout mois\b/g, `toute ${noun}`],
    [/\bdu mois\b/g, `de la ${noun}`],
    [/\bau mois\b/g, `à la ${noun}`],
    [/\ble mois\b/g, `la ${noun}`],
    [/\bce mois\b/g, `cette ${noun}`],
    [/\bun mois\b/g, `une ${noun}`],
    [/\bmois\b/g, noun],
    [new RegExp(`\\b${noun} incomplet`, 'g'), `${noun} incomplète`],
    [new RegExp(`\\b${noun} précédent`, 'g'), `${noun} précédente`],
    [new RegExp(`\\b${noun} touché`, 'g'), `${noun} touchée`],
    [new RegExp(`\\b${noun} non jugé (.*)comme tenu\\b`, 'g'), `${noun} non jugée $1comme tenue`],
    [new RegExp(`\\b${noun} qui le dépasse est signalé`, 'g'), `${noun} qui le dépasse est signalée`],
  ];
  return agreeing.reduce((said, [form, by]) => said.replaceAll(form, by), text);
}
