import type { EventSelection, Kpi, KpiDefinition, OnClock, ScheduleTerms } from '#domain/contract/kpi.js';
import type { KpiOf, KpiType } from '#domain/kpi/kpi-module.js';
import { forecastText, sampleText } from './kpi-words.js';
import {
  agentKindText,
  elapsedText,
  onceText,
  perSubjectTexts,
  selectionTexts,
  statesText,
  stateText,
} from './measures.js';
import type { Phrasebook } from '../phrasebook.js';

/** A KPI: what it is, of which definition, and what no data means. */
export function kpiClause(id: string, kpi: Kpi, speech: Phrasebook): string {
  const { t } = speech;
  const sample = sampleText(kpi.minSample, kpi.onNoData, speech);
  const version = t(
    `definition ${kpi.type}, version ${kpi.version}`,
    `définition ${kpi.type}, version ${kpi.version}`,
  );
  return `${id}${t(':', ' :')} ${kpiDefinitionText(kpi, speech)} (${version}). ${sample}`;
}

/** What a KPI counts, without its name: `contacts answered of those offered`. */
export function kpiDefinitionText(kpi: KpiDefinition, speech: Phrasebook): string {
  return (texts[kpi.type] as (definition: KpiDefinition, speech: Phrasebook) => string)(kpi, speech);
}

/** What each KPI is, as a noun phrase. A new KPI is one entry here. */
const texts: { readonly [T in KpiType]: (kpi: KpiOf<T>, speech: Phrasebook) => string } = {
  aht: (kpi, speech) =>
    speech.t(
      'average handle time (dialling, conversation, hold and after-call work) per ' +
        `${per(kpi.per, speech)}, in seconds`,
      'durée moyenne de traitement (numérotation, conversation, mise en garde et post-appel) par ' +
        `${per(kpi.per, speech)}, en secondes`,
    ),
  att: (kpi, speech) =>
    speech.t(
      `average talk time per ${per(kpi.per, speech)}, in seconds`,
      `durée moyenne de conversation par ${per(kpi.per, speech)}, en secondes`,
    ),
  acw: (kpi, speech) =>
    speech.t(
      `average after-call work per ${per(kpi.per, speech)}, in seconds`,
      `durée moyenne de post-appel par ${per(kpi.per, speech)}, en secondes`,
    ),
  asa: ({ of }, { t }) =>
    of === 'answered'
      ? t(
          'average wait of the contacts answered, in seconds',
          'délai moyen de décroché des contacts décrochés, en secondes',
        )
      : t(
          'average wait of all contacts offered, in seconds',
          "délai moyen d'attente de tous les contacts présentés, en secondes",
        ),
  serviceLevel: serviceLevelText,
  abandonment: (kpi, speech) =>
    speech.t('contacts abandoned of those offered', 'contacts abandonnés sur contacts présentés') +
    shortText(kpi.shortAbandonMs, speech),
  answerRate: (kpi, speech) =>
    speech.t('contacts answered of those offered', 'contacts décrochés sur contacts présentés') +
    shortText(kpi.shortAbandonMs, speech),
  transfer: (_, { t }) =>
    t('contacts transferred of those handled', 'contacts transférés sur contacts traités'),
  hold: (_, { t }) =>
    t('contacts put on hold of those handled', 'contacts avec mise en garde sur contacts traités'),
  occupancy: (kpi, speech) => {
    const { t, list } = speech;
    const busy = (kpi.busy ?? []).map((name) => stateText(name, speech));
    const worked = list([t('working time', 'temps de traitement'), ...busy]);
    const text = t(
      `occupancy: ${worked} of the same and ${statesText(kpi.idle, speech)}`,
      `taux d'occupation : ${worked} sur les mêmes et ${statesText(kpi.idle, speech)}`,
    );
    return text + clockText(kpi, speech);
  },
  utilisation: (kpi, speech) =>
    speech.t(
      `utilisation: ${statesText(kpi.productive, speech)} of ${statesText(kpi.paid, speech)}`,
      `taux d'utilisation : ${statesText(kpi.productive, speech)} sur ${statesText(kpi.paid, speech)}`,
    ) + clockText(kpi, speech),
  contactsPerHour: (kpi, speech) =>
    speech.t(
      `contacts handled per hour of ${statesText(kpi.productive, speech)}`,
      `contacts traités par heure de ${statesText(kpi.productive, speech)}`,
    ) + clockText(kpi, speech),
  adherence: (kpi, speech) => {
    const { t, duration } = speech;
    const what =
      kpi.definition === 'adherence@genesys'
        ? t('time spent as planned', 'temps passé comme prévu')
        : t('time of presence within planned time', 'temps de présence pendant le temps prévu');
    const tolerance = duration(kpi.toleranceMs);
    return [
      t(
        `adherence to schedules (${kpi.definition}): ${what} of planned time`,
        `adhérence au planning (${kpi.definition}) : ${what} sur temps prévu`,
      ),
      ...(kpi.toleranceMs === 0
        ? []
        : [
            t(
              `a deviation of less than ${tolerance} in a row counts as kept`,
              `un écart de moins de ${tolerance} d'affilée compte comme respecté`,
            ),
          ]),
      ...scheduleTexts(kpi, speech),
    ].join(t('; ', ' ; '));
  },
  conformance: (kpi, speech) =>
    [
      speech.t(
        `conformance to schedules (${kpi.definition}): time on queue of time planned on queue, whenever in the day`,
        `conformité au planning (${kpi.definition}) : temps en file sur temps prévu en file, à tout moment du jour`,
      ),
      ...scheduleTexts(kpi, speech),
    ].join(speech.t('; ', ' ; ')),
  fcrPerContact: (kpi, speech) => {
    const window = speech.duration(kpi.windowMs);
    const what = speech.t(
      `contacts handled whose customer did not come back for the same reason within ${window}`,
      `contacts traités dont le client n'est pas revenu pour le même motif dans les ${window}`,
    );
    return repeatText(what, kpi, speech);
  },
  fcrPerIssue: (kpi, speech) => {
    const window = speech.duration(kpi.windowMs);
    const what =
      kpi.chain === 'anchored'
        ? speech.t(
            `issues (a first contact and all that follow within ${window} of it) that took a single contact`,
            `dossiers (un premier contact et tous ceux qui suivent dans les ${window}) réglés en un seul contact`,
          )
        : speech.t(
            `issues (chains of contacts at most ${window} apart) that took a single contact`,
            `dossiers (chaînes de contacts espacés de ${window} au plus) réglés en un seul contact`,
          );
    return repeatText(what, kpi, speech);
  },
  settled: settledText,
  fcrDeclared: ({ resolved }, { t, list }) =>
    t(
      `contacts that the agent closed as ${list(resolved, 'or')}, of those with a disposition`,
      `contacts que l'agent a qualifiés ${list(resolved, 'or')}, sur contacts qualifiés`,
    ),
  topBox: ({ boxes, question, scale }, { t, list }) =>
    t(
      `answers ${list(boxes.map(String), 'or')} to question ${question}, on a scale of ` +
        `${scale.join(' to ')}, of all answers`,
      `réponses ${list(boxes.map(String), 'or')} à la question ${question}, sur une échelle de ` +
        `${scale.join(' à ')}, sur toutes les réponses`,
    ),
  meanScore: ({ question, scale }, { t }) =>
    t(
      `mean answer to question ${question}, on a scale of ${scale.join(' to ')}`,
      `moyenne des réponses à la question ${question}, sur une échelle de ${scale.join(' à ')}`,
    ),
  nps: ({ question }, { t }) =>
    t(
      `net promoter score of question ${question}: percent of 9 and 10 less percent of 0 to 6, in points`,
      `Net Promoter Score de la question ${question} : part des 9 et 10 moins part des 0 à 6, en points`,
    ),
  fcrSurvey: ({ question }, { t }) =>
    t(
      `customers who answer yes to question ${question} (resolved at first contact), of all who answer`,
      `clients répondant oui à la question ${question} (résolu au premier contact), sur tous les répondants`,
    ),
  ratio: ({ numerator, denominator }, speech) =>
    speech.t(
      `${selection(numerator, speech)}, of ${selection(denominator, speech)}`,
      `${selection(numerator, speech)}, sur ${selection(denominator, speech)}`,
    ),
  share: ({ numerator, of }, speech) =>
    speech.t(
      `${selection(numerator, speech)}, of ${forecastText(of, speech)}`,
      `${selection(numerator, speech)}, sur ${forecastText(of, speech)}`,
    ),
  quality: ({ field }, { t }) =>
    t(
      `mean of ${field} in quality evaluations; one with a critical error counts as 0`,
      `moyenne de ${field} des évaluations qualité ; une évaluation avec erreur critique compte pour 0`,
    ),
  delay: ({ from, to }, { t }) =>
    t(
      `mean time from ${from} to ${to} of a subject, in seconds`,
      `délai moyen entre ${from} et ${to} d'un dossier, en secondes`,
    ),
  within: ({ from, to, atMostMs }, { t, duration }) =>
    t(
      `subjects with ${to} at most ${duration(atMostMs)} (elapsed time) after ${from}, of those with ${from}`,
      `dossiers avec ${to} ${duration(atMostMs)} au plus (temps écoulé) après ${from}, sur dossiers avec ${from}`,
    ),
};

function per(of: 'contact' | 'leg', { t }: Phrasebook): string {
  return of === 'contact' ? 'contact' : t("agent's part of a contact", "intervention d'agent");
}

/** Nothing of definitions of releases that counted each piece in full without saying so. */
function scheduleTexts({ equivalent, ignored, asOf }: ScheduleTerms, speech: Phrasebook): string[] {
  const { t } = speech;
  return [
    t(
      'being available, ringing and contacts are one state, on queue',
      'disponibilité, sonnerie et contacts forment un seul état, en file',
    ),
    ...equivalent.map((states) =>
      t(`${statesText(states, speech)} are taken as one`, `${statesText(states, speech)} sont confondus`),
    ),
    ...(ignored.length === 0
      ? []
      : [
          t(
            `time planned as ${statesText(ignored, speech)} is left out`,
            `le temps prévu comme ${statesText(ignored, speech)} n'est pas pris en compte`,
          ),
        ]),
    {
      instant: t(
        'the schedule of an instant is the version published last up to it',
        "le planning d'un instant est la dernière version publiée jusque-là",
      ),
      dayStart: t(
        'the schedule of a day is the version in force as it begins',
        "le planning d'un jour est la version en vigueur à son début",
      ),
      latest: t(
        'the schedule is its last version, also where it was published afterwards',
        'le planning est sa dernière version, même publiée après coup',
      ),
    }[asOf],
  ];
}

function clockText({ overlaps }: OnClock, speech: Phrasebook): string {
  if (overlaps === undefined) return '';
  const text = overlaps === 'once' ? onceText(speech) : fullText(speech);
  return `${speech.t(';', ' ;')} ${text}`;
}

function fullText({ t }: Phrasebook): string {
  return t('what is done at once counts in full', 'ce qui se fait en même temps compte en entier');
}

function serviceLevelText(kpi: KpiOf<'serviceLevel'>, { t, duration }: Phrasebook): string {
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
  what: string,
  { unknownCustomer, basis, notSolvable }: KpiOf<'fcrPerContact' | 'fcrPerIssue'>,
  { t, list }: Phrasebook,
): string {
  const unknown =
    unknownCustomer === 'exclude'
      ? t('unknown customers left out', 'clients inconnus exclus')
      : t('unknown customers counted as resolved', 'clients inconnus comptés comme résolus');
  const net = t(
    `net of ${list(notSolvable)}, which cannot be solved at first contact`,
    `hors motifs ${list(notSolvable)}, qui ne peuvent être résolus au premier contact`,
  );
  return [what, unknown, ...(basis === 'gross' ? [] : [net])].join(t('; ', ' ; '));
}

/** What is counted, what breaks it, and on which side the end of the window lies. */
function settledText({ windowMs, by, unless, resolved }: KpiOf<'settled'>, speech: Phrasebook): string {
  const { t, list } = speech;
  const window = elapsedText(windowMs, speech);
  const who = by === null ? (['person', 'machine'] as const) : ([by] as const);
  const whose = list(
    who.map((kind) => agentKindText(kind, speech)),
    'or',
  );
  const declared =
    resolved === null
      ? ''
      : t(` and closed as ${list(resolved, 'or')}`, ` et qualifiés ${list(resolved, 'or')}`);
  const broken = [
    t('further contact of the customer on the same topic', 'nouveau contact du client sur le même sujet'),
    ...unless,
  ];
  return [
    t(
      `contacts that ${whose} worked on${declared}, whose resolution held: within ${window} of elapsed time from ` +
        `their end (the instant ${window} after it no longer) came ${broken.map((each) => `no ${each}`).join(', ')}`,
      `contacts traités par ${whose}${declared}, dont la résolution a tenu : dans les ${window} de temps écoulé ` +
        `après leur fin (l'instant de ${window} exclu), ${broken.map((each) => `ni ${each}`).join(', ')}`,
    ),
    ...(by === 'person'
      ? []
      : [
          t(
            'what a machine hands over to a person is not resolved by the machine',
            "ce qu'une machine passe à une personne n'est pas résolu par la machine",
          ),
        ]),
    t('a contact without a topic is about any topic', 'un contact sans sujet vaut pour tous les sujets'),
    t('unknown customers left out', 'clients inconnus exclus'),
  ].join(t('; ', ' ; '));
}

function selection(selected: EventSelection, speech: Phrasebook): string {
  return [
    speech.t(`events ${selected.name}`, `événements ${selected.name}`),
    ...perSubjectTexts(selected, speech),
    ...selectionTexts(selected, speech),
  ].join(', ');
}
