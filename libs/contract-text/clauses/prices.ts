import type { CommitmentSpan } from '#domain/contract/commitment-span.js';
import type {
  Band,
  Indexation,
  Rate,
  Stacking,
  TierStep,
  TimeLine,
  TimeTiers,
  UnitPricing,
} from '#domain/contract/line.js';
import { Decimal } from '#domain/money/money.js';
import { ofSpanText } from '../commitment-words.js';
import type { Phrasebook } from '../phrasebook.js';
import { agentKindText } from './measures.js';

interface UnitPricingText<P> {
  /** `over`: the months that the volume is of; undefined: one. */
  text(pricing: P, over: CommitmentSpan | undefined, speech: Phrasebook): string;
  items?(pricing: P, speech: Phrasebook): string[];
}

export function pricingText(
  pricing: UnitPricing,
  over: CommitmentSpan | undefined,
  speech: Phrasebook,
): string {
  return (pricings[pricing.mode] as UnitPricingText<UnitPricing>).text(pricing, over, speech);
}

/** Each way to price units in words. A new one is one entry here. */
const pricings: {
  readonly [Mode in UnitPricing['mode']]: UnitPricingText<Extract<UnitPricing, { readonly mode: Mode }>>;
} = {
  flat: { text: ({ price }, _, { t, money }) => t(`${money(price)} each`, `${money(price)} l'unité`) },
  graduated: {
    text: (_, over, speech) =>
      over === undefined
        ? speech.ofPeriod(
            'each slice of the month’s volume at its own price',
            'chaque tranche du volume mensuel à son propre prix',
          )
        : speech.t(
            `each slice of the volume ${ofSpanText(over, speech)} at its own price`,
            `chaque tranche du volume ${ofSpanText(over, speech)} à son propre prix`,
          ),
    items: ({ steps }, speech) => stepItems(steps, speech),
  },
  allUnits: {
    text: (_, __, { ofPeriod }) =>
      ofPeriod(
        'the whole volume of the month at the price of the step it reaches',
        'tout le volume du mois au prix du palier atteint',
      ),
    items: ({ steps }, speech) => stepItems(steps, speech),
  },
  package: {
    text: ({ price, size }, _, { t, money, number }) =>
      t(
        `${money(price)} for each started package of ${number(String(size))}`,
        `${money(price)} par lot entamé de ${number(String(size))}`,
      ),
  },
};

export function pricingItems(pricing: UnitPricing, speech: Phrasebook): string[] {
  return (pricings[pricing.mode] as UnitPricingText<UnitPricing>).items?.(pricing, speech) ?? [];
}

function stepItems(steps: readonly TierStep[], { t, money, number }: Phrasebook): string[] {
  return steps.map(({ upTo, price }, index) => {
    const from = number(String((steps[index - 1]?.upTo ?? 0) + 1));
    return upTo === null
      ? t(`from ${from} on: ${money(price)} each`, `à partir de ${from} : ${money(price)} l'unité`)
      : t(
          `from ${from} to ${number(String(upTo))}: ${money(price)} each`,
          `de ${from} à ${number(String(upTo))} : ${money(price)} l'unité`,
        );
  });
}

/** Time is no whole number: a step goes from a border, not from the next whole unit. */
export function timeStepItems(
  { steps }: TimeTiers,
  unit: TimeLine['unit'],
  { t, money, number }: Phrasebook,
): string[] {
  const [count, each] = {
    hour: [t('h', 'h'), t('an hour', "l'heure")],
    minute: [t('min', 'min'), t('a minute', 'la minute')],
    second: [t('s', 's'), t('a second', 'la seconde')],
    fte: [t('FTE', 'ETP'), t('an FTE', "l'ETP")],
  }[unit];
  return steps.map(({ upTo, price }, index) => {
    const from = number(String(steps[index - 1]?.upTo ?? 0));
    const to = number(String(upTo ?? 0));
    if (upTo === null)
      return t(
        `above ${from} ${count}: ${money(price)} ${each}`,
        `au-delà de ${from} ${count} : ${money(price)} ${each}`,
      );
    return index === 0
      ? t(`up to ${to} ${count}: ${money(price)} ${each}`, `jusqu'à ${to} ${count} : ${money(price)} ${each}`)
      : t(
          `above ${from} and up to ${to} ${count}: ${money(price)} ${each}`,
          `au-delà de ${from} et jusqu'à ${to} ${count} : ${money(price)} ${each}`,
        );
  });
}

export function bandItems(bands: readonly Band[], stacking: Stacking, speech: Phrasebook): string[] {
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
    highest: t('the highest price applies', 'la plus chère est retenue'),
    sum: t('their surcharges add up', "leurs majorations s'additionnent"),
    multiply: t('they apply one upon the other', "elles s'appliquent l'une sur l'autre"),
  }[stacking];
  return [
    ...items,
    t(`where several bands hold, ${together}`, `lorsque plusieurs plages se cumulent, ${together}`),
  ];
}

export function rateItems(rates: readonly Rate[], speech: Phrasebook): string[] {
  const { t, money, list } = speech;
  return rates.map(({ id, price, when }) => {
    const conditions = [
      [t('worked by', 'traité par'), when.kinds?.map((kind) => agentKindText(kind, speech)) ?? null],
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

export function indexItems(indexation: Indexation | null, speech: Phrasebook): string[] {
  if (indexation === null) return [];
  const { t, number, percent, list } = speech;
  const { index, base, current, splice, fixedShare, ratioDecimals, priceDecimals, floor, ceiling } =
    indexation;
  const indexRatio = [number(current), ...(splice === null ? [] : [number(splice)])].join(' × ');
  const formula =
    Number(fixedShare) === 0
      ? `${indexRatio} / ${number(base)}`
      : `${percent(fixedShare)} + ${percent(new Decimal(1).minus(fixedShare).toString())} × ${indexRatio} / ${number(base)}`;
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
