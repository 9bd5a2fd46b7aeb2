import type { Phrase } from './lang.js';

/** What is earned and not yet invoiced. */
export const accruedKinds: Readonly<Record<'difference' | 'waiting', Phrase>> = {
  difference: ['difference since the close', 'écart depuis la clôture'],
  waiting: ['adjustment waiting to be carried', 'rectification à reporter'],
};

/** Why an amount may still change though nothing more happens. */
export const provisionalReasons: Readonly<
  Record<'judgedAtEnd' | 'settledAtEnd' | 'wholePeriod' | 'windowOpen', Phrase>
> = {
  judgedAtEnd: ['not yet due: judged by the whole period', 'pas encore dû : jugé sur la période entière'],
  settledAtEnd: [
    'not yet due: settled at the end of the period',
    'pas encore dû : réglé à la fin de la période',
  ],
  wholePeriod: ['amount of the whole period', 'montant de la période entière'],
  windowOpen: ['window still open: in no amount', 'délai encore ouvert : dans aucun montant'],
};
