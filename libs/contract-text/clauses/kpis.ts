import type {
  EventKpi,
  EventSelection,
  Kpi,
  KpiDefinition,
  RateKpi,
  RepeatKpi,
  SurveyKpi,
  TimeKpi,
} from '#domain/contract/kpi.js';
import { forecastText, sampleText } from './kpi-words.js';
import { selectionTexts, stateText } from './measures.js';
import type { Phrasebook } from '../phrasebook.js';

/** An indicator: what it is, of which definition, and what no data means. */
export function kpiClause(id: string, kpi: Kpi, speech: Phrasebook): string {
  const { t } = speech;
  const sample = sampleText(kpi.minSample, kpi.onNoData, speech);
  const version = t(
    `definition ${kpi.type}, version ${kpi.version}`,
    `définition ${kpi.type}, version ${kpi.version}`,
  );
  return `${id}: ${kpiDefinitionText(kpi, speech)} (${version}). ${sample}`;
}

/** What a KPI counts, without its name: `contacts answered of those offered`. */
export function kpiDefinitionText(kpi: KpiDefinition, speech: Phrasebook): string {
  switch (kpi.type) {
    case 'aht':
    case 'att':
    case 'acw':
    case 'asa':
      return timeKpiText(kpi, speech);
    case 'serviceLevel':
    case 'abandonment':
    case 'answerRate':
    case 'transfer':
    case 'hold':
    case 'occupancy':
    case 'utilisation':
    case 'contactsPerHour':
      return rateKpiText(kpi, speech);
    case 'fcrPerContact':
    case 'fcrPerIssue':
    case 'fcrDeclared':
      return repeatKpiText(kpi, speech);
    case 'topBox':
    case 'meanScore':
    case 'nps':
    case 'fcrSurvey':
      return surveyKpiText(kpi, speech);
    case 'ratio':
    case 'share':
    case 'quality':
    case 'delay':
    case 'within':
      return eventKpiText(kpi, speech);
  }
}

function timeKpiText(kpi: TimeKpi, speech: Phrasebook): string {
  const { t } = speech;
  switch (kpi.type) {
    case 'aht':
      return t(
        'average handle time (dialling, conversation, hold and after-call work) per ' +
          `${per(kpi.per, speech)}, in seconds`,
        'durée moyenne de traitement (numérotation, conversation, mise en garde et post-appel) par ' +
          `${per(kpi.per, speech)}, en secondes`,
      );
    case 'att':
      return t(
        `average talk time per ${per(kpi.per, speech)}, in seconds`,
        `durée moyenne de conversation par ${per(kpi.per, speech)}, en secondes`,
      );
    case 'acw':
      return t(
        `average after-call work per ${per(kpi.per, speech)}, in seconds`,
        `durée moyenne de post-appel par ${per(kpi.per, speech)}, en secondes`,
      );
    case 'asa':
      return kpi.of === 'answered'
        ? t(
            'average wait of the contacts answered, in seconds',
            'délai moyen de décroché des contacts décrochés, en secondes',
          )
        : t(
            'average wait of all contacts offered, in seconds',
            "délai moyen d'attente de tous les contacts présentés, en secondes",
          );
  }
}

function rateKpiText(kpi: RateKpi, speech: Phrasebook): string {
  const { t, list } = speech;
  switch (kpi.type) {
    case 'serviceLevel':
      return serviceLevelText(kpi, speech);
    case 'abandonment':
      return (
        t('contacts abandoned of those offered', 'contacts abandonnés sur contacts présentés') +
        shortText(kpi.shortAbandonMs, speech)
      );
    case 'answerRate':
      return (
        t('contacts answered of those offered', 'contacts décrochés sur contacts présentés') +
        shortText(kpi.shortAbandonMs, speech)
      );
    case 'transfer':
      return t('contacts transferred of those handled', 'contacts transférés sur contacts traités');
    case 'hold':
      return t('contacts put on hold of those handled', 'contacts mis en garde sur contacts traités');
    case 'occupancy': {
      const busy = (kpi.busy ?? []).map((name) => stateText(name, speech));
      const worked = list([t('working time', 'temps de traitement'), ...busy]);
      return t(
        `occupancy: ${worked} of the same and ${states(kpi.idle, speech)}`,
        `taux d'occupation : ${worked} sur les mêmes et ${states(kpi.idle, speech)}`,
      );
    }
    case 'utilisation':
      return t(
        `utilisation: ${states(kpi.productive, speech)} of ${states(kpi.paid, speech)}`,
        `taux d'utilisation : ${states(kpi.productive, speech)} sur ${states(kpi.paid, speech)}`,
      );
    case 'contactsPerHour':
      return t(
        `contacts handled per hour of ${states(kpi.productive, speech)}`,
        `contacts traités par heure de ${states(kpi.productive, speech)}`,
      );
  }
}

function repeatKpiText(kpi: RepeatKpi, speech: Phrasebook): string {
  const { t, list } = speech;
  switch (kpi.type) {
    case 'fcrPerContact':
    case 'fcrPerIssue':
      return repeatText(kpi, speech);
    case 'fcrDeclared':
      return t(
        `contacts that the agent closed as ${list(kpi.resolved, 'or')}, of those with a disposition`,
        `contacts que l'agent a qualifiés ${list(kpi.resolved, 'or')}, sur contacts qualifiés`,
      );
  }
}

function surveyKpiText(kpi: SurveyKpi, speech: Phrasebook): string {
  const { t, list } = speech;
  switch (kpi.type) {
    case 'topBox':
      return t(
        `answers ${list(kpi.boxes.map(String), 'or')} to question ${kpi.question}, on a scale of ` +
          `${kpi.scale.join(' to ')}, of all answers`,
        `réponses ${list(kpi.boxes.map(String), 'or')} à la question ${kpi.question}, sur une échelle de ` +
          `${kpi.scale.join(' à ')}, sur toutes les réponses`,
      );
    case 'meanScore':
      return t(
        `mean answer to question ${kpi.question}, on a scale of ${kpi.scale.join(' to ')}`,
        `moyenne des réponses à la question ${kpi.question}, sur une échelle de ${kpi.scale.join(' à ')}`,
      );
    case 'nps':
      return t(
        `net promoter score of question ${kpi.question}: percent of 9 and 10 less percent of 0 to 6, in ` +
          'points',
        `Net Promoter Score de la question ${kpi.question} : part des 9 et 10 moins part des 0 à 6, en ` +
          'points',
      );
    case 'fcrSurvey':
      return t(
        `customers who answer yes to question ${kpi.question} (resolved at first contact), of all who answer`,
        `clients répondant oui à la question ${kpi.question} (résolu au premier contact), sur tous les ` +
          'répondants',
      );
  }
}

function eventKpiText(kpi: EventKpi, speech: Phrasebook): string {
  const { t, duration } = speech;
  switch (kpi.type) {
    case 'ratio':
      return t(
        `${selection(kpi.numerator, speech)}, of ${selection(kpi.denominator, speech)}`,
        `${selection(kpi.numerator, speech)}, sur ${selection(kpi.denominator, speech)}`,
      );
    case 'share':
      return t(
        `${selection(kpi.numerator, speech)}, of ${forecastText(kpi.of, speech)}`,
        `${selection(kpi.numerator, speech)}, sur ${forecastText(kpi.of, speech)}`,
      );
    case 'quality':
      return t(
        `mean of ${kpi.field} in quality evaluations; a critical error makes one 0`,
        `moyenne de ${kpi.field} des évaluations qualité ; une erreur critique vaut 0`,
      );
    case 'delay':
      return t(
        `mean time from ${kpi.from} to ${kpi.to} of a subject, in seconds`,
        `délai moyen entre ${kpi.from} et ${kpi.to} d'un dossier, en secondes`,
      );
    case 'within':
      return t(
        `subjects with ${kpi.to} at most ${duration(kpi.atMostMs)} (elapsed time) after ${kpi.from}, of ` +
          `those with ${kpi.from}`,
        `dossiers avec ${kpi.to} ${duration(kpi.atMostMs)} au plus (temps écoulé) après ${kpi.from}, sur ` +
          `dossiers avec ${kpi.from}`,
      );
  }
}

function per(of: 'contact' | 'leg', { t }: Phrasebook): string {
  return of === 'contact' ? 'contact' : t("agent's part of a contact", "intervention d'agent");
}

function states(names: readonly string[], speech: Phrasebook): string {
  return speech.list(names.map((name) => stateText(name, speech)));
}

function serviceLevelText(
  kpi: Extract<RateKpi, { type: 'serviceLevel' }>,
  { t, duration }: Phrasebook,
): string {
  const limit = duration(kpi.thresholdMs);
  const met = t(`contacts answered within ${limit}`, `contacts décrochés en ${limit} au plus`);
  const short = duration(kpi.shortAbandonMs);
  switch (kpi.variant) {
    case 'SL-A':
      return t(`${met}, of those answered (SL-A)`, `${met}, sur contacts décrochés (SL-A)`);
    case 'SL-B':
      return t(`${met}, of those offered (SL-B)`, `${met}, sur contacts présentés (SL-B)`);
    case 'SL-C':
      return t(
        `${met}, of those offered less those abandoned within ${short} (SL-C)`,
        `${met}, sur contacts présentés hors abandons en ${short} au plus (SL-C)`,
      );
    case 'SL-D':
      return t(
        `contacts answered or abandoned within ${limit}, of those offered (SL-D)`,
        `contacts décrochés ou abandonnés en ${limit} au plus, sur contacts présentés (SL-D)`,
      );
    case 'SL-E':
      return t(
        `${met}, of those offered less those abandoned within ${limit} (SL-E)`,
        `${met}, sur contacts présentés hors abandons en ${limit} au plus (SL-E)`,
      );
  }
}

function shortText(shortAbandonMs: number | null, { t, duration }: Phrasebook): string {
  if (shortAbandonMs === null) return '';
  const limit = duration(shortAbandonMs);
  return t(`, less those abandoned within ${limit}`, `, hors abandons en ${limit} au plus`);
}

function repeatText(
  kpi: Extract<RepeatKpi, { readonly windowMs: number }>,
  { t, duration, list }: Phrasebook,
): string {
  const window = duration(kpi.windowMs);
  const what =
    kpi.type === 'fcrPerContact'
      ? t(
          `contacts handled whose customer did not come back for the same reason within ${window}`,
          `contacts traités dont le client n'est pas revenu pour le même motif dans les ${window}`,
        )
      : kpi.chain === 'anchored'
        ? t(
            `issues (a first contact and all that follow within ${window} of it) that took a single contact`,
            `dossiers (un premier contact et tous ceux qui suivent dans les ${window}) réglés en un seul contact`,
          )
        : t(
            `issues (chains of contacts at most ${window} apart) that took a single contact`,
            `dossiers (chaînes de contacts espacés de ${window} au plus) réglés en un seul contact`,
          );
  const unknown =
    kpi.unknownCustomer === 'exclude'
      ? t('unknown customers left out', 'clients inconnus exclus')
      : t('unknown customers counted as resolved', 'clients inconnus comptés comme résolus');
  const net =
    kpi.basis === 'gross'
      ? []
      : [
          t(
            `net of ${list(kpi.notSolvable)}, which cannot be solved at first contact`,
            `net des motifs ${list(kpi.notSolvable)}, non solubles au premier contact`,
          ),
        ];
  return [what, unknown, ...net].join('; ');
}

function selection({ name, unless, match }: EventSelection, speech: Phrasebook): string {
  return [speech.t(`events ${name}`, `événements ${name}`), ...selectionTexts(unless, match, speech)].join(
    ', ',
  );
}
