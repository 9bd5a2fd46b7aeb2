import type {
  BonusMalus,
  Corridor,
  Limits,
  BonusTerms,
  OverflowStep,
  Waiver,
} from '#domain/contract/bonus-malus.js';
import type { Terms } from '#domain/contract/contract.js';
import type { Clause } from './document.js';
import { forecastText } from './kpi-words.js';
import { byDaysOfMonth, orderText, prorationText, timeUnitsText } from './lines.js';
import type { Phrasebook } from '../phrasebook.js';

export function corridorClause(corridor: Corridor, { lines }: Terms, speech: Phrasebook): Clause {
  const { t, ofPeriod, percent, money } = speech;
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
    ofPeriod(
      'without a forecast for a month this clause has no effect in it',
      'sans prévision pour un mois, cette clause y est sans effet',
    ),
  ];
  return { id, text, items };
}

export function waiverClause(waiver: Waiver, speech: Phrasebook): Clause {
  const { t, ofPeriod, percent, instant, list } = speech;
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
        return ofPeriod(
          `no malus under ${list(of)} in a month that lies between ${instant(waiver.from)} and ` +
            `${instant(waiver.to)}, in part or whole`,
          `pas de malus au titre de ${list(of)} pour tout mois touché entre le ${instant(waiver.from)} ` +
            `et le ${instant(waiver.to)}`,
        );
      case 'outage':
        return t(
          `what came in from ${instant(waiver.from)} to ${instant(waiver.to)} is left out of the ` +
            `KPIs that ${list(of)} are judged by, wherever this contract uses them`,
          `ce qui est arrivé du ${instant(waiver.from)} au ${instant(waiver.to)} est exclu des ` +
            `indicateurs d'après lesquels ${list(of)} sont jugés, partout où ce contrat les utilise`,
        );
    }
  };
  return { id, text: `${id}: ${said()}. ${t('Proof', 'Preuve')}: ${proof}.`, items: [] };
}

export function limitsText(
  { monthlyMin, monthlyMax, appliesTo, proration }: Limits,
  speech: Phrasebook,
  isDiscounted: boolean,
): string {
  const { t, ofPeriod, money, list, unit } = speech;
  const of =
    appliesTo === 'linesOnly'
      ? ofPeriod('The lines of a month', "Les lignes d'un mois")
      : isDiscounted
        ? ofPeriod(
            'The lines of a month with bonus and malus, less its discounts,',
            "Les lignes d'un mois, bonus, malus et remises compris,",
          )
        : ofPeriod(
            'The lines of a month with bonus and malus',
            "Les lignes d'un mois, bonus et malus compris,",
          );
  const per =
    unit === 'month' ? '' : t(` a month ${byDaysOfMonth(speech)}`, ` par mois ${byDaysOfMonth(speech)}`);
  const bounds = [
    ...(monthlyMin === null ? [] : [t(`at least ${money(monthlyMin)}`, `au minimum à ${money(monthlyMin)}`)]),
    ...(monthlyMax === null ? [] : [t(`at most ${money(monthlyMax)}`, `au maximum à ${money(monthlyMax)}`)]),
  ];
  const inPart =
    proration === 'calendarDays'
      ? ofPeriod(
          'In a month in part, by calendar days.',
          'Pour un mois incomplet, au prorata des jours calendaires.',
        )
      : ofPeriod('In a month in part as well.', 'Y compris pour un mois incomplet.');
  return `${t(`${of} come to ${list(bounds)}${per}.`, `${of} s'élèvent ${list(bounds)}${per}.`)} ${inPart}`;
}

export function bonusMalusTexts(
  {
    bonus,
    bonusMalus,
    malus: { overallCap, base, vatTreatment },
  }: Pick<Terms, 'bonus' | 'bonusMalus' | 'malus'>,
  speech: Phrasebook,
): string[] {
  const { t, ofPeriod, percent } = speech;
  const cap =
    overallCap === null
      ? []
      : [
          ofPeriod(
            `All malus of a month together is at most ${percent(overallCap)} of ${capBase(base, speech)}.`,
            `L'ensemble des malus d'un mois est plafonné à ${percent(overallCap)} de ${capBase(base, speech)}.`,
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
  const isShare =
    overallCap !== null || (bonus?.overallCap ?? null) !== null || bonusMalus.some(hasShareOfBase);
  return [...cap, ...bonusCap(bonus, speech), ...(isShare ? [belowZeroText(speech)] : []), vat];
}

/** Whether it gives a rate of its base, or has a cap that is one. */
function hasShareOfBase(clause: BonusMalus): boolean {
  if (clause.kind === 'earnBack') return false;
  const isRate = clause.kind !== 'perEvent' && clause.unit !== 'amount';
  return isRate || clause.cap.bonus !== null || clause.cap.malus !== null;
}

function belowZeroText({ t }: Phrasebook): string {
  return t(
    'Where the lines that a rate or a cap is a share of come to zero or less, that rate or cap is nothing.',
    'Si les lignes dont un taux ou un plafond est une part totalisent zéro ou moins, ce taux ou ce plafond est de zéro.',
  );
}

function bonusCap(bonus: BonusTerms | undefined, speech: Phrasebook): string[] {
  const { ofPeriod, percent } = speech;
  const overallCap = bonus?.overallCap ?? null;
  if (overallCap === null) return [];
  const of = capBase(bonus?.base, speech);
  return [
    ofPeriod(
      `All bonus of a month together is at most ${percent(overallCap)} of ${of}.`,
      `L'ensemble des bonus d'un mois est plafonné à ${percent(overallCap)} de ${of}.`,
    ),
  ];
}

function capBase(base: readonly string[] | undefined, { t, list }: Phrasebook): string {
  return base === undefined
    ? t('its lines', 'ses lignes')
    : t(`its lines ${list(base)}`, `ses lignes ${list(base)}`);
}
