import type { Phrase, Wording } from '../phrasebook.js';
import type { ClauseKind } from '#domain/whatif/clauses.js';
import type { MonthComparison } from '#domain/whatif/whatif.js';

/** Titles and words of a what-if. */
export const phrases = {
  title: ['What if: draft', 'Simulation : projet'],
  against: ['against', 'face à'],
  noPresent: [
    'alone, since the programme has no contract yet',
    "seul, le programme n'ayant pas encore de contrat",
  ],
  to: ['to', 'à'],
  and: ['and', 'et'],
  observed: ['Observed', 'Observé'],
  definitions: ['KPI definitions', 'Définitions des indicateurs'],
  definition: ['definition', 'définition'],
  perMonth: ['Per month, without VAT', 'Par mois, hors TVA'],
  perLine: ['Per month and line', 'Par mois et par ligne'],
  line: ['line', 'ligne'],
  present: ['present', 'actuel'],
  draft: ['draft', 'projet'],
  difference: ['difference', 'écart'],
  basis: ['basis', 'base'],
  total: ['total', 'total'],
  note: ['note on', 'remarque sur'],
  breakEven: [
    'Break-even: the draft less the present contract, both on the same work',
    "Points d'équilibre : le projet moins le contrat actuel, sur le même travail",
  ],
  now: ['now', 'observé'],
  between: ['between', 'entre'],
  alwaysCostsMore: ['the draft always costs more', 'le projet est toujours plus cher'],
  neverCostsMore: ['the draft never costs more', "le projet n'est jamais plus cher"],
  nothing: [
    'neither contract depends on volume, handle time or a KPI',
    "aucun des contrats ne dépend du volume, de la durée de traitement ou d'un indicateur",
  ],
  clauses: [
    'Effect of each clause of the draft (its price less its price without the clause)',
    'Effet de chaque clause du projet (son prix moins son prix sans la clause)',
  ],
  none: [
    'the draft has no clause that could be taken out',
    'le projet ne comporte aucune clause qui puisse être retirée',
  ],
} as const;

/** What is counted of the contacts of a month. */
export const countNames: Readonly<Record<'offered' | 'answered' | 'handled' | 'abandoned', Phrase>> = {
  offered: ['contacts offered', 'contacts présentés'],
  answered: ['contacts answered', 'contacts décrochés'],
  handled: ['contacts handled', 'contacts traités'],
  abandoned: ['contacts abandoned', 'contacts abandonnés'],
};

/** How the amount of the present contract came about. */
export const presentNames: Readonly<Record<MonthComparison['presentIs'], Phrase>> = {
  billed: ['as invoiced', 'facturé'],
  priced: ['not closed: priced under the present contract', 'non clos : prix du contrat actuel'],
  none: ['', ''],
};

const kinds: Readonly<Record<ClauseKind, Phrase>> = {
  line: ['line', 'ligne'],
  bands: ['time bands of', 'plages horaires de'],
  rates: ['rates of', 'tarifs de'],
  tiers: ['tiers after the first of', 'paliers après le premier de'],
  indexation: ['indexation of', 'indexation de'],
  gate: ['condition of payment of', 'condition de paiement de'],
  guards: ['conditions of sharing of', 'conditions de partage de'],
  increment: ['increment of', 'palier de temps de'],
  caps: ['caps per contact of', 'plafonds par contact de'],
  averageCap: ['cap on the average of', 'plafond de la moyenne de'],
  lineMinimum: ['minimum of the line', 'minimum de la ligne'],
  corridor: ['volume commitment', 'engagement de volume'],
  commitment: ['commitment over several months', 'engagement sur plusieurs mois'],
  discount: ['discount or rebate', 'remise ou ristourne'],
  credits: ['credits carried on', 'avoirs reportés'],
  bonusMalus: ['bonus or malus', 'bonus ou malus'],
  waiver: ['waiver', 'exonération'],
  bonusCap: ['cap of all bonus', 'plafond des bonus'],
  malusCap: ['cap over all malus', 'plafond de tous les malus'],
  minimum: ['monthly minimum', 'plancher du mois'],
  maximum: ['monthly maximum', 'plafond du mois'],
  calendarRule: ['calendar rule', 'règle de calendrier'],
  amendment: ['amendment: version', 'avenant : version'],
};

/** Kinds of which a month has one: they need no name. */
const unnamed: ReadonlySet<ClauseKind> = new Set(['minimum', 'maximum', 'malusCap', 'credits']);

/** `time bands of hours`; limits of the month need no name. */
export function clauseText(kind: ClauseKind, id: string, { t }: Wording): string {
  const name = t(...kinds[kind]);
  return unnamed.has(kind) ? name : `${name} ${id}`;
}
