import type { CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { Terms } from '#domain/contract/contract.js';
import type {
  FixedLine,
  GainShareLine,
  Line,
  Proration,
  TimeLine,
  UnitLine,
  Vat,
} from '#domain/contract/line.js';
import { volumeTerms } from '#domain/contract/volume-line.js';
import { Decimal } from '#domain/money/money.js';
import { ofSpanText, overText } from '../commitment-words.js';
import type { Clause } from './document.js';
import { gateText, kpiValueText } from './kpi-words.js';
import { bandItems, indexItems, pricingItems, pricingText, rateItems, timeStepItems } from './prices.js';
import type { Phrase, Phrasebook } from '../phrasebook.js';
import { periodNames } from '../period-words.js';

/** What one line charges. What it depends on (bands, rates, gates) follows as items. */
export function lineClause(line: Line, terms: Terms, speech: Phrasebook): Clause {
  const { t } = speech;
  const named = line.name === line.id ? line.id : `${line.id} (${line.name})`;
  const items = [
    ...priceItems(line, speech),
    ...minimumItems(line, speech),
    ...gateItems(line, terms, speech),
  ];
  const vat = line.vat === null ? [] : [vatText(line.vat, speech)];
  const title = t(`Line ${named}:`, `Ligne ${named} :`);
  return { id: line.id, text: `${title} ${lineText(line, terms, speech)}.`, items: [...items, ...vat] };
}

function minimumItems(line: Line, speech: Phrasebook): string[] {
  const { minimum } = line;
  if (minimum === undefined) return [];
  const { t, ofPeriod, money, number } = speech;
  const { volume, amount, shortfallPrice, proration } = minimum;
  const gated =
    line.payIf === null
      ? []
      : [
          t(
            'the minimum of the line is due on the same condition as the line',
            'le minimum de la ligne est dû à la même condition que la ligne',
          ),
        ];
  if (amount !== null) {
    const inPart =
      proration === 'calendarDays'
        ? ofPeriod(
            'in a month in part, by calendar days',
            'pour un mois incomplet, au prorata des jours calendaires',
          )
        : ofPeriod('in a month in part as well', 'y compris pour un mois incomplet');
    const ofMonth = speech.unit === 'month' ? '' : ` ${byDaysOfMonth(speech)}`;
    return [
      t(
        `the line comes to at least ${money(amount)} a month${ofMonth}, before bonus and malus; ${inPart}`,
        `la ligne s'élève au minimum à ${money(amount)} par mois${ofMonth}, avant bonus et malus ; ${inPart}`,
      ),
      ...gated,
    ];
  }
  const units = line.model === 'time' ? volumeText(volume ?? 0, line, speech) : number(String(volume ?? 0));
  const at =
    shortfallPrice === null
      ? t(
          "as further units of the line, at the line's own price",
          'comme autant d’unités de plus, au prix de la ligne',
        )
      : t(`at ${money(shortfallPrice)} each`, `à ${money(shortfallPrice)} l'unité`);
  return [
    ofPeriod(
      `at least ${units} a month are paid: what is missing is charged ${at}`,
      `au moins ${units} par mois sont payés : ce qui manque est facturé ${at}`,
    ),
    prorationText(proration, speech),
    ...gated,
  ];
}

interface LineText<L> {
  /** What is charged, and at what price. */
  text(line: L, terms: Terms, speech: Phrasebook): string;
  /** What the price depends on, item by item. */
  items?(line: L, speech: Phrasebook): string[];
}

function lineText(line: Line, terms: Terms, speech: Phrasebook): string {
  return (texts[line.model] as LineText<Line>).text(line, terms, speech);
}

function priceItems(line: Line, speech: Phrasebook): string[] {
  return (texts[line.model] as LineText<Line>).items?.(line, speech) ?? [];
}

/** Each charge model in words. A new one is one entry here. */
const texts: { readonly [Model in Line['model']]: LineText<Line & { readonly model: Model }> } = {
  time: {
    text: (line, _, speech) => timeText(line, speech),
    items: (line, speech) => [
      ...timeVolumeItems(line, speech),
      ...bandItems(line.bands, line.stacking, speech),
      ...rateItems(line.rates, speech),
      ...indexItems(line.indexation, speech),
    ],
  },
  perUnit: { text: (line, _, speech) => unitText(line, speech), items: unitItems },
  outcome: {
    text: (line, _, speech) =>
      `${unitText(line, speech)}, ${speech.t('as a result achieved', 'au titre du résultat obtenu')}${speech.t('; ', ' ; ')}` +
      maturityText(line, speech),
    items: unitItems,
  },
  fixed: {
    text: (line, _, speech) => fixedText(line, speech),
    items: (line, speech) => indexItems(line.indexation, speech),
  },
  gainShare: { text: gainShareText },
  oneOff: {
    text: ({ amount, day: date }, _, { t, money, day }) =>
      t(`${money(amount)}, once, on ${day(date)}`, `${money(amount)}, une fois, le ${day(date)}`),
  },
  passThrough: {
    text: ({ measure, markup }, _, { t, percent }) =>
      t(
        `${measure}, charged on at cost plus ${percent(markup)}`,
        `${measure}, refacturé au coût majoré de ${percent(markup)}`,
      ),
  },
};

function timeText(line: TimeLine, speech: Phrasebook): string {
  const { t, money } = speech;
  const { measure, unit, price, tiers } = line;
  const { above } = volumeTerms(line);
  const first = volumeText(above, line, speech);
  const span = spanText(line.over, speech);
  const beyond = above === 0 ? '' : t(` beyond ${first} ${span}`, ` au-delà de ${first} ${span}`);
  const per = t(...timeUnitNames[unit]);
  if (tiers === undefined) {
    return t(
      `${measure}${beyond} at ${money(price)} per ${per}`,
      `${measure}${beyond} à ${money(price)} par ${per}`,
    );
  }
  return `${measure}${beyond}${t(':', ' :')} ${pricingText(tiers, line.over, speech)}`;
}

/** What an FTE is, the steps of time, and how the numbers that are agreed by month are to be read. */
function timeVolumeItems(line: TimeLine, speech: Phrasebook): string[] {
  const { ofPeriod, number } = speech;
  const { tiers, unit, hoursPerFte } = line;
  const { pricing, above, proration } = volumeTerms(line);
  const hours = number(hoursPerFte ?? '');
  const isOrdered = pricing.mode === 'graduated' || above > 0;
  return [
    ...(unit === 'fte'
      ? [
          ofPeriod(
            `an FTE (full-time equivalent) is ${hours} hours of it in a month, parts count as parts`,
            `un ETP (équivalent temps plein) correspond à ${hours} heures dans le mois, les fractions comptent pour ce qu'elles sont`,
          ),
        ]
      : []),
    ...(tiers === undefined ? [] : timeStepItems(tiers, unit, speech)),
    ...(isOrdered ? [orderText(speech, line.over)] : []),
    ...(tiers !== undefined || above > 0 ? [prorationText(proration, speech, line.over)] : []),
  ];
}

/** A number of the units of a line of time. */
function volumeText(value: number, { unit }: Pick<TimeLine, 'unit'>, { t, number }: Phrasebook): string {
  return `${number(String(value))} ${t(...timeUnitCounts[unit])}`;
}

/** What a volume of time is counted in. */
export function timeUnitsText(unit: TimeLine['unit'], { t }: Phrasebook): string {
  return unit === 'fte' ? t('FTE', 'ETP') : `${t(...timeUnitNames[unit])}s`;
}

const timeUnitNames: Readonly<Record<TimeLine['unit'], Phrase>> = {
  hour: ['hour', 'heure'],
  minute: ['minute', 'minute'],
  second: ['second', 'seconde'],
  fte: ['FTE', 'ETP'],
};

const timeUnitCounts: Readonly<Record<TimeLine['unit'], Phrase>> = {
  hour: ['h', 'h'],
  minute: ['min', 'min'],
  second: ['s', 's'],
  fte: ['FTE', 'ETP'],
};

function unitText({ measure, pricing, above, over }: UnitLine, speech: Phrasebook): string {
  const { t, number } = speech;
  const first = number(String(above));
  const span = spanText(over, speech);
  const beyond = above === 0 ? '' : t(` beyond ${first} ${span}`, ` au-delà de ${first} ${span}`);
  const colon = t(':', ' :');
  return `${measure}${beyond}${colon} ${pricingText(pricing, over, speech)}`;
}

function unitItems(line: UnitLine, speech: Phrasebook): string[] {
  const { pricing, bands, stacking, rates, indexation } = line;
  return [
    ...pricingItems(pricing, speech),
    ...volumeItems(line, speech),
    ...bandItems(bands, stacking, speech),
    ...rateItems(rates, speech),
    ...indexItems(indexation, speech),
  ];
}

/** How the numbers that are agreed by month are to be read. */
function volumeItems({ pricing: { mode }, above, proration, over }: UnitLine, speech: Phrasebook): string[] {
  const isOrdered = mode === 'graduated' || mode === 'package' || above > 0;
  const isByMonth = mode === 'graduated' || mode === 'allUnits' || above > 0;
  return [
    ...(isOrdered ? [orderText(speech, over)] : []),
    ...(isByMonth ? [prorationText(proration, speech, over)] : []),
  ];
}

function spanText(over: CommitmentSpan | undefined, speech: Phrasebook): string {
  const { t, ofPeriod } = speech;
  if (over === undefined) return ofPeriod('a month', 'par mois');
  return t(`in ${overText(over, speech)}`, `sur ${overText(over, speech)}`);
}

/** One rule for all that rises with the volume of a month, or of several. */
export function orderText(speech: Phrasebook, over?: CommitmentSpan): string {
  const { ofPeriod } = speech;
  if (over !== undefined) {
    return ofPeriod(
      `units take their places in the volume ${ofSpanText(over, speech)} in order of time, all of its months ` +
        'together, whatever terms price them',
      `les unités prennent rang dans le volume ${ofSpanText(over, speech)} dans l'ordre du temps, tous ses mois ` +
        'ensemble, quelles que soient les clauses qui en fixent le prix',
    );
  }
  return ofPeriod(
    "units take their places in the month's volume in order of time, whatever terms price them",
    "les unités prennent rang dans le volume du mois dans l'ordre du temps, quelles que soient les clauses " +
      'qui en fixent le prix',
  );
}

export function prorationText(
  proration: Proration,
  { t, ofPeriod }: Phrasebook,
  over?: CommitmentSpan,
): string {
  if (over !== undefined) {
    return proration === 'calendarDays'
      ? t(
          'where the contract covers a part of that time these numbers shrink by calendar days, to whole units',
          "si le contrat n'en couvre qu'une partie, ces quantités sont réduites au prorata des jours calendaires, en " +
            'unités entières',
        )
      : t(
          'these numbers are whole even where the contract covers a part of that time',
          "ces quantités restent entières même si le contrat n'en couvre qu'une partie",
        );
  }
  return proration === 'calendarDays'
    ? ofPeriod(
        'in a month in part these numbers shrink by calendar days, to whole units',
        'pour un mois incomplet, ces quantités sont réduites au prorata des jours calendaires, en unités entières',
      )
    : ofPeriod(
        'these numbers are whole in a month in part as well',
        'ces quantités restent entières même pour un mois incomplet',
      );
}

function maturityText({ settleAfter }: UnitLine, { ofPeriod }: Phrasebook): string {
  return settleAfter === 'close'
    ? ofPeriod('settled at the close of the month', 'réglé à la clôture du mois')
    : ofPeriod(
        'settled in the first month that ends after the verdict is final',
        'réglé le premier mois qui se termine après que le verdict est définitif',
      );
}

/** In a contract that is invoiced otherwise, an amount of a month says how a period gets its share. */
function fixedAmountText({ amount, per }: FixedLine, speech: Phrasebook): string {
  const { t, ofPeriod, money, unit } = speech;
  if (per === 'period') return `${money(amount)} ${ofPeriod('a month', 'par mois')}`;
  const month = t(`${money(amount)} a month`, `${money(amount)} par mois`);
  return unit === 'month' ? month : `${month} ${byDaysOfMonth(speech)}`;
}

/** `of the calendar, of which each week has the days of the month that lie in it`. */
export function byDaysOfMonth({ t, unit }: Phrasebook): string {
  const noun = t(...periodNames[unit]);
  return t(
    `of the calendar, of which each ${noun} has the share of those of its days that lie in the month`,
    `civil, dont chaque ${noun} porte la part de ceux de ses jours qui tombent dans le mois`,
  );
}

function fixedText(line: FixedLine, speech: Phrasebook): string {
  const { proration, includes } = line;
  const { t, ofPeriod, number } = speech;
  const unit = includes?.unit;
  const upTo =
    includes === null
      ? ''
      : unit === undefined
        ? number(String(includes.upTo))
        : volumeText(includes.upTo, { unit }, speech);
  return [
    fixedAmountText(line, speech),
    proration === 'calendarDays'
      ? t('prorated by calendar days', 'au prorata des jours calendaires')
      : ofPeriod(
          'never prorated, at the amount that holds last in the month',
          'sans prorata, au dernier montant en vigueur dans le mois',
        ),
    ...(includes === null
      ? []
      : [
          t(
            `including up to ${upTo} of ${includes.measure}`,
            `jusqu'à ${upTo} de ${includes.measure} inclus`,
          ),
        ]),
  ].join(', ');
}

function gainShareText(line: GainShareLine, terms: Terms, speech: Phrasebook): string {
  const { t, money, percent } = speech;
  const baseline = kpiValueText(terms.kpis[line.kpi] ?? null, line.baseline, speech);
  const per = line.per === 'hour' ? t('hour saved', 'heure gagnée') : t('unit gained', 'unité gagnée');
  const side = line.better === 'lower' ? t('saves below', 'en deçà de') : t('gains above', 'au-delà de');
  return t(
    `${percent(line.share)} of what KPI ${line.kpi} ${side} ${baseline}, valued at ` +
      `${money(line.unitValue)} per ${per}`,
    `${percent(line.share)} de ce que l'indicateur ${line.kpi} fait gagner ${side} ${baseline}, valorisé ` +
      `à ${money(line.unitValue)} par ${per}`,
  );
}

function gateItems(line: Line, { kpis }: Terms, speech: Phrasebook): string[] {
  const { t, list } = speech;
  const gate = line.payIf;
  const paid =
    gate === null
      ? []
      : [
          t(
            `paid only if ${gateText(gate, kpis[gate.kpi] ?? null, speech)}`,
            `due seulement si ${gateText(gate, kpis[gate.kpi] ?? null, speech)}`,
          ),
        ];
  const guards = line.model === 'gainShare' ? line.guards : [];
  if (guards.length === 0) return paid;
  const said = guards.map((guard) => gateText(guard, kpis[guard.kpi] ?? null, speech));
  return [...paid, t(`shared only if ${list(said)}`, `partagé seulement si ${list(said)}`)];
}

export function vatText({ category, rate, reason }: Vat, { t, percent }: Phrasebook): string {
  const kind = {
    S: t(
      `VAT at ${percent(new Decimal(rate).div(100).toString())}`,
      `TVA à ${percent(new Decimal(rate).div(100).toString())}`,
    ),
    AE: t('VAT reverse charge', 'autoliquidation de la TVA'),
    O: t('outside the scope of VAT', "hors champ d'application de la TVA"),
    E: t('exempt from VAT', 'exonéré de TVA'),
    Z: t('VAT at zero rate', 'TVA au taux zéro'),
    K: t('supply within the Community, free of VAT', 'livraison intracommunautaire, exonérée de TVA'),
    G: t('export, free of VAT', 'exportation, exonérée de TVA'),
  }[category];
  return reason === null ? kind : `${kind} (${reason})`;
}
