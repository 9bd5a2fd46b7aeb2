import { dayNames, type DayName, type DayRule } from '#domain/calendar/wall-clock.js';
import { minorUnitOf } from '#domain/money/currencies.js';
import { Decimal } from '#domain/money/money.js';
import type { PeriodUnit } from '#domain/period/rhythm.js';
import { zoneOf } from '#domain/period/zone.js';
import type { Lang, Phrase } from './lang.js';
import { inPeriods } from './period-words.js';

export { languages, type Lang, type Phrase } from './lang.js';

/** Texts, numbers, durations and dates in one language. */
export interface Wording {
  readonly lang: Lang;
  /** The text of the language, of a pair: `t('hour', 'heure')`, `t(...names[unit])`. */
  readonly t: (...phrase: Phrase) => string;
  /** The same of a text about the period that an invoice is for: it is written for a month. */
  readonly ofPeriod: (...phrase: Phrase) => string;
  /** By what a contract is invoiced. */
  readonly unit: PeriodUnit;
  /** A decimal text: `12514.82` -> `12,514.82`, `12 514,82`. */
  readonly number: (text: string) => string;
  /** A ratio: `0.05` -> `5 %`. */
  readonly percent: (ratio: string) => string;
  readonly duration: (ms: number) => string;
  /** A local day `2026-03-01` -> `1 March 2026`, `1er mars 2026`. */
  readonly day: (date: string) => string;
  readonly list: (items: readonly string[], by?: 'and' | 'or') => string;
  /** `mon`, `tue`, ... */
  readonly weekday: (name: DayName) => string;
  /** When a rule of days and times holds. */
  readonly when: (rule: DayRule) => string;
}

/** The wording of a contract: with its currency, and the clock of its zone. */
export interface Phrasebook extends Wording {
  readonly money: (amount: string) => string;
  /** An instant by the clock of the contract's zone; at midnight the day alone. */
  readonly instant: (ms: number) => string;
}

/** `unit`: by what the contract is invoiced. */
export function phrasebook(
  lang: Lang,
  currency: string,
  timeZone: string,
  unit: PeriodUnit = 'month',
): Phrasebook {
  const base = wording(lang, unit);
  const { t, number, day } = base;
  return {
    ...base,
    money: (amount) => `${number(withMinorUnit(amount, currency))} ${currency}`,
    instant(ms) {
      const local = new Date(ms + zoneOf(timeZone).offsetAt(ms)).toISOString();
      const time = local.slice(11, 16);
      const date = day(local.slice(0, 10));
      return time === '00:00' ? date : `${date} ${t('at', 'à')} ${time}`;
    },
  };
}

export function wording(lang: Lang, unit: PeriodUnit = 'month'): Wording {
  const t = (...[en, fr]: Phrase): string => (lang === 'en' ? en : fr);
  const number = (text: string): string => numberText(lang, text);
  const day = (date: string): string => dayText(lang, date);
  const list = (items: readonly string[], by: 'and' | 'or' = 'and'): string => {
    const word = by === 'and' ? t('and', 'et') : t('or', 'ou');
    const last = items.at(-1) ?? '';
    return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${word} ${last}`;
  };
  const weekday = (name: DayName): string => dayWords[lang][name];
  return {
    lang,
    t,
    unit,
    ofPeriod: (...phrase) => inPeriods(t(...phrase), unit, lang),
    number,
    percent: (ratio) => percentText(lang, ratio),
    duration: (ms) => durationText(lang, ms),
    day,
    list,
    weekday,
    when: (rule) => whenText(rule, t, (names) => list(names.map(weekday))),
  };
}

/** Amounts and prices have as many decimals as they need, but not fewer than money of the currency has. */
export function withMinorUnit(amount: string, currency: string): string {
  const value = new Decimal(amount);
  return value.toFixed(Math.max(minorUnitOf(currency), value.decimalPlaces()));
}

export function numberText(lang: Lang, text: string): string {
  const [, sign = '', whole = '', fraction] = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text) ?? [];
  if (whole === '') return text;
  const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, lang === 'en' ? ',' : '\u00a0');
  const point = lang === 'en' ? '.' : ',';
  return fraction === undefined ? `${sign}${grouped}` : `${sign}${grouped}${point}${fraction}`;
}

export function percentText(lang: Lang, ratio: string): string {
  return `${numberText(lang, new Decimal(ratio).times(100).toString())}\u00a0%`;
}

const dayMs = 86_400_000;

function durationText(lang: Lang, ms: number): string {
  if (ms % dayMs === 0 && ms >= 2 * dayMs) return `${ms / dayMs} ${lang === 'en' ? 'days' : 'jours'}`;
  const parts = [
    [Math.floor(ms / 3_600_000), 'h'],
    [Math.floor(ms / 60_000) % 60, 'min'],
    [Math.floor(ms / 1000) % 60, 's'],
    [ms % 1000, 'ms'],
  ] as const;
  const said = parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`]));
  return said.length === 0 ? '0 s' : said.join(' ');
}

const months = {
  en: 'January February March April May June July August September October November December'.split(' '),
  fr: 'janvier février mars avril mai juin juillet août septembre octobre novembre décembre'.split(' '),
};

function dayText(lang: Lang, date: string): string {
  const [year = '', month = '', day = ''] = date.split('-');
  const number = Number(day) === 1 && lang === 'fr' ? '1er' : String(Number(day));
  return `${number} ${months[lang][Number(month) - 1] ?? month} ${year}`;
}

const dayWords: Readonly<Record<Lang, Readonly<Record<DayName, string>>>> = {
  en: {
    mon: 'Mondays',
    tue: 'Tuesdays',
    wed: 'Wednesdays',
    thu: 'Thursdays',
    fri: 'Fridays',
    sat: 'Saturdays',
    sun: 'Sundays',
    holiday: 'public holidays',
    siteHoliday: 'public holidays of the site',
  },
  fr: {
    mon: 'les lundis',
    tue: 'les mardis',
    wed: 'les mercredis',
    thu: 'les jeudis',
    fri: 'les vendredis',
    sat: 'les samedis',
    sun: 'les dimanches',
    holiday: 'les jours fériés',
    siteHoliday: 'les jours fériés du site',
  },
};

function whenText(
  { days, times, notOn = [] }: DayRule,
  t: Phrasebook['t'],
  named: (names: readonly DayName[]) => string,
): string {
  const ordered = dayNames.filter((name) => days.includes(name));
  const on = days.length === 0 ? t('every day', 'tous les jours') : t(`on ${named(ordered)}`, named(ordered));
  const but = notOn.length === 0 ? '' : t(`, but not on ${named(notOn)}`, `, sauf ${named(notOn)}`);
  if (times.length === 0) return on + but;
  const ranges = times.map(({ fromMs, toMs }) => `${clock(fromMs)}–${clock(toMs)}`);
  return `${on}, ${ranges.join(t(' and ', ' et '))}${but}`;
}

function clock(ms: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}`;
}
