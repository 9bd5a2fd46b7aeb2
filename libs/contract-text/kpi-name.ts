import type { EventSelection, Kpi, KpiDefinition, RepeatTerms, ScheduleTerms } from '#domain/contract/kpi.js';
import type { KpiOf, KpiType } from '#domain/kpi/kpi-module.js';
import { breakingOutcomes } from '#domain/fact/breaking-outcomes.js';
import { forecastText } from './clauses/kpi-words.js';
import { agentKindText, elapsedText, selectionTexts, statesName, stateText } from './clauses/measures.js';
import { phrasebook, type Phrasebook, type Wording } from './phrasebook.js';

/**
 * A KPI's short name, the same in every table: `SL-B 20 s`, `abandonment`, `FCR per contact 7 days`. It has
 * all the parameters that change the value, so that one name and version is one figure.
 */
export function kpiName(kpi: KpiDefinition, speech: Phrasebook): string {
  return (names[kpi.type] as (definition: KpiDefinition, speech: Phrasebook) => string)(kpi, speech);
}

/** Name and version: `AHT v1`. */
export function kpiTitle(kpi: KpiDefinition & Pick<Kpi, 'version'>, { lang }: Wording): string {
  return `${kpiName(kpi, phrasebook(lang, '', 'UTC'))} v${kpi.version}`;
}

const names: { readonly [T in KpiType]: (kpi: KpiOf<T>, speech: Phrasebook) => string } = {
  aht: ({ per }, speech) => speech.t('AHT', 'DMT') + perText(per, speech),
  att: ({ per }, speech) => speech.t('talk time', 'durée de conversation') + perText(per, speech),
  acw: ({ per }, speech) => speech.t('after-call work', 'post-appel') + perText(per, speech),
  asa: ({ of }, { t }) =>
    of === 'answered'
      ? t('ASA', 'délai de décroché')
      : t('ASA, all offered', 'délai de décroché, tous présentés'),
  serviceLevel: ({ variant, thresholdMs, shortAbandonMs }, speech) =>
    `${variant} ${speech.duration(thresholdMs)}` +
    (variant === 'SL-C' ? withoutShortText(shortAbandonMs, speech) : ''),
  abandonment: ({ shortAbandonMs }, speech) =>
    speech.t('abandonment', 'abandons') + withoutShortText(shortAbandonMs, speech),
  answerRate: ({ shortAbandonMs }, speech) =>
    speech.t('answer rate', 'taux de décroché') + withoutShortText(shortAbandonMs, speech),
  transfer: (_, { t }) => t('transfer rate', 'taux de transfert'),
  hold: (_, { t }) => t('hold rate', 'taux de mise en garde'),
  occupancy: ({ busy = [], idle }, speech) => {
    const name = speech.t('occupancy', 'occupation');
    if (busy.join() === 'RING' && idle.join() === 'AVAILABLE') return name;
    const worked = [speech.t('working time', 'temps de traitement'), ...busy];
    return `${name} (${statesName(worked, speech)} / ${statesName(idle, speech)})`;
  },
  utilisation: ({ productive, paid }, speech) =>
    `${speech.t('utilisation', 'utilisation')} (${statesName(productive, speech)} / ${statesName(paid, speech)})`,
  contactsPerHour: ({ productive }, speech) =>
    speech.t('contacts per hour of ', 'contacts par heure de ') + statesName(productive, speech),
  adherence: (kpi, speech) =>
    [
      kpi.definition,
      ...(kpi.toleranceMs === 0
        ? []
        : [`${speech.t('tolerance', 'tolérance')} ${speech.duration(kpi.toleranceMs)}`]),
      ...scheduleTexts(kpi, speech),
    ].join(', '),
  conformance: (kpi, speech) => [kpi.definition, ...scheduleTexts(kpi, speech)].join(', '),
  fcrPerContact: (kpi, speech) => speech.t('FCR per contact', 'FCR par contact') + repeatText(kpi, speech),
  fcrPerIssue: (kpi, speech) =>
    speech.t('FCR per issue', 'FCR par dossier') +
    repeatText(kpi, speech) +
    (kpi.chain === 'sliding' ? speech.t(', sliding', ', glissant') : ''),
  settled: ({ windowMs, by, unless, resolved }, speech) => {
    const { t, list } = speech;
    return [
      `${t('settled resolutions', 'résolutions acquises')} ${elapsedText(windowMs, speech)}`,
      ...(by === null ? [] : [`${t('by', 'par')} ${agentKindText(by, speech)}`]),
      ...(resolved === null ? [] : [list(resolved, 'or')]),
      ...(unless.length === breakingOutcomes.length
        ? []
        : [
            t(
              `unless ${unless.length === 0 ? 'nothing' : list(unless)}`,
              `sauf ${unless.length === 0 ? 'rien' : list(unless)}`,
            ),
          ]),
    ].join(', ');
  },
  fcrDeclared: ({ resolved }, { t, list }) => `${t('FCR declared', 'FCR déclaré')} (${list(resolved, 'or')})`,
  topBox: ({ question, boxes, scale }, { t, list }) =>
    `${questionText(question)} ${list(boxes.map(String), 'or')} ` +
    t(`of ${scale.join(' to ')}`, `sur ${scale.join(' à ')}`),
  meanScore: ({ question, scale }, { t }) =>
    `${questionText(question)} ` + t(`mean of ${scale.join(' to ')}`, `en moyenne sur ${scale.join(' à ')}`),
  nps: ({ question }) => (question === 'nps' ? 'NPS' : `NPS (${question})`),
  fcrSurvey: ({ question }, { t }) => `${t('FCR surveyed', "FCR d'enquête")} (${question})`,
  ratio: ({ numerator, denominator }, speech) =>
    `${selection(numerator, speech)} / ${selection(denominator, speech)}`,
  share: ({ numerator, of }, speech) => `${selection(numerator, speech)} / ${forecastText(of, speech)}`,
  quality: ({ field }, { t }) => t('quality', 'qualité') + (field === 'score' ? '' : ` (${field})`),
  delay: ({ from, to }, { t }) => t(`time from ${from} to ${to}`, `délai de ${from} à ${to}`),
  within: ({ from, to, atMostMs }, { t, duration }) =>
    t(`${to} within ${duration(atMostMs)} of ${from}`, `${to} en ${duration(atMostMs)} après ${from}`),
};

function scheduleTexts({ equivalent, ignored, asOf }: ScheduleTerms, speech: Phrasebook): string[] {
  const { t } = speech;
  return [
    ...equivalent.map((states) => states.map((state) => stateText(state, speech)).join(' = ')),
    ...(ignored.length === 0 ? [] : [`${t('without', 'hors')} ${statesName(ignored, speech)}`]),
    {
      instant: t('as of each instant', 'à chaque instant'),
      dayStart: t('as of the day’s begin', 'au début du jour'),
      latest: t('latest version', 'dernière version'),
    }[asOf],
  ];
}

function perText(per: 'contact' | 'leg', { t }: Phrasebook): string {
  return per === 'contact' ? '' : t(' per leg', ' par intervention');
}

function withoutShortText(shortAbandonMs: number | null, { t, duration }: Phrasebook): string {
  if (shortAbandonMs === null) return '';
  return t(`, not short (${duration(shortAbandonMs)})`, `, hors courts (${duration(shortAbandonMs)})`);
}

function repeatText(
  { windowMs, unknownCustomer, basis, notSolvable }: RepeatTerms,
  { t, duration, list }: Phrasebook,
): string {
  return [
    ` ${duration(windowMs)}`,
    ...(unknownCustomer === 'exclude' ? [] : [t('unknown as resolved', 'inconnus résolus')]),
    ...(basis === 'gross' ? [] : [t(`net of ${list(notSolvable)}`, `net de ${list(notSolvable)}`)]),
  ].join(', ');
}

/** Questions that are known by an abbreviation are written as one. */
function questionText(question: string): string {
  return question === 'csat' || question === 'nps' ? question.toUpperCase() : question;
}

function selection(selected: EventSelection, speech: Phrasebook): string {
  return [selected.name, ...selectionTexts(selected, speech)].join(', ');
}
