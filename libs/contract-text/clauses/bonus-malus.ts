import type {
  BonusMalus,
  Corridor,
  Limits,
  MalusTerms,
  OverflowStep,
  Shape,
  Waiver,
} from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Clause } from './document.js';
import { comparisonText, forecastText, kpiValueText } from './kpi-words.js';
import { orderText, prorationText, timeUnitsText } from './lines.js';
import type { Phrasebook } from '../phrasebook.js';

/** Bonus and malus, and what gives part of a malus back. */
export function bonusMalusClause(clause: BonusMalus, { kpis }: Terms, speech: Phrasebook): Clause {
  const { t, list, percent } = speech;
  const { id, name } = clause;
  const named = name === id ? id : `${id} (${name})`;
  switch (clause.kind) {
    case 'kpi': {
      const { kpi, base, shapes, cap, during } = clause;
      const only = during === null ? '' : t(` during ${during} alone`, ` pendant ${during} uniquement`);
      const text = t(
        `${named}: KPI ${kpi}${only} gives a bonus or malus on ${list(base)}.`,
        `${named} : l'indicateur ${kpi}${only} donne lieu à bonus ou malus sur ${list(base)}.`,
      );
      const caps = [
        ...(cap.bonus === null
          ? []
          : [t(`bonus of at most ${percent(cap.bonus)}`, `bonus de ${percent(cap.bonus)} au plus`)]),
        ...(cap.malus === null
          ? []
          : [t(`malus of at most ${percent(cap.malus)}`, `malus de ${percent(cap.malus)} au plus`)]),
      ];
      const target = kpis[kpi] ?? null;
      const order = combinationText(shapes, speech);
      return {
        id,
        text,
        items: [...shapes.flatMap((shape) => shapeItems(shape, target, speech)), ...order, ...caps],
      };
    }
    case 'earnBack': {
      const { of, share, ifTargetsMetFor } = clause;
      const text = t(
        `${named}: ${percent(share)} of a malus under ${list(of)} is given back if the targets are met ` +
          `in each of the ${ifTargetsMetFor} month(s) that follow; a month that is not judged for want of data ` +
          'does not count as met.',
        `${named} : ${percent(share)} d'un malus au titre de ${list(of)} est restitué si les objectifs ` +
          `sont tenus chacun des ${ifTargetsMetFor} mois suivants ; un mois non jugé faute de données ne ` +
          'compte pas comme tenu.',
      );
      return { id, text, items: [] };
    }
  }
}

/** Which of several rates counts. */
function combinationText(shapes: readonly Shape[], { t }: Phrasebook): string[] {
  const [first] = shapes;
  if (shapes.length > 1) {
    return [
      t(
        'of these rates the first that is not 0 counts, alone',
        'de ces taux, seul le premier qui n’est pas nul compte',
      ),
    ];
  }
  if (first?.shape !== 'step' || first.points.length < 2) return [];
  return [
    t('the first of these that holds counts, alone', 'seule la première de ces conditions remplies compte'),
  ];
}

function shapeItems(shape: Shape, kpi: Kpi | null, speech: Phrasebook): string[] {
  const { t } = speech;
  const value = (text: string): string => kpiValueText(kpi, text, speech);
  switch (shape.shape) {
    case 'step':
      return shape.points.map(({ op, value: at, rate }) => {
        const holds = comparisonText(op, value(at), speech);
        return t(`where it ${holds}: ${signed(rate, speech)}`, `s'il ${holds} : ${signed(rate, speech)}`);
      });
    case 'linear': {
      const { from, to } = shape;
      return [
        t(
          `in a straight line from ${signed(from.rate, speech)} at ${value(from.at)} to ` +
            `${signed(to.rate, speech)} at ${value(to.at)}, and no further`,
          `linéairement de ${signed(from.rate, speech)} à ${value(from.at)} jusqu'à ` +
            `${signed(to.rate, speech)} à ${value(to.at)}, sans aller au-delà`,
        ),
      ];
    }
    case 'perPoint': {
      const { from, beyond, size, count, rate } = shape;
      const each = {
        exact: t('every', 'chaque'),
        full: t('every full', 'chaque tranche pleine de'),
        started: t('every started', 'chaque tranche entamée de'),
      }[count];
      const side = beyond === 'above' ? t('above', 'au-dessus de') : t('below', 'en dessous de');
      return [
        t(
          `${signed(rate, speech)} for ${each} ${value(size)} ${side} ${value(from)}`,
          `${signed(rate, speech)} pour ${each} ${value(size)} ${side} ${value(from)}`,
        ),
      ];
    }
  }
}

function signed(rate: string, { percent }: Phrasebook): string {
  return Number(rate) > 0 ? `+${percent(rate)}` : percent(rate);
}

export function corridorClause(corridor: Corridor, { lines }: Terms, speech: Phrasebook): Clause {
  const { t, percent, money } = speech;
  const charged = lines.find((each) => each.id === corridor.line);
  const unit = charged?.model === 'time' ? charged.unit : null;
  const counted =
    unit === null ? '' : t(` (in ${timeUnitsText(unit, speech)})`, ` (en ${timeUnitsText(unit, speech)})`);
  const { id, line, forecast, lower, upper, shortfallPrice, overflowPrice, overflow, proration } = corridor;
  const at = (price: string | null): string =>
    price === null
      ? t("at the line's own price", 'au prix de la ligne')
      : t(`at ${money(price)}`, `à ${money(price)}`);
  const below = (bound: string): string =>
    t(
      `below ${percent(bound)} of it the shortfall is charged ${at(shortfallPrice)}`,
      `en deçà de ${percent(bound)}, le manque est facturé ${at(shortfallPrice)}`,
    );
  const above = (bound: string): string =>
    t(
      `above ${percent(bound)} of it the rest is charged ${at(overflowPrice)}`,
      `au-delà de ${percent(bound)}, le surplus est facturé ${at(overflowPrice)}`,
    );
  const steps = (bound: string, list: readonly OverflowStep[]): string => {
    const said = list.map(({ upTo, price }) =>
      upTo === null
        ? t(`beyond, at ${money(price)}`, `au-delà, à ${money(price)}`)
        : t(`up to ${percent(upTo)} at ${money(price)}`, `jusqu'à ${percent(upTo)} à ${money(price)}`),
    );
    return t(
      `above ${percent(bound)} of it the rest is charged by steps: ${said.join(', ')}`,
      `au-delà de ${percent(bound)}, le surplus est facturé par paliers : ${said.join(', ')}`,
    );
  };
  const of = forecastText(forecast, speech);
  const text = t(
    `${id}: the volume of line ${line}${counted} is held against ${of}.`,
    `${id} : le volume de la ligne ${line}${counted} est comparé à ${of}.`,
  );
  const items = [
    ...(lower === null ? [] : [below(lower)]),
    ...(upper === null
      ? []
      : [overflow === undefined ? above(upper) : steps(upper, overflow), orderText(speech)]),
    prorationText(proration, speech),
    t(
      'without a forecast for a month this clause has no effect in it',
      'sans prévision pour un mois, cette clause y est sans effet',
    ),
  ];
  return { id, text, items };
}

export function waiverClause(waiver: Waiver, speech: Phrasebook): Clause {
  const { t, percent, instant, list } = speech;
  const { id, of, proof } = waiver;
  const said = (): string => {
    switch (waiver.kind) {
      case 'volumeAbove': {
        const { measure, forecast, above, during } = waiver;
        const only = during === null ? '' : t(` during ${during}`, ` pendant ${during}`);
        return t(
          `no malus under ${list(of)} where ${measure}${only} exceeds ${percent(above)} of ` +
            `${forecastText(forecast, speech)}; without a forecast nothing is waived`,
          `pas de malus au titre de ${list(of)} si ${measure}${only} dépasse ${percent(above)} de ` +
            `${forecastText(forecast, speech)} ; sans prévision, rien n'est exonéré`,
        );
      }
      case 'period':
        return t(
          `no malus under ${list(of)} in a month that lies between ${instant(waiver.from)} and ` +
            `${instant(waiver.to)}, in part or whole`,
          `pas de malus au titre de ${list(of)} pour tout mois touché entre le ${instant(waiver.from)} ` +
            `et le ${instant(waiver.to)}`,
        );
      case 'outage':
        return t(
          `what came in from ${instant(waiver.from)} to ${instant(waiver.to)} is left out of the ` +
            `KPIs of ${list(of)}`,
          `ce qui est arrivé du ${instant(waiver.from)} au ${instant(waiver.to)} est exclu des ` +
            `indicateurs de ${list(of)}`,
        );
    }
  };
  return { id, text: `${id}: ${said()}. ${t('Proof', 'Preuve')}: ${proof}.`, items: [] };
}

export function limitsText(
  { monthlyMin, monthlyMax, appliesTo, proration }: Limits,
  { t, money, list }: Phrasebook,
): string {
  const of =
    appliesTo === 'linesOnly'
      ? t('The lines of a month', "Les lignes d'un mois")
      : t('The lines of a month with bonus and malus', "Les lignes d'un mois, bonus et malus compris,");
  const bounds = [
    ...(monthlyMin === null ? [] : [t(`at least ${money(monthlyMin)}`, `au minimum à ${money(monthlyMin)}`)]),
    ...(monthlyMax === null ? [] : [t(`at most ${money(monthlyMax)}`, `au maximum à ${money(monthlyMax)}`)]),
  ];
  const inPart =
    proration === 'calendarDays'
      ? t(
          'In a month in part, by calendar days.',
          'Pour un mois incomplet, au prorata des jours calendaires.',
        )
      : t('In a month in part as well.', 'Y compris pour un mois incomplet.');
  return `${t(`${of} come to ${list(bounds)}.`, `${of} s'élèvent ${list(bounds)}.`)} ${inPart}`;
}

export function malusTexts({ overallCap, vatTreatment }: MalusTerms, { t, percent }: Phrasebook): string[] {
  const cap =
    overallCap === null
      ? []
      : [
          t(
            `All malus of a month together is at most ${percent(overallCap)} of its lines.`,
            `L'ensemble des malus d'un mois est plafonné à ${percent(overallCap)} de ses lignes.`,
          ),
        ];
  const vat =
    vatTreatment === 'priceReduction'
      ? t(
          'A malus is a reduction of the price and lowers its VAT.',
          'Un malus est une réduction de prix et diminue la TVA.',
        )
      : t(
          'A malus is damages, outside the scope of VAT.',
          'Un malus est une indemnité, hors champ de la TVA.',
        );
  return [...cap, vat];
}
