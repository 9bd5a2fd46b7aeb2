import type { KpiType } from '#domain/kpi/kpi-module.js';
import type { Phrase } from './phrasebook.js';

/** What each type of KPI is called in a sentence, without its parameters. */
export const kpiTypeNames: Readonly<Record<KpiType, Phrase>> = {
  aht: ['handle time', 'durée de traitement'],
  att: ['talk time', 'durée de conversation'],
  acw: ['after-call work', 'post-appel'],
  asa: ['speed of answer', 'délai de décroché'],
  serviceLevel: ['service level', 'niveau de service'],
  abandonment: ['abandonment', 'taux d’abandon'],
  answerRate: ['answer rate', 'taux de décroché'],
  transfer: ['transfers', 'taux de transfert'],
  hold: ['holds', 'taux de mise en garde'],
  occupancy: ['occupancy', 'taux d’occupation'],
  utilisation: ['use of paid time', 'taux d’emploi du temps payé'],
  contactsPerHour: ['contacts handled an hour', 'contacts traités par heure'],
  adherence: ['adherence to schedules', 'adhérence au planning'],
  conformance: ['conformance to schedules', 'conformité au planning'],
  fcrPerContact: ['first-contact resolution, per contact', 'résolution au premier contact, par contact'],
  fcrPerIssue: ['first-contact resolution, per issue', 'résolution au premier contact, par dossier'],
  settled: ['settled resolution', 'résolution acquise'],
  fcrDeclared: ['first-contact resolution, declared', 'résolution au premier contact, déclarée'],
  topBox: ['satisfaction', 'taux de satisfaction'],
  meanScore: ['mean score', 'note moyenne'],
  nps: ['NPS', 'NPS'],
  fcrSurvey: ['first-contact resolution, surveyed', 'résolution au premier contact, selon enquête'],
  ratio: ['ratio of events', 'rapport d’événements'],
  share: ['share of a forecast', 'part d’une prévision'],
  quality: ['quality score', 'note de qualité'],
  delay: ['delay', 'délai'],
  within: ['share in time', 'part dans les délais'],
};
