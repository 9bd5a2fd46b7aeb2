import type { Comparison } from '#domain/contract/kpi.js';
import type { RuleId } from '#domain/pricing/calculation-rules.js';
import type { PricingStep, TraceRow } from '#domain/pricing/trace.js';
import { kpiTypeNames } from '../kpi-words.js';
import type { Phrase, Wording } from '../phrasebook.js';
import { TraceFormatter, valueText } from './trace-formatter.js';
import type { Unit } from './units.js';

/** How a row comes to its result, as a sentence. */
export function sentence(
  row: TraceRow,
  unit: Unit,
  wording: Wording,
  currency: string,
  rows?: ReadonlyMap<string, TraceRow>,
): string {
  return sentences[row.rule](new TraceFormatter(row, unit, wording, currency, rows));
}

/** The result of a row; of a question: yes or no. */
export function resultText(row: TraceRow, unit: Unit, wording: Wording, currency: string): string {
  if (!isQuestion(row)) return valueText(row.result, unit, wording, currency);
  return yesOrNo(row.result, wording);
}

/** Whether a condition holds, or counts as if it did. */
function isQuestion({ rule, step }: TraceRow): boolean {
  return rule === 'holds' || rule === 'exceeds' || (rule === 'taken' && step === 'gate');
}

function yesOrNo(result: string, { t }: Wording): string {
  return result === '1' ? t('yes', 'oui') : t('no', 'non');
}

export function stepText(step: PricingStep, { ofPeriod }: Wording): string {
  return ofPeriod(...steps[step]);
}

const steps: Readonly<Record<PricingStep, Phrase>> = {
  measure: ['counted', 'compté'],
  increment: ['increment', 'palier de temps'],
  cap: ['cap', 'plafond'],
  price: ['price', 'prix'],
  line: ['line', 'ligne'],
  corridor: ['volume', 'volume'],
  gate: ['condition', 'condition'],
  kpi: ['KPI', 'indicateur'],
  bonusMalus: ['bonus, malus', 'bonus, malus'],
  kpiCap: ['cap', 'plafond'],
  overallCap: ['cap of all malus', 'plafond des malus'],
  limit: ['month', 'mois'],
  discount: ['discount', 'remise'],
  commitment: ['commitment', 'engagement'],
  credit: ['credit', 'avoir'],
  rounding: ['rounding', 'arrondi'],
  carried: ['other period', 'autre période'],
  total: ['total', 'total'],
  vat: ['VAT', 'TVA'],
  payment: ['payment', 'paiement'],
};

/** Each calculation rule as a sentence. A new rule is one entry here. */
const sentences: Readonly<Record<RuleId, (row: TraceFormatter) => string>> = {
  sum: (row) => row.terms(row.names()),
  countedOnce: (row) => {
    const [counted, taken] = [row.terms(row.names('line/')), row.terms(row.names('clock/'))];
    return row.t(
      `${counted}, each second of a person once; claimed at the same time by other work of the same person and not counted again: ${taken}`,
      `${counted}, chaque seconde d'une personne une seule fois ; revendiqué au même moment par un autre travail de la même personne et non compté à nouveau : ${taken}`,
    );
  },
  difference: (row) => `${row.v('value')} − ${row.v('less')}`,
  product: (row) => {
    if (row.row.step !== 'gate') return `${row.v('value')} × ${row.v('times')}`;
    const input = row.row.inputs['times'];
    const id = input === undefined || typeof input === 'string' ? '' : ` (${input.row})`;
    return row.raw('times') === '1'
      ? row.t(
          `${row.v('value')}, the condition holds${id}`,
          `${row.v('value')}, la condition est remplie${id}`,
        )
      : row.t(`nothing, the condition does not hold${id}`, `rien, la condition n'est pas remplie${id}`);
  },
  atMost: (row) =>
    row.t(`${row.v('value')}, at most ${row.v('most')}`, `${row.v('value')}, au plus ${row.v('most')}`),
  atLeast: (row) =>
    row.t(`${row.v('value')}, at least ${row.v('least')}`, `${row.v('value')}, au moins ${row.v('least')}`),
  increment: (row) =>
    row.t(
      `${row.v('value')}: the first ${row.v('first')} whole, then started steps of ${row.v('step')}`,
      `${row.v('value')} : ${row.v('first')} pour commencer, puis par tranche entamée de ${row.v('step')}`,
    ),
  cappedShare: (row) =>
    row.t(
      `its part: ${row.v('part')} × ${row.v('capped')} / ${row.v('whole')}, rounded down`,
      `sa part : ${row.v('part')} × ${row.v('capped')} / ${row.v('whole')}, arrondi vers le bas`,
    ),
  proratedUnits: (row) =>
    row.t(
      `${row.v('value')} × ${row.raw('days')} / ${row.raw('of')} days, in whole units`,
      `${row.v('value')} × ${row.raw('days')} / ${row.raw('of')} jours, en unités entières`,
    ),
  prorated: (row) =>
    row.t(
      `${row.v('value')} × ${row.raw('days')} / ${row.raw('of')} days`,
      `${row.v('value')} × ${row.raw('days')} / ${row.raw('of')} jours`,
    ),
  amount: (row) => {
    const spans = row.calendarUnit('quantity');
    const quantity = spans === null ? row.v('quantity') : `${row.v('quantity')} ${row.t(...spans)}`;
    if (row.raw('per') === '1') {
      const each = spans === null ? row.t('each', 'l’unité') : row.t('a month', 'par mois');
      return `${quantity} × ${row.v('price')} ${each}`;
    }
    if (row.has('hoursPerFte')) {
      const hours = row.wording.number(row.raw('hoursPerFte'));
      return row.t(
        `${quantity} × ${row.v('price')} per FTE of ${hours} h`,
        `${quantity} × ${row.v('price')} par ETP de ${hours} h`,
      );
    }
    const per = spans === null ? row.v('per') : `${row.v('per')} ${row.t(...spans)}`;
    return row.t(`${quantity} × ${row.v('price')} per ${per}`, `${quantity} × ${row.v('price')} par ${per}`);
  },
  surcharge: (row) => `${row.v('price')} + ${row.v('surcharge')}`,
  bandHighest: (row) => row.t(`the highest price of ${bands(row)}`, `la plus chère de ${bands(row)}`),
  bandSum: (row) =>
    row.t(
      `${row.v('price')} with all surcharges: ${bands(row)}`,
      `${row.v('price')} avec toutes les majorations : ${bands(row)}`,
    ),
  bandMultiply: (row) =>
    row.t(
      `${row.v('price')} with one surcharge upon the other: ${bands(row)}`,
      `${row.v('price')} avec les majorations l'une sur l'autre : ${bands(row)}`,
    ),
  slice: (row) => {
    const to = row.has('to') ? row.t(`, up to ${row.v('to')}`, `, jusqu'à ${row.v('to')}`) : '';
    const isFirst = row.raw('after') === '0';
    const quantity = isFirst
      ? row.v('quantity')
      : row.t(
          `${row.v('quantity')} that follow the first ${row.v('after')}`,
          `${row.v('quantity')} qui suivent les ${row.v('after')} premiers`,
        );
    return row.t(
      `of ${quantity}: what lies above ${row.v('from')}${to}`,
      `de ${quantity} : ce qui dépasse ${row.v('from')}${to}`,
    );
  },
  stepPrice: (row) =>
    row.t(
      `the price of the step that ${row.v('volume')} reaches: ${stepList(row)}`,
      `le prix du palier que ${row.v('volume')} atteint : ${stepList(row)}`,
    ),
  packages: (row) =>
    row.t(
      `started packages of ${row.v('size')} in ${row.v('quantity')}`,
      `lots entamés de ${row.v('size')} dans ${row.v('quantity')}`,
    ),
  indexRatio: (row) => {
    const indexRatio = `${row.v('current')} × ${row.v('splice')} / ${row.v('base')}`;
    const fixed = row.raw('fixedShare') === '0' ? indexRatio : `${row.v('fixedShare')} + … × ${indexRatio}`;
    const bounds = row.names().filter((name) => ['decimals', 'floor', 'ceiling'].includes(name));
    return [fixed, ...bounds.map((name) => `${phraseText(row, boundWords[name], name)} ${row.v(name)}`)].join(
      ', ',
    );
  },
  indexedPrice: (row) => {
    const rounded = row.has('decimals')
      ? row.t(`, ${row.v('decimals')} decimals`, `, ${row.v('decimals')} décimales`)
      : '';
    return `${row.v('price')} × ${row.v('ratio')}${rounded}`;
  },
  shortBy: (row) =>
    row.t(
      `shortfall of ${row.v('value')} to ${row.v('least')}`,
      `ce qui manque à ${row.v('value')} pour atteindre ${row.v('least')}`,
    ),
  kpiSum: (row) => `${definitionText(row)}${row.t(':', ' :')} ${row.terms(row.names('kpi/'))}`,
  holds: (row) => `${row.fraction()} ${signs[row.raw('op') as Comparison]} ${row.v('value')}`,
  taken: (row) =>
    row.row.step === 'gate'
      ? row.t(
          `${row.v('sample')} counted, ${row.v('minSample')} needed: without data the condition has no effect`,
          `${row.v('sample')} en base, ${row.v('minSample')} requis : sans données, la condition est sans effet`,
        )
      : row.has('sample')
        ? row.t(
            `taken as ${row.v('value')}: ${row.v('sample')} counted, ${row.v('minSample')} needed`,
            `réputé ${row.v('value')} : ${row.v('sample')} en base, ${row.v('minSample')} requis`,
          )
        : row.t(`taken as ${row.v('value')}`, `réputé ${row.v('value')}`),
  stepRate: (row) => {
    const points = row.names('rate ').map((name) => {
      const point = name.slice('rate '.length);
      return `${signs[row.raw(`op ${point}`) as Comparison]} ${row.v(`value ${point}`)}: ${row.v(name)}`;
    });
    return row.t(
      `${row.fraction()}; the first that holds of ${points.join(', ')}`,
      `${row.fraction()} ; le premier vérifié de ${points.join(', ')}`,
    );
  },
  linearRate: (row) =>
    row.t(
      `${row.fraction()}, on the line from ${row.v('fromRate')} at ${row.v('from')} to ` +
        `${row.v('toRate')} at ${row.v('to')}`,
      `${row.fraction()}, sur la droite de ${row.v('fromRate')} à ${row.v('from')} jusqu'à ` +
        `${row.v('toRate')} à ${row.v('to')}`,
    ),
  pointRate: (row) => {
    const side =
      row.raw('beyond') === 'above' ? row.t('above', 'au-dessus de') : row.t('below', 'en dessous de');
    const counted = phraseText(row, countWords[row.raw('count')], '');
    return row.t(
      `${row.fraction()}: ${row.v('rate')} for ${counted} ${row.v('size')} ${side} ${row.v('from')}`,
      `${row.fraction()} : ${row.v('rate')} pour ${counted} ${row.v('size')} ${side} ${row.v('from')}`,
    );
  },
  firstRate: (row) =>
    row.t(`the first that is not 0 of ${rateList(row)}`, `le premier non nul de ${rateList(row)}`),
  monthsInARow: (row) => {
    const before = row.names().map((name) => row.v(name));
    return before.length === 0
      ? row.wording.ofPeriod('the first month', 'le premier mois')
      : row.wording.ofPeriod(
          `consecutive months with a malus: this one, and before it, the latest first, ${before.join(', ')}`,
          `mois consécutifs avec malus : celui-ci et, avant lui, du plus récent au plus ancien, ${before.join(', ')}`,
        );
  },
  escalated: (row) =>
    row.wording.ofPeriod(
      `${row.v('rate')}, month ${row.v('months')} in a row: ${row.list('times ', ['month', 'mois'])}`,
      `${row.v('rate')}, mois n° ${row.v('months')} de suite : ${row.list('times ', ['month', 'mois'])}`,
    ),
  exceeds: (row) => `${row.v('value')} > ${row.v('most')}`,
  waivedRate: (row) =>
    row.t(
      `${row.v('rate')}, ${row.raw('waived') === '0' ? 'not waived' : 'a malus is waived'} by ` +
        `${row.raw('waiver')} (${row.raw('proof')})`,
      `${row.v('rate')}, ${row.raw('waived') === '0' ? 'non exonéré' : 'malus exonéré'} par ` +
        `${row.raw('waiver')} (${row.raw('proof')})`,
    ),
  cappedRate: (row) =>
    [
      row.v('rate'),
      ...(row.has('bonus')
        ? [row.t(`bonus at most ${row.v('bonus')}`, `bonus au plus ${row.v('bonus')}`)]
        : []),
      ...(row.has('malus')
        ? [row.t(`malus at most ${row.v('malus')}`, `malus au plus ${row.v('malus')}`)]
        : []),
    ].join(', '),
  scaled: (row) => `${row.v('part')} × ${row.v('capped')} / ${row.v('whole')}`,
  saved: (row) =>
    row.t(
      `what ${row.fraction()} saves against ${row.v('baseline')}, times ${row.v('units')}`,
      `ce que ${row.fraction()} fait gagner par rapport à ${row.v('baseline')}, fois ${row.v('units')}`,
    ),
  rebate: (row) => {
    const steps = stepsOfRebate(row);
    const measured =
      row.raw('measured') === row.raw('base')
        ? ''
        : row.t(` at ${row.v('measured')}`, ` pour ${row.v('measured')}`);
    return row.raw('appliesTo') === 'excess'
      ? row.t(
          `on ${row.v('base')}, each rate on what lies above its step: ${steps}`,
          `sur ${row.v('base')}, chaque taux sur ce qui dépasse son palier : ${steps}`,
        )
      : row.t(
          `on ${row.v('base')}${measured}, by the last step that is passed: ${steps}`,
          `sur ${row.v('base')}${measured}, selon le dernier palier franchi : ${steps}`,
        );
  },
  round: (row) =>
    row.t(
      `${row.v('value')} to ${row.raw('scale')} decimals, ${modeText(row)}`,
      `${row.v('value')} à ${row.raw('scale')} décimales, ${modeText(row)}`,
    ),
  roundShare: (row) => {
    const own = row.v(`value ${Number(row.raw('index')) + 1}`);
    const others = row.names('value ').length;
    return row.t(
      `${own}, rounded to ${row.raw('scale')} decimals together with the ${others} that share a total, ` +
        modeText(row),
      `${own}, arrondi à ${row.raw('scale')} décimales avec les ${others} qui partagent un total, ` +
        modeText(row),
    );
  },
  tax: (row) =>
    row.t(
      `${row.v('base')} × ${row.v('rate')}, to ${row.raw('scale')} decimals, ${modeText(row)}`,
      `${row.v('base')} × ${row.v('rate')}, à ${row.raw('scale')} décimales, ${modeText(row)}`,
    ),
};

const signs: Readonly<Record<Comparison, string>> = { gt: '>', gte: '≥', lt: '<', lte: '≤' };

type Phrases = Readonly<Record<string, Phrase>>;

const countWords: Phrases = {
  exact: ['every', 'chaque'],
  full: ['every full', 'chaque tranche pleine de'],
  started: ['every started', 'chaque tranche entamée de'],
};

const boundWords: Phrases = {
  decimals: ['decimals:', 'décimales :'],
  floor: ['at least', 'au moins'],
  ceiling: ['at most', 'au plus'],
};

const modeWords: Phrases = {
  halfAwayFromZero: ['halves away from zero', 'les demis loin de zéro'],
  halfEven: ['halves to the even digit', 'les demis vers le chiffre pair'],
  down: ['towards zero', 'vers zéro'],
  up: ['away from zero', 'loin de zéro'],
};

function phraseText({ t }: TraceFormatter, phrase: Phrase | undefined, otherwise: string): string {
  return phrase === undefined ? otherwise : t(...phrase);
}

function modeText(row: TraceFormatter): string {
  return phraseText(row, modeWords[row.raw('mode')], row.raw('mode'));
}

function bands(row: TraceFormatter): string {
  return row.list('band ', ['band', 'plage']);
}

function rateList(row: TraceFormatter): string {
  return row.list('rate ', ['rate', 'taux']);
}

/** `serviceLevel version 1` as people say it. */
function definitionText(row: TraceFormatter): string {
  const [type = '', , version = ''] = row.raw('definition').split(' ');
  const name = (kpiTypeNames as Phrases)[type];
  if (name === undefined) return row.raw('definition');
  return row.t(`${name[0]} (definition ${version})`, `${name[1]} (définition ${version})`);
}

/** `above 10 000.00 EUR: 2 %`, for every step of a discount. */
function stepsOfRebate(row: TraceFormatter): string {
  const steps = row.names().flatMap((name) => /^(?:rate|amount) (\d+)$/.exec(name)?.[1] ?? []);
  return steps
    .map((step) => {
      const gives = row.v(row.has(`rate ${step}`) ? `rate ${step}` : `amount ${step}`);
      if (row.has(`above ${step}`)) {
        const bound = row.v(`above ${step}`);
        return row.t(`above ${bound}: ${gives}`, `au-delà de ${bound} : ${gives}`);
      }
      if (!row.has(`atLeast ${step}`)) return gives;
      const bound = row.v(`atLeast ${step}`);
      return row.t(`from ${bound} on: ${gives}`, `à partir de ${bound} : ${gives}`);
    })
    .join(', ');
}

function stepList(row: TraceFormatter): string {
  return row
    .names('price ')
    .map((name) => {
      const upTo = `upTo ${name.slice('price '.length)}`;
      return row.has(upTo)
        ? row.t(`up to ${row.v(upTo)}: ${row.v(name)}`, `jusqu'à ${row.v(upTo)} : ${row.v(name)}`)
        : row.t(`beyond: ${row.v(name)}`, `au-delà : ${row.v(name)}`);
    })
    .join(', ');
}
