import { durationText, numberText, percentText, type Lang } from '../phrasebook.js';
import { decodeQuantityKey } from '#domain/metering/quantity-key.js';
import type { Comparison } from '#domain/contract/kpi.js';
import { Decimal } from '#domain/money/money.js';
import type { TraceRow, PricingStep } from '#domain/pricing/trace.js';
import type { RuleId } from '#domain/pricing/calculation-rules.js';
import { inputUnit, type Unit } from './units.js';

/** How a row comes to its result, as a sentence. */
export function sentence(row: TraceRow, of: Unit, lang: Lang, currency: string): string {
  return sentences[row.rule](new Telling(row, of, lang, currency));
}

/** The result of a row; of a question: yes or no. */
export function resultText(row: TraceRow, of: Unit, lang: Lang, currency: string): string {
  if (row.rule !== 'holds' && row.rule !== 'exceeds') return valueText(row.result, of, lang, currency);
  const yes = row.result === '1';
  return lang === 'en' ? (yes ? 'yes' : 'no') : yes ? 'oui' : 'non';
}

export function stepText(step: PricingStep, lang: Lang): string {
  return steps[step][lang];
}

const steps: Readonly<Record<PricingStep, Readonly<Record<Lang, string>>>> = {
  measure: { en: 'counted', fr: 'compté' },
  increment: { en: 'increment', fr: 'palier de temps' },
  cap: { en: 'cap', fr: 'plafond' },
  price: { en: 'price', fr: 'prix' },
  line: { en: 'line', fr: 'ligne' },
  corridor: { en: 'volume', fr: 'volume' },
  gate: { en: 'condition', fr: 'condition' },
  kpi: { en: 'indicator', fr: 'indicateur' },
  adjustment: { en: 'bonus, malus', fr: 'bonus, malus' },
  kpiCap: { en: 'cap', fr: 'plafond' },
  overallCap: { en: 'cap of all malus', fr: 'plafond des malus' },
  limit: { en: 'month', fr: 'mois' },
  rounding: { en: 'rounding', fr: 'arrondi' },
  total: { en: 'total', fr: 'total' },
  vat: { en: 'VAT', fr: 'TVA' },
};

/** The most decimals that are shown; the event holds all of them. */
const decimals = 8;

function valueText(value: string, unit: Unit, lang: Lang, currency: string): string {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return value;
  const short = new Decimal(value).toDecimalPlaces(decimals, Decimal.ROUND_DOWN);
  const more = short.equals(value) ? '' : '…';
  switch (unit) {
    case 'ms':
      return value.includes('.') ? `${numberText(lang, value)} ms` : timeText(Number(value), lang);
    case 's':
      return `${numberText(lang, short.toString())}${more} s`;
    case 'money':
      return `${numberText(lang, short.toFixed(Math.max(2, short.decimalPlaces())))}${more} ${currency}`;
    case 'ratio':
      return `${percentText(lang, short.toString())}${more}`;
    case 'percent':
      return percentText(lang, short.div(100).toString());
    case 'count':
    case 'number':
      return `${numberText(lang, short.toString())}${more}`;
  }
}

function timeText(ms: number, lang: Lang): string {
  return ms < 0 ? `-${durationText(lang, -ms)}` : durationText(lang, ms);
}

/** The inputs of one row, said in a language. */
class Telling {
  constructor(
    readonly row: TraceRow,
    readonly of: Unit,
    readonly lang: Lang,
    readonly currency: string,
  ) {}

  t(en: string, fr: string): string {
    return this.lang === 'en' ? en : fr;
  }

  has(name: string): boolean {
    return name in this.row.inputs;
  }

  /** An input with its unit and, where it has one, the row it comes from. */
  v(name: string): string {
    const input = this.row.inputs[name];
    if (input === undefined) return '?';
    const value = typeof input === 'string' ? input : input.value;
    const text = valueText(value, inputUnit(this.row, name, this.of), this.lang, this.currency);
    return typeof input === 'string' ? text : `${text} (${input.row})`;
  }

  raw(name: string): string {
    const input = this.row.inputs[name];
    return typeof input === 'string' ? input : (input?.value ?? '');
  }

  names(prefix = ''): string[] {
    return Object.keys(this.row.inputs).filter((name) => name.startsWith(prefix));
  }

  /** Inputs that are added up: rows by their number, sums of the book by what they are. */
  terms(names: readonly string[]): string {
    if (names.length === 0) return this.t('nothing', 'rien');
    return names
      .map((name) => {
        const told = /^(was\.)?r\d+$/.test(name);
        return told ? this.v(name) : `${keyText(name, this.lang)}${this.t(':', ' :')} ${this.v(name)}`;
      })
      .join(' + ');
  }

  fraction(): string {
    const [n, d] = [this.raw('numerator'), this.raw('denominator')];
    const value = new Decimal(d).isZero() ? null : new Decimal(n).div(d);
    const quotient = value === null ? '' : ` = ${valueText(value.toString(), 'number', this.lang, '')}`;
    return `${this.v('numerator')} / ${this.v('denominator')}${quotient}`;
  }

  list(prefix: string): string {
    return this.names(prefix)
      .map((name) => `${name}${this.t(':', ' :')} ${this.v(name)}`)
      .join(', ');
  }
}

const sentences: Readonly<Record<RuleId, (told: Telling) => string>> = {
  sum: (told) => told.terms(told.names()),
  difference: (told) => `${told.v('value')} − ${told.v('less')}`,
  product: (told) => `${told.v('value')} × ${told.v('times')}`,
  atMost: (told) =>
    told.t(`${told.v('value')}, at most ${told.v('most')}`, `${told.v('value')}, au plus ${told.v('most')}`),
  atLeast: (told) =>
    told.t(
      `${told.v('value')}, at least ${told.v('least')}`,
      `${told.v('value')}, au moins ${told.v('least')}`,
    ),
  increment: (told) =>
    told.t(
      `${told.v('value')}: the first ${told.v('first')} whole, then started steps of ${told.v('step')}`,
      `${told.v('value')} : ${told.v('first')} pour commencer, puis par tranche entamée de ${told.v('step')}`,
    ),
  cappedShare: (told) =>
    told.t(
      `its part: ${told.v('part')} × ${told.v('capped')} / ${told.v('whole')}, rounded down`,
      `sa part : ${told.v('part')} × ${told.v('capped')} / ${told.v('whole')}, arrondi vers le bas`,
    ),
  amount: (told) =>
    told.raw('per') === '1'
      ? `${told.v('quantity')} × ${told.v('price')}`
      : told.t(
          `${told.v('quantity')} × ${told.v('price')} per ${told.v('per')}`,
          `${told.v('quantity')} × ${told.v('price')} par ${told.v('per')}`,
        ),
  surcharge: (told) => `${told.v('price')} + ${told.v('surcharge')}`,
  bandHighest: (told) =>
    told.t(`the dearest of ${told.list('band ')}`, `la plus chère de ${told.list('band ')}`),
  bandSum: (told) =>
    told.t(
      `${told.v('price')} with all surcharges: ${told.list('band ')}`,
      `${told.v('price')} avec toutes les majorations : ${told.list('band ')}`,
    ),
  bandMultiply: (told) =>
    told.t(
      `${told.v('price')} with one surcharge upon the other: ${told.list('band ')}`,
      `${told.v('price')} avec les majorations l'une sur l'autre : ${told.list('band ')}`,
    ),
  slice: (told) => {
    const to = told.has('to') ? told.t(`, up to ${told.v('to')}`, `, jusqu'à ${told.v('to')}`) : '';
    return told.t(
      `of ${told.v('quantity')} after ${told.v('after')}: what lies above ${told.v('from')}${to}`,
      `de ${told.v('quantity')} après ${told.v('after')} : ce qui dépasse ${told.v('from')}${to}`,
    );
  },
  stepPrice: (told) =>
    told.t(
      `the price of the step that ${told.v('volume')} reaches: ${stepList(told)}`,
      `le prix du palier que ${told.v('volume')} atteint : ${stepList(told)}`,
    ),
  packages: (told) =>
    told.t(
      `started packages of ${told.v('size')} in ${told.v('quantity')}`,
      `lots entamés de ${told.v('size')} dans ${told.v('quantity')}`,
    ),
  indexRatio: (told) => {
    const moved = `${told.v('current')} × ${told.v('splice')} / ${told.v('base')}`;
    const fixed = told.raw('fixedShare') === '0' ? moved : `${told.v('fixedShare')} + … × ${moved}`;
    const bounds = told.names().filter((name) => ['decimals', 'floor', 'ceiling'].includes(name));
    return [fixed, ...bounds.map((name) => `${boundWords[name]?.[told.lang] ?? name} ${told.v(name)}`)].join(
      ', ',
    );
  },
  indexedPrice: (told) => {
    const rounded = told.has('decimals')
      ? told.t(`, ${told.v('decimals')} decimals`, `, ${told.v('decimals')} décimales`)
      : '';
    return `${told.v('price')} × ${told.v('ratio')}${rounded}`;
  },
  shortBy: (told) =>
    told.t(
      `what ${told.v('value')} lacks to ${told.v('least')}`,
      `ce qui manque à ${told.v('value')} pour atteindre ${told.v('least')}`,
    ),
  kpiSum: (told) => `${told.raw('definition')}${told.t(':', ' :')} ${told.terms(told.names('kpi/'))}`,
  holds: (told) => `${told.fraction()} ${signs[told.raw('op') as Comparison]} ${told.v('value')}`,
  taken: (told) =>
    told.has('sample')
      ? told.t(
          `taken as ${told.v('value')}: ${told.v('sample')} counted, ${told.v('minSample')} needed`,
          `réputé ${told.v('value')} : ${told.v('sample')} en base, ${told.v('minSample')} requis`,
        )
      : told.t(`taken as ${told.v('value')}`, `réputé ${told.v('value')}`),
  stepRate: (told) => {
    const points = told.names('rate ').map((name) => {
      const point = name.slice('rate '.length);
      return `${signs[told.raw(`op ${point}`) as Comparison]} ${told.v(`value ${point}`)}: ${told.v(name)}`;
    });
    return told.t(
      `${told.fraction()}; the first that holds of ${points.join(', ')}`,
      `${told.fraction()} ; le premier vérifié de ${points.join(', ')}`,
    );
  },
  linearRate: (told) =>
    told.t(
      `${told.fraction()}, on the line from ${told.v('fromRate')} at ${told.v('from')} to ` +
        `${told.v('toRate')} at ${told.v('to')}`,
      `${told.fraction()}, sur la droite de ${told.v('fromRate')} à ${told.v('from')} jusqu'à ` +
        `${told.v('toRate')} à ${told.v('to')}`,
    ),
  pointRate: (told) => {
    const side =
      told.raw('beyond') === 'above' ? told.t('above', 'au-dessus de') : told.t('below', 'en dessous de');
    const counted = countWords[told.raw('count')]?.[told.lang] ?? '';
    return told.t(
      `${told.fraction()}: ${told.v('rate')} for ${counted} ${told.v('size')} ${side} ${told.v('from')}`,
      `${told.fraction()} : ${told.v('rate')} pour ${counted} ${told.v('size')} ${side} ${told.v('from')}`,
    );
  },
  firstRate: (told) =>
    told.t(`the first that is not 0 of ${told.list('rate ')}`, `le premier non nul de ${told.list('rate ')}`),
  exceeds: (told) => `${told.v('value')} > ${told.v('most')}`,
  waivedRate: (told) =>
    told.t(
      `${told.v('rate')}, ${told.raw('waived') === '0' ? 'not waived' : 'a malus is waived'} by ` +
        `${told.raw('waiver')} (${told.raw('proof')})`,
      `${told.v('rate')}, ${told.raw('waived') === '0' ? 'non exonéré' : 'malus exonéré'} par ` +
        `${told.raw('waiver')} (${told.raw('proof')})`,
    ),
  cappedRate: (told) =>
    [
      told.v('rate'),
      ...(told.has('bonus')
        ? [told.t(`bonus at most ${told.v('bonus')}`, `bonus au plus ${told.v('bonus')}`)]
        : []),
      ...(told.has('malus')
        ? [told.t(`malus at most ${told.v('malus')}`, `malus au plus ${told.v('malus')}`)]
        : []),
    ].join(', '),
  scaled: (told) => `${told.v('part')} × ${told.v('capped')} / ${told.v('whole')}`,
  saved: (told) =>
    told.t(
      `what ${told.fraction()} saves against ${told.v('baseline')}, times ${told.v('units')}`,
      `ce que ${told.fraction()} fait gagner par rapport à ${told.v('baseline')}, fois ${told.v('units')}`,
    ),
  round: (told) =>
    told.t(
      `${told.v('value')} to ${told.raw('scale')} decimals, ${modeText(told)}`,
      `${told.v('value')} à ${told.raw('scale')} décimales, ${modeText(told)}`,
    ),
  roundShare: (told) => {
    const own = told.v(`value ${Number(told.raw('index')) + 1}`);
    const others = told.names('value ').length;
    return told.t(
      `${own}, rounded to ${told.raw('scale')} decimals together with the ${others} that share a total, ` +
        modeText(told),
      `${own}, arrondi à ${told.raw('scale')} décimales avec les ${others} qui partagent un total, ` +
        modeText(told),
    );
  },
  tax: (told) =>
    told.t(
      `${told.v('base')} × ${told.v('rate')}, to ${told.raw('scale')} decimals, ${modeText(told)}`,
      `${told.v('base')} × ${told.v('rate')}, à ${told.raw('scale')} décimales, ${modeText(told)}`,
    ),
};

const signs: Readonly<Record<Comparison, string>> = { gt: '>', gte: '≥', lt: '<', lte: '≤' };

type Words = Readonly<Record<string, Readonly<Record<Lang, string>>>>;

const countWords: Words = {
  exact: { en: 'every', fr: 'chaque' },
  full: { en: 'every full', fr: 'chaque tranche pleine de' },
  started: { en: 'every started', fr: 'chaque tranche entamée de' },
};

const boundWords: Words = {
  decimals: { en: 'decimals:', fr: 'décimales :' },
  floor: { en: 'at least', fr: 'au moins' },
  ceiling: { en: 'at most', fr: 'au plus' },
};

const modeWords: Words = {
  halfAwayFromZero: { en: 'halves away from zero', fr: 'les demis loin de zéro' },
  halfEven: { en: 'halves to the even digit', fr: 'les demis vers le chiffre pair' },
  down: { en: 'towards zero', fr: 'vers zéro' },
  up: { en: 'away from zero', fr: 'loin de zéro' },
};

function modeText(told: Telling): string {
  return modeWords[told.raw('mode')]?.[told.lang] ?? told.raw('mode');
}

function stepList(told: Telling): string {
  return told
    .names('price ')
    .map((name) => {
      const upTo = `upTo ${name.slice('price '.length)}`;
      return told.has(upTo)
        ? told.t(`up to ${told.v(upTo)}: ${told.v(name)}`, `jusqu'à ${told.v(upTo)} : ${told.v(name)}`)
        : told.t(`beyond: ${told.v(name)}`, `au-delà : ${told.v(name)}`);
    })
    .join(', ');
}

/** What a sum of the book is, in words; anything else by its own name. */
function keyText(key: string, lang: Lang): string {
  const t = (en: string, fr: string): string => (lang === 'en' ? en : fr);
  if (!/^(line|measure|kpi|forecast)\//.test(key)) return otherNames(key, lang);
  const cell = decodeQuantityKey(key);
  if (cell.subject === 'forecast') return t(`forecast ${cell.id}`, `prévision ${cell.id}`);
  const place = [
    ...(cell.window === null ? [] : [cell.window]),
    ...(cell.version === 1 ? [] : [`version ${cell.version}`]),
  ];
  switch (cell.subject) {
    case 'line': {
      const where = [...cell.bands, ...(cell.rate === null ? [] : [cell.rate]), ...place];
      return [`${t('line', 'ligne')} ${cell.id}`, ...where].join(', ');
    }
    case 'measure':
      return [`${t('measure', 'mesure')} ${cell.id}`, ...place].join(', ');
    case 'kpi': {
      const part = cell.part === 'n' ? t('numerator', 'numérateur') : t('denominator', 'dénominateur');
      return [`${cell.id}, ${part}`, ...place].join(', ');
    }
  }
}

function otherNames(name: string, lang: Lang): string {
  const words: Words = {
    days: { en: 'days of the calendar', fr: 'jours du calendrier' },
    months: { en: 'months', fr: 'mois' },
  };
  const calendar = /^calendar\/([^/]+)\/(.+)$/.exec(name);
  if (calendar !== null) {
    const bands = calendar[2] === '-' ? '' : `, ${calendar[2]?.replaceAll('+', ', ')}`;
    return `${lang === 'en' ? 'calendar' : 'calendrier'}, ${calendar[1]}${bands}`;
  }
  return words[name]?.[lang] ?? name;
}
