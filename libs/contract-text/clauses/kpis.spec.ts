import { describe, expect, it } from '@jest/globals';
import type { Kpi, KpiDefinition } from '#domain/contract/kpi.js';
import type { KpiOf } from '#domain/kpi/kpi-module.js';
import { phrasebook } from '../phrasebook.js';
import { kpiDefinitionText } from './kpis.js';

interface Row<T extends Kpi['type']> {
  readonly kpi: KpiOf<T>;
  readonly en: string;
  readonly fr: string;
}

const days7 = 7 * 86_400_000;
const repeat = { windowMs: days7, unknownCustomer: 'exclude', basis: 'gross', notSolvable: [] } as const;
const sales = { name: 'sale.made', unless: ['sale.cancelled'], match: {} };
const leads = { name: 'lead.worked', unless: [], match: {} };

/** One row for each type: how a contract says it to both parties. */
const sentences = {
  aht: {
    kpi: { type: 'aht', per: 'contact' },
    en: 'average handle time (dialling, conversation, hold and after-call work) per contact, in seconds',
    fr: 'durée moyenne de traitement (numérotation, conversation, mise en garde et post-appel) par contact, en secondes',
  },
  att: {
    kpi: { type: 'att', per: 'leg' },
    en: "average talk time per agent's part of a contact, in seconds",
    fr: "durée moyenne de conversation par intervention d'agent, en secondes",
  },
  acw: {
    kpi: { type: 'acw', per: 'contact' },
    en: 'average after-call work per contact, in seconds',
    fr: 'durée moyenne de post-appel par contact, en secondes',
  },
  asa: {
    kpi: { type: 'asa', of: 'offered' },
    en: 'average wait of all contacts offered, in seconds',
    fr: "délai moyen d'attente de tous les contacts présentés, en secondes",
  },
  serviceLevel: {
    kpi: { type: 'serviceLevel', variant: 'SL-C', thresholdMs: 20_000, shortAbandonMs: 5_000 },
    en: 'contacts answered within 20 s, of those offered less those abandoned within 5 s (SL-C)',
    fr: 'contacts décrochés en 20 s au plus, sur contacts présentés hors abandons en 5 s au plus (SL-C)',
  },
  abandonment: {
    kpi: { type: 'abandonment', shortAbandonMs: 5_000 },
    en: 'contacts abandoned of those offered, less those abandoned within 5 s',
    fr: 'contacts abandonnés sur contacts présentés, hors abandons en 5 s au plus',
  },
  answerRate: {
    kpi: { type: 'answerRate', shortAbandonMs: null },
    en: 'contacts answered of those offered',
    fr: 'contacts décrochés sur contacts présentés',
  },
  transfer: {
    kpi: { type: 'transfer' },
    en: 'contacts transferred of those handled',
    fr: 'contacts transférés sur contacts traités',
  },
  hold: {
    kpi: { type: 'hold' },
    en: 'contacts put on hold of those handled',
    fr: 'contacts avec mise en garde sur contacts traités',
  },
  occupancy: {
    kpi: { type: 'occupancy', busy: ['RING'], idle: ['AVAILABLE'], overlaps: 'once' },
    en:
      'occupancy: working time and ringing of the same and availability; each second of a person once, work on ' +
      'contacts before all else',
    fr:
      "taux d'occupation : temps de traitement et sonnerie sur les mêmes et disponibilité ; chaque seconde d'une " +
      'personne une seule fois, le travail sur des contacts avant tout le reste',
  },
  utilisation: {
    kpi: { type: 'utilisation', productive: ['TALK', 'ACW'], paid: ['TALK', 'ACW', 'BREAK'] },
    en: 'utilisation: conversation and after-call work of conversation, after-call work and breaks',
    fr: "taux d'utilisation : conversation et post-appel sur conversation, post-appel et pause",
  },
  contactsPerHour: {
    kpi: { type: 'contactsPerHour', productive: ['ACW', 'TALK', 'ACW_MISSED'], overlaps: 'full' },
    en:
      'contacts handled per hour of after-call work (afterCall@1: after-call work and after-call work of offers ' +
      'not taken) and conversation; what is done at once counts in full',
    fr:
      'contacts traités par heure de post-appel (afterCall@1 : post-appel et post-appel des appels non pris) et ' +
      'conversation ; ce qui se fait en même temps compte en entier',
  },
  adherence: {
    kpi: {
      type: 'adherence',
      definition: 'adherence@genesys',
      toleranceMs: 300_000,
      equivalent: [['BREAK', 'LUNCH']],
      ignored: ['OTHER'],
      asOf: 'instant',
    },
    en:
      'adherence to schedules (adherence@genesys): time spent as planned of planned time; a deviation of less than ' +
      '5 min in a row counts as kept; being available, ringing and contacts are one state, on queue; breaks and ' +
      'lunch are taken as one; time planned as other activities is left out; the schedule of an instant is the ' +
      'version published last up to it',
    fr:
      "adhérence au planning (adherence@genesys) : temps passé comme prévu sur temps prévu ; un écart de moins de 5 min d'affilée " +
      'compte comme respecté ; disponibilité, sonnerie et contacts forment un seul état, en file ; pause et ' +
      "déjeuner sont confondus ; le temps prévu comme autres activités n'est pas pris en compte ; le planning d'un " +
      'instant est la dernière version publiée jusque-là',
  },
  conformance: {
    kpi: {
      type: 'conformance',
      definition: 'conformance@genesys',
      equivalent: [],
      ignored: [],
      asOf: 'latest',
    },
    en:
      'conformance to schedules (conformance@genesys): time on queue of time planned on queue, whenever in the ' +
      'day; being available, ringing and contacts are one state, on queue; the schedule is its last version, also ' +
      'where it was published afterwards',
    fr:
      'conformité au planning (conformance@genesys) : temps en file sur temps prévu en file, à tout moment du jour ; ' +
      'disponibilité, sonnerie et contacts forment un seul état, en file ; le planning est sa dernière version, ' +
      'même publiée après coup',
  },
  fcrPerContact: {
    kpi: { type: 'fcrPerContact', ...repeat, basis: 'net', notSolvable: ['delivery'] },
    en:
      'contacts handled whose customer did not come back for the same reason within 7 days; unknown customers ' +
      'left out; net of delivery, which cannot be solved at first contact',
    fr:
      "contacts traités dont le client n'est pas revenu pour le même motif dans les 7 jours ; clients inconnus " +
      'exclus ; hors motifs delivery, qui ne peuvent être résolus au premier contact',
  },
  fcrPerIssue: {
    kpi: { type: 'fcrPerIssue', chain: 'sliding', ...repeat, unknownCustomer: 'countAsResolved' },
    en:
      'issues (chains of contacts at most 7 days apart) that took a single contact; unknown customers counted ' +
      'as resolved',
    fr:
      'dossiers (chaînes de contacts espacés de 7 jours au plus) réglés en un seul contact ; clients inconnus ' +
      'comptés comme résolus',
  },
  settled: {
    kpi: {
      type: 'settled',
      windowMs: 72 * 3_600_000,
      by: 'machine',
      unless: ['refund.made', 'resolution.reopened'],
      resolved: ['solved'],
    },
    en:
      'contacts that machines worked on and closed as solved, whose resolution held: within 72 h of elapsed time ' +
      'from their end (the instant 72 h after it no longer) came no further contact of the customer on the same ' +
      'topic, no refund.made, no resolution.reopened; what a machine hands over to a person is not resolved by ' +
      'the machine; a contact without a topic is about any topic; unknown customers left out',
    fr:
      'contacts traités par des machines et qualifiés solved, dont la résolution a tenu : dans les 72 h de temps ' +
      "écoulé après leur fin (l'instant de 72 h exclu), ni nouveau contact du client sur le même sujet, ni " +
      "refund.made, ni resolution.reopened ; ce qu'une machine passe à une personne n'est pas résolu par la " +
      'machine ; un contact sans sujet vaut pour tous les sujets ; clients inconnus exclus',
  },
  fcrDeclared: {
    kpi: { type: 'fcrDeclared', resolved: ['solved', 'closed'] },
    en: 'contacts that the agent closed as solved or closed, of those with a disposition',
    fr: "contacts que l'agent a qualifiés solved ou closed, sur contacts qualifiés",
  },
  topBox: {
    kpi: { type: 'topBox', question: 'csat', boxes: [4, 5], scale: [1, 5] },
    en: 'answers 4 or 5 to question csat, on a scale of 1 to 5, of all answers',
    fr: 'réponses 4 ou 5 à la question csat, sur une échelle de 1 à 5, sur toutes les réponses',
  },
  meanScore: {
    kpi: { type: 'meanScore', question: 'csat', scale: [1, 5] },
    en: 'mean answer to question csat, on a scale of 1 to 5',
    fr: 'moyenne des réponses à la question csat, sur une échelle de 1 à 5',
  },
  nps: {
    kpi: { type: 'nps', question: 'recommend' },
    en: 'net promoter score of question recommend: percent of 9 and 10 less percent of 0 to 6, in points',
    fr: 'Net Promoter Score de la question recommend : part des 9 et 10 moins part des 0 à 6, en points',
  },
  fcrSurvey: {
    kpi: { type: 'fcrSurvey', question: 'solved' },
    en: 'customers who answer yes to question solved (resolved at first contact), of all who answer',
    fr: 'clients répondant oui à la question solved (résolu au premier contact), sur tous les répondants',
  },
  ratio: {
    kpi: { type: 'ratio', numerator: sales, denominator: leads },
    en: 'events sale.made, not where the subject also has sale.cancelled, of events lead.worked',
    fr: 'événements sale.made, sauf si le dossier comporte aussi sale.cancelled, sur événements lead.worked',
  },
  share: {
    kpi: { type: 'share', numerator: leads, of: { kind: 'agreed', values: { '2026-03': 40_000 } } },
    en: 'events lead.worked, of the forecast of 40,000 (2026-03)',
    fr: 'événements lead.worked, sur la prévision de 40 000 (2026-03)',
  },
  quality: {
    kpi: { type: 'quality', field: 'score' },
    en: 'mean of score in quality evaluations; one with a critical error counts as 0',
    fr: 'moyenne de score des évaluations qualité ; une évaluation avec erreur critique compte pour 0',
  },
  delay: {
    kpi: { type: 'delay', from: 'task.created', to: 'task.completed' },
    en: 'mean time from task.created to task.completed of a subject, in seconds',
    fr: "délai moyen entre task.created et task.completed d'un dossier, en secondes",
  },
  within: {
    kpi: { type: 'within', from: 'submitted', to: 'approved', atMostMs: 86_400_000 },
    en: 'subjects with approved at most 24 h (elapsed time) after submitted, of those with submitted',
    fr: 'dossiers avec approved 24 h au plus (temps écoulé) après submitted, sur dossiers avec submitted',
  },
} satisfies { readonly [T in Kpi['type']]: Row<T> };

const rows: { readonly kpi: KpiDefinition; readonly en: string; readonly fr: string }[] =
  Object.values(sentences);

describe('what a contract says of a KPI', () => {
  it.each(rows)('says in English and French what $kpi.type counts', ({ kpi, en, fr }) => {
    const text = (lang: 'en' | 'fr'): string =>
      kpiDefinitionText(kpi, phrasebook(lang, 'EUR', 'Europe/Paris')).replaceAll('\u00a0', ' ');
    expect({ en: text('en'), fr: text('fr') }).toEqual({ en, fr });
  });
});
