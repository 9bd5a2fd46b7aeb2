import { phrasebook, type Lang } from './phrasebook.js';

/** How much more reaches a threshold, as the domain computed it. `worth`: decimal text. */
interface TargetFigures {
  readonly kind: 'tier' | 'package' | 'corridor' | 'minimum' | 'maximum' | 'commitment' | 'bonusStep';
  readonly name: string;
  readonly reaches: string | null;
  readonly kpi: { readonly id: string; readonly isCounted: boolean } | null;
  readonly units: number;
  readonly unit: 'ms' | 'units';
  readonly worth: string;
  readonly expected: number | null;
}

/** `Calls: 214 more reach the next tier, worth 310.00 EUR (at the present rate 350 more)`. */
export function targetText(target: TargetFigures, currency: string, lang: Lang): string {
  const { t, money, number, duration } = phrasebook(lang, currency, 'UTC');
  const { name, units, unit, worth, expected } = target;
  const many = (count: number): string => (unit === 'ms' ? duration(count) : number(String(count)));
  const rate =
    expected === null
      ? ''
      : t(` (at the present rate ${many(expected)} more)`, ` (au rythme actuel ${many(expected)} de plus)`);
  const reached = `${many(units)} ${t('more', 'de plus')}${reachedText(target, lang)}`;
  return t(`${name}: ${reached}, worth ${money(worth)}`, `${name} : ${reached}, soit ${money(worth)}`) + rate;
}

/** ` reach the next tier`; of a KPI with what they count for before it. */
function reachedText({ kind, reaches, kpi, units }: TargetFigures, lang: Lang): string {
  const { t } = phrasebook(lang, 'EUR', 'UTC');
  const verb = (one: readonly [string, string], many: readonly [string, string]): string =>
    ` ${t(...(units === 1 ? one : many))} `;
  const reach = verb(['reaches', 'atteint'], ['reach', 'atteignent']);
  switch (kind) {
    case 'tier':
      return reach + t('the next tier', 'le palier suivant');
    case 'package':
      return verb(['begins', 'entame'], ['begin', 'entament']) + t('the next package', 'le forfait suivant');
    case 'corridor':
      return reach + t('the next bound of its volume', 'la borne suivante de son volume');
    case 'minimum':
      return reach + t('the minimum of the period', 'le minimum de la période');
    case 'maximum':
      return (
        verb(['exceeds', 'dépasse'], ['exceed', 'dépassent']) +
        t('the maximum of the period', 'le maximum de la période')
      );
    case 'commitment':
      return reach + t(`what ${reaches} agrees`, `l'engagement ${reaches}`);
    case 'bonusStep': {
      const counted =
        kpi?.isCounted === true
          ? t(`that count for ${kpi.id}`, `comptés par ${kpi.id}`)
          : t(`that do not count for ${kpi?.id}`, `non comptés par ${kpi?.id}`);
      return ` ${counted}${reach}${t('the next step', "l'échelon suivant")}`;
    }
  }
}
