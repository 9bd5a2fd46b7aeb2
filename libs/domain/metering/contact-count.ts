import type { ContactCount } from '#domain/contract/measure.js';
import type { ScopedContact } from '#domain/scope/scoped-contact.js';

/**
 * Whether a contract's part of a contact is one of those a measure counts. Nothing handled by unknown agents
 * only is.
 */
export function contactMatches(measure: ContactCount, share: ScopedContact): boolean {
  switch (measure.of) {
    case 'offered':
      return share.stays.length > 0;
    case 'answered':
      return share.result === 'answered' && !onlyUnknownAgents(share) && talkMs(share) >= measure.minTalkMs;
    case 'handled':
      return share.legs.some(({ agent }) => agent !== null) && talkMs(share) >= measure.minTalkMs;
    case 'abandoned':
    case 'flowOut':
      return share.result === measure.of;
  }
}

/**
 * A queue may say that a contact was answered while the agent's session is not reported: the queue's
 * word counts.
 */
function onlyUnknownAgents({ legs }: ScopedContact): boolean {
  return legs.length > 0 && legs.every(({ agent }) => agent === null);
}

function talkMs({ legs }: ScopedContact): number {
  return legs.reduce((sum, { leg }) => sum + (leg.talkMs ?? 0), 0);
}
