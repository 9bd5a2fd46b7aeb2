import type { Lang } from '../phrasebook.js';
import type { ClauseKind } from '#domain/whatif/clauses.js';

export type Words = (typeof wordsOf)[Lang];

export const wordsOf = {
  en: {
    title: 'What if: draft',
    against: 'against',
    noPresent: 'alone, since the programme has no contract yet',
    to: 'to',
    and: 'and',
    observed: 'Observed',
    definitions: 'What the indicators count',
    definition: 'definition',
    counts: {
      offered: 'contacts offered',
      answered: 'contacts answered',
      handled: 'contacts handled',
      abandoned: 'contacts abandoned',
    },
    kpis: {
      aht: 'handle time (AHT)',
      att: 'talk time (ATT)',
      acw: 'after-call work (ACW)',
      asa: 'speed of answer (ASA)',
      serviceLevel: 'service level',
      abandonment: 'abandonment',
      transfer: 'transfers',
      fcr: 'resolved at first contact',
    },
    perMonth: 'Per month, without VAT',
    perLine: 'Per month and line',
    line: 'line',
    present: 'present',
    draft: 'draft',
    difference: 'difference',
    total: 'total',
    note: 'note on',
    presentIs: {
      billed: 'as invoiced',
      priced: 'not closed: priced under the present contract',
      none: '',
    },
    breakEven: 'Break-even: the draft less the present contract, both on the same work',
    now: 'now',
    between: 'between',
    alwaysDearer: 'the draft is dearer throughout',
    neverDearer: 'the draft is never dearer',
    nothing: 'neither contract depends on volume, handle time or an indicator',
    clauses: 'What each clause of the draft moved (its price less its price without the clause)',
    none: 'the draft has no clause that could be taken out',
  },
  fr: {
    title: 'Simulation : projet',
    against: 'face à',
    noPresent: "seul, le programme n'ayant pas encore de contrat",
    to: 'à',
    and: 'et',
    observed: 'Observé',
    definitions: 'Ce que comptent les indicateurs',
    definition: 'définition',
    counts: {
      offered: 'contacts présentés',
      answered: 'contacts décrochés',
      handled: 'contacts traités',
      abandoned: 'contacts abandonnés',
    },
    kpis: {
      aht: 'durée de traitement (DMT)',
      att: 'durée de conversation (DMC)',
      acw: 'post-appel',
      asa: 'délai de décroché',
      serviceLevel: 'niveau de service',
      abandonment: 'abandons',
      transfer: 'transferts',
      fcr: 'résolus au premier contact',
    },
    perMonth: 'Par mois, hors TVA',
    perLine: 'Par mois et par ligne',
    line: 'ligne',
    present: 'actuel',
    draft: 'projet',
    difference: 'écart',
    total: 'total',
    note: 'remarque sur',
    presentIs: {
      billed: 'facturé',
      priced: 'non clos : prix du contrat actuel',
      none: '',
    },
    breakEven: "Points d'équilibre : le projet moins le contrat actuel, sur le même travail",
    now: 'observé',
    between: 'entre',
    alwaysDearer: 'le projet est toujours plus cher',
    neverDearer: "le projet n'est jamais plus cher",
    nothing: "aucun des contrats ne dépend du volume, de la durée de traitement ou d'un indicateur",
    clauses: 'Ce que chaque clause du projet a fait varier (son prix moins son prix sans la clause)',
    none: 'le projet ne comporte aucune clause qui puisse être retirée',
  },
} as const;

const kinds: Readonly<Record<ClauseKind, Readonly<Record<Lang, string>>>> = {
  line: { en: 'line', fr: 'ligne' },
  bands: { en: 'time bands of', fr: 'plages horaires de' },
  rates: { en: 'rates of', fr: 'tarifs de' },
  tiers: { en: 'tiers after the first of', fr: 'paliers après le premier de' },
  indexation: { en: 'indexation of', fr: 'indexation de' },
  gate: { en: 'condition of payment of', fr: 'condition de paiement de' },
  guards: { en: 'conditions of sharing of', fr: 'conditions de partage de' },
  increment: { en: 'increment of', fr: 'palier de temps de' },
  caps: { en: 'caps per contact of', fr: 'plafonds par contact de' },
  averageCap: { en: 'cap on the average of', fr: 'plafond de la moyenne de' },
  corridor: { en: 'volume commitment', fr: 'engagement de volume' },
  adjustment: { en: 'bonus or malus', fr: 'bonus ou malus' },
  waiver: { en: 'waiver', fr: 'exonération' },
  malusCap: { en: 'cap over all malus', fr: 'plafond de tous les malus' },
  minimum: { en: "the month's least", fr: 'plancher du mois' },
  maximum: { en: "the month's most", fr: 'plafond du mois' },
  calendarRule: { en: 'calendar rule', fr: 'règle de calendrier' },
  amendment: { en: 'amendment: version', fr: 'avenant : version' },
};

/** `time bands of hours`; limits of the month need no name. */
export function clauseText(kind: ClauseKind, id: string, lang: Lang): string {
  switch (kind) {
    case 'minimum':
    case 'maximum':
    case 'malusCap':
      return kinds[kind][lang];
    case 'line':
    case 'bands':
    case 'rates':
    case 'tiers':
    case 'indexation':
    case 'gate':
    case 'guards':
    case 'increment':
    case 'caps':
    case 'averageCap':
    case 'corridor':
    case 'adjustment':
    case 'waiver':
    case 'calendarRule':
    case 'amendment':
      return `${kinds[kind][lang]} ${id}`;
  }
}
