import type { Comparison, Gate, Kpi, NoData, Forecast } from '#domain/contract/kpi.js';
import { unitOf } from '#domain/kpi/kpis.js';
import { numberText, percentText, type Phrasebook } from '../phrasebook.js';

/** What no data means to whatever depends on a KPI. */
export function sampleText(minSample: number, onNoData: NoData, { t, ofPeriod, number }: Phrasebook): string {
  const least = number(String(minSample));
  const then = {
    neutral: t(
      'the clauses that depend on it have no effect',
      'les clauses qui en dépendent sont sans effet',
    ),
    asTarget: t('its target counts as reached', 'son objectif est réputé atteint'),
    previousPeriod: ofPeriod("the previous month's value counts", 'la valeur du mois précédent est retenue'),
  }[onNoData];
  if (minSample <= 1) return t(`Without data ${then}.`, `En l'absence de données, ${then}.`);
  return t(`With fewer than ${least} counted, ${then}.`, `En deçà de ${least} en base de calcul, ${then}.`);
}

/** The number that was agreed or recorded for a period. */
export function forecastText(forecast: Forecast, { t, number, list }: Phrasebook): string {
  if (forecast.kind === 'event') return t(`forecast ${forecast.id}`, `la prévision ${forecast.id}`);
  const agreed = Object.entries(forecast.values).map(
    ([period, value]) => `${number(String(value))} (${period})`,
  );
  return t(`the forecast of ${list(agreed)}`, `la prévision de ${list(agreed)}`);
}

/** A condition, as part of a sentence: "KPI csat exceeds 85 %". */
export function gateText(
  { kpi: id, op, value, minSample, onNoData }: Gate,
  kpi: Kpi | null,
  speech: Phrasebook,
): string {
  const { t } = speech;
  const holds =
    `${t('KPI', "l'indicateur")} ${id} ` + comparisonText(op, kpiValueText(kpi, value, speech), speech);
  if (minSample === null && onNoData === null) return holds;
  return `${holds} (${sampleText(
    minSample ?? kpi?.minSample ?? 0,
    onNoData ?? kpi?.onNoData ?? 'neutral',
    speech,
  )
    .replace(/\.$/, '')
    .replace(/^./, (first) => first.toLowerCase())})`;
}

/** Verbs, so that they agree with any subject. */
export function comparisonText(op: Comparison, value: string, { t }: Phrasebook): string {
  switch (op) {
    case 'gt':
      return t(`exceeds ${value}`, `dépasse ${value}`);
    case 'gte':
      return t(`is at least ${value}`, `atteint au moins ${value}`);
    case 'lt':
      return t(`is below ${value}`, `reste sous ${value}`);
    case 'lte':
      return t(`is at most ${value}`, `ne dépasse pas ${value}`);
  }
}

/** A value of a KPI in its unit; null: of one that these terms do not have. */
export function kpiValueText(kpi: Kpi | null, value: string, { lang, t }: Phrasebook): string {
  const number = numberText(lang, value);
  switch (kpi === null ? null : unitOf(kpi)) {
    case 'seconds':
      return `${number} s`;
    case 'ratio':
      return percentText(lang, value);
    case 'points':
      return `${number} ${t('points', 'points')}`;
    case 'perHour':
      return `${number} ${t('per hour', 'par heure')}`;
    case 'score':
    case null:
      return number;
  }
}
