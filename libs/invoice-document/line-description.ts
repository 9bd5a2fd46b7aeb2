import { partName } from '#contract-text/entry-name.js';
import { withMinorUnit, type Wording } from '#contract-text/phrasebook.js';
import { Decimal } from '#domain/money/money.js';
import type { Data } from './document.js';

/** BT-154: which part of the work, what was counted, at what price; so that the amount can be followed. */
export function lineDescription(line: Data['lines'][number], wording: Wording): string {
  const { t } = wording;
  const { corrects, calendarRule, bands, rate } = line;
  const which = [calendarRule, ...bands, rate, partName(line.part, wording)].filter(
    (word): word is string => word !== null && word !== '',
  );
  const correction =
    corrects === undefined
      ? []
      : [
          t(
            `correction of ${corrects.period}, revision ${corrects.revision}`,
            `rectification de ${corrects.period}, révision ${corrects.revision}`,
          ),
        ];
  return [...which, ...correction, ...measuredText(line, wording)].join(' · ');
}

/** Time to the millisecond, and the price that a rounded quantity does not show. */
function measuredText(
  { measured, itemNetPrice, unitCode, invoicedQuantity }: Data['lines'][number],
  { t, number, duration }: Wording,
): string[] {
  const { quantity, price, priceBaseQuantity } = measured;
  const money = `${number(withMinorUnit(price, itemNetPrice.currency))} ${itemNetPrice.currency}`;
  if (measured.unitCode === 'SEC') {
    const ms = new Decimal(quantity).times(1000);
    const time = ms.isInteger() ? duration(ms.abs().toNumber()) : `${number(quantity)} s`;
    const signed = ms.isNegative() ? `−${time}` : time;
    const per = timeUnit(priceBaseQuantity, { t, number });
    return [t(`counted: ${signed} at ${money} ${per}`, `compté : ${signed} à ${money} ${per}`)];
  }
  const isShown = unitCode === measured.unitCode && new Decimal(quantity).equals(invoicedQuantity);
  if (isShown) return [];
  const shown = number(new Decimal(quantity).toDecimalPlaces(8).toString());
  return [t(`counted: ${shown} at ${money}`, `compté : ${shown} à ${money}`)];
}

function timeUnit(seconds: string, { t, number }: Pick<Wording, 't' | 'number'>): string {
  if (seconds === '3600') return t('an hour', "l'heure");
  if (seconds === '60') return t('a minute', 'la minute');
  if (seconds === '1') return t('a second', 'la seconde');
  const hours = number(new Decimal(seconds).div(3600).toDecimalPlaces(4).toString());
  return t(`for ${hours} hours`, `pour ${hours} heures`);
}
