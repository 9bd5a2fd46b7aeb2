import type { Terms } from '#domain/contract/contract.js';
import type {
  Band,
  FixedLine,
  GainShareLine,
  Indexation,
  Line,
  Rate,
  Stacking,
  UnitLine,
  UnitPricing,
  Vat,
} from '#domain/contract/line.js';
import { Decimal } from '#domain/money/money.js';
import type { Clause } from './document.js';
import { gateText, kpiValueText } from './kpi-words.js';
import type { Phrasebook } from '../phrasebook.js';

/** What one line charges. What it depends on (bands, rates, gates) stands below it. */
export function lineClause(line: Line, terms: Terms, speech: Phrasebook): Clause {
  const { t } = speech;
  const named = line.name === line.id ? line.id : `${line.id} (${line.name})`;
  const items = [...priceItems(line, speech), ...gateItems(line, terms, speech)];
  const vat = line.vat === null ? [] : [vatText(line.vat, speech)];
  const title = t(`Line ${named}`, `Ligne ${named}`);
  return { id: line.id, text: `${title}: ${lineText(line, terms, speech)}.`, items: [...items, ...vat] };
}

function lineText(line: Line, terms: Terms, speech: Phrasebook): string {
  const { t, money, percent, day } = speech;
  switch (line.model) {
    case 'time': {
      const unit = unitWords[line.unit];
      return t(
        `${line.measure} at ${money(line.price)} per ${unit.en}`,
        `${line.measure} à ${money(line.price)} par ${unit.fr}`,
      );
    }
    case 'perUnit':
      return unitText(line, speech);
    case 'outcome':
      return (
        `${unitText(line, speech)}, ${t('as a result achieved', 'au titre du résultat obtenu')}; ` +
        settlement(line, speech)
      );
    case 'fixed':
      return fixedText(line, speech);
    case 'gainShare':
      return gainShareText(line, terms, speech);
    case 'oneOff':
      return t(
        `${money(line.amount)}, once, on ${day(line.day)}`,
        `${money(line.amount)}, une fois, le ${day(line.day)}`,
      );
    case 'passThrough':
      return t(
        `${line.measure}, charged on at cost plus ${percent(line.markup)}`,
        `${line.measure}, refacturé au coût majoré de ${percent(line.markup)}`,
      );
  }
}

const unitWords = {
  hour: { en: 'hour', fr: 'heure' },
  minute: { en: 'minute', fr: 'minute' },
  second: { en: 'second', fr: 'seconde' },
} as const;

function unitText({ measure, pricing, above }: UnitLine, speech: Phrasebook): string {
  const { t, number } = speech;
  const over = number(String(above));
  const beyond = above === 0 ? '' : t(` beyond ${over} a month`, ` au-delà de ${over} par mois`);
  return `${measure}${beyond}: ${pricingText(pricing, speech)}`;
}

function pricingText(pricing: UnitPricing, speech: Phrasebook): string {
  const { t, money, number } = speech;
  switch (pricing.mode) {
    case 'flat':
      return t(`${money(pricing.price)} each`, `${money(pricing.price)} l'unité`);
    case 'graduated':
      return t(
        'each slice of the month’s volume at its own price',
        'chaque tranche du volume mensuel à son propre prix',
      );
    case 'allUnits':
      return t(
        'the whole volume of the month at the price of the step it reaches',
        'tout le volume du mois au prix du palier atteint',
      );
    case 'package':
      return t(
        `${money(pricing.price)} for each started package of ${number(String(pricing.size))}`,
        `${money(pricing.price)} par lot entamé de ${number(String(pricing.size))}`,
      );
  }
}

function settlement({ settleAfter }: UnitLine, { t }: Phrasebook): string {
  return settleAfter === 'close'
    ? t('settled at the close of the month', 'réglé à la clôture du mois')
    : t(
        'settled in the first month that ends after the verdict is final',
        'réglé le premier mois qui se termine après que le verdict est définitif',
      );
}

function fixedText({ amount, proration, includes }: FixedLine, { t, money, number }: Phrasebook): string {
  const upTo = includes === null ? '' : number(String(includes.upTo));
  return [
    t(`${money(amount)} a month`, `${money(amount)} par mois`),
    proration === 'calendarDays'
      ? t('prorated by calendar days', 'au prorata des jours calendaires')
      : t('never prorated', 'sans prorata'),
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
  const side = line.better === 'lower' ? t('below', 'en deçà de') : t('above', 'au-delà de');
  return t(
    `${percent(line.share)} of what indicator ${line.kpi} saves ${side} ${baseline}, valued at ` +
      `${money(line.unitValue)} per ${per}`,
    `${percent(line.share)} de ce que l'indicateur ${line.kpi} fait gagner ${side} ${baseline}, valorisé ` +
      `à ${money(line.unitValue)} par ${per}`,
  );
}

function priceItems(line: Line, speech: Phrasebook): string[] {
  switch (line.model) {
    case 'time':
      return [
        ...bandItems(line.bands, line.stacking, speech),
        ...rateItems(line.rates, speech),
        ...indexItems(line.indexation, speech),
      ];
    case 'perUnit':
    case 'outcome':
      return [
        ...stepItems(line.pricing, speech),
        ...bandItems(line.bands, line.stacking, speech),
        ...rateItems(line.rates, speech),
        ...indexItems(line.indexation, speech),
      ];
    case 'fixed':
      return indexItems(line.indexation, speech);
    case 'gainShare':
    case 'oneOff':
    case 'passThrough':
      return [];
  }
}

function stepItems(pricing: UnitPricing, { t, money, number }: Phrasebook): string[] {
  if (pricing.mode !== 'graduated' && pricing.mode !== 'allUnits') return [];
  return pricing.steps.map(({ upTo, price }, index) => {
    const from = number(String((pricing.steps[index - 1]?.upTo ?? 0) + 1));
    return upTo === null
      ? t(`from ${from} on: ${money(price)} each`, `à partir de ${from} : ${money(price)} l'unité`)
      : t(
          `from ${from} to ${number(String(upTo))}: ${money(price)} each`,
          `de ${from} à ${number(String(upTo))} : ${money(price)} l'unité`,
        );
  });
}

function bandItems(bands: readonly Band[], stacking: Stacking, speech: Phrasebook): string[] {
  const { t, money, percent, when } = speech;
  const items = bands.map((band) => {
    const price =
      band.price === null
        ? t(
            `surcharge of ${percent(band.surcharge ?? '0')}`,
            `majoration de ${percent(band.surcharge ?? '0')}`,
          )
        : t(`price ${money(band.price)}`, `prix ${money(band.price)}`);
    return `${t('band', 'plage')} ${band.id} (${when(band)}): ${price}`;
  });
  if (bands.length < 2) return items;
  const together = {
    highest: t('the dearest one counts', 'la plus chère est retenue'),
    sum: t('their surcharges add up', "leurs majorations s'additionnent"),
    multiply: t('they apply one upon the other', "elles s'appliquent l'une sur l'autre"),
  }[stacking];
  return [
    ...items,
    t(`where several bands hold, ${together}`, `lorsque plusieurs plages se cumulent, ${together}`),
  ];
}

function rateItems(rates: readonly Rate[], speech: Phrasebook): string[] {
  const { t, money, list } = speech;
  return rates.map(({ id, price, when }) => {
    const conditions = [
      [t('grade', 'niveau'), when.grades],
      [t('site', 'site'), when.sites],
      [t('country', 'pays'), when.countries],
      [t('skill', 'compétence'), when.skills],
      [t('language', 'langue'), when.languages],
      [t('queue', 'file'), when.queues],
      [t('disposition', 'qualification'), when.dispositions],
    ] as const;
    const said = conditions.flatMap(([name, choices]) =>
      choices === null ? [] : [`${name} ${list(choices, 'or')}`],
    );
    return `${t('rate', 'tarif')} ${id} (${list(said)}): ${money(price)}`;
  });
}

function indexItems(indexation: Indexation | null, speech: Phrasebook): string[] {
  if (indexation === null) return [];
  const { t, number, percent, list } = speech;
  const { index, base, current, splice, fixedShare, ratioDecimals, priceDecimals, floor, ceiling } =
    indexation;
  const moved = [number(current), ...(splice === null ? [] : [number(splice)])].join(' × ');
  const formula =
    Number(fixedShare) === 0
      ? `${moved} / ${number(base)}`
      : `${percent(fixedShare)} + ${percent(new Decimal(1).minus(fixedShare).toString())} × ${moved} / ${number(base)}`;
  const limits = [
    ...(ratioDecimals === null
      ? []
      : [
          t(
            `the ratio rounded to ${ratioDecimals} decimals`,
            `le rapport arrondi à ${ratioDecimals} décimales`,
          ),
        ]),
    ...(floor === null
      ? []
      : [t(`the ratio at least ${number(floor)}`, `le rapport d'au moins ${number(floor)}`)]),
    ...(ceiling === null
      ? []
      : [t(`the ratio at most ${number(ceiling)}`, `le rapport d'au plus ${number(ceiling)}`)]),
    ...(priceDecimals === null
      ? []
      : [
          t(`the price rounded to ${priceDecimals} decimals`, `le prix arrondi à ${priceDecimals} décimales`),
        ]),
  ];
  const text = t(
    `prices follow the index ${index}: multiplied by ${formula}`,
    `les prix suivent l'indice ${index} : multipliés par ${formula}`,
  );
  return [limits.length === 0 ? text : `${text}; ${list(limits)}`];
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
  }[category];
  return reason === null ? kind : `${kind} (${reason})`;
}
