import type { UnbilledCause } from '#domain/unbilled/cause.js';
import type { Phrase } from './lang.js';

/** Why no line of a contract uses some work. */
export const causeWords: Readonly<Record<UnbilledCause, Phrase>> = {
  implausible: ['implausible, not confirmed', 'invraisemblable, non confirmé'],
  machine: ['voice response unit or bot', 'serveur vocal ou robot'],
  unseen: ['end lost: nothing was seen of the agent', 'fin perdue : rien n’a été vu de l’agent'],
  unmappedCode: ['code of a state that the catalogue does not know', 'code d’état inconnu du catalogue'],
  noQueue: ['through no queue', 'hors de toute file'],
  unmappedQueue: ['queue of no programme', 'file d’aucun programme'],
  unmappedAgent: ['own time of an agent of no programme', 'temps propre d’un agent d’aucun programme'],
  noContract: ['programme without a contract', 'programme sans contrat'],
  outsideTerm: ['outside the term of the contract', 'hors de la durée du contrat'],
  outsideScope: ['outside the scope of the contract', 'hors du périmètre du contrat'],
  unknownAgent: ['agent whom the catalogue does not know', 'agent inconnu du catalogue'],
  notCharged: ['no line counts it', 'aucune ligne ne le compte'],
  unapprovedWork: ['ad-hoc work without approval', 'travaux ponctuels sans accord'],
  belowMinimum: ['less talk than a line asks for', 'conversation plus courte que le minimum'],
  aboveMaximum: ['beyond what a line counts of a contact', 'au-delà du maximum compté par contact'],
};
