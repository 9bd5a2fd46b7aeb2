import type { ServiceLevelVariant } from '#domain/contract/kpi.js';
import { countContacts, isShortAbandon } from './contact-counters.js';
import { bit, type Fraction, notCounted } from './fraction.js';
import type { KpiModule } from './kpi-module.js';

/** Contacts that entered a queue, of one contact (each 0 or 1) or of many. */
export interface QueueCounts {
  readonly offered: number;
  readonly answered: number;
  /** Answered after a wait of at most the threshold. */
  readonly answeredInTime: number;
  /** Abandoned after a wait of at most the threshold. */
  readonly abandonedInTime: number;
  /** Abandoned after a wait of at most the short-abandon threshold. */
  readonly shortAbandons: number;
}

/** The five usual service levels, for contracts and the live view alike. */
export const serviceLevels: Readonly<Record<ServiceLevelVariant, (counts: QueueCounts) => Fraction>> = {
  /** Of the answered. */
  'SL-A': ({ answered, answeredInTime }) => ({ n: answeredInTime, d: answered }),
  /** Of the offered. */
  'SL-B': ({ offered, answeredInTime }) => ({ n: answeredInTime, d: offered }),
  /** Of the offered without short abandons. */
  'SL-C': ({ offered, answeredInTime, shortAbandons }) => ({ n: answeredInTime, d: offered - shortAbandons }),
  /** Of the offered, where giving up within the threshold counts as met. */
  'SL-D': ({ offered, answeredInTime, abandonedInTime }) => ({
    n: answeredInTime + abandonedInTime,
    d: offered,
  }),
  /** Of the offered without those who gave up within the threshold. */
  'SL-E': ({ offered, answeredInTime, abandonedInTime }) => ({
    n: answeredInTime,
    d: offered - abandonedInTime,
  }),
};

export const serviceLevel: KpiModule<'serviceLevel'> = {
  unit: 'ratio',
  contacts({ variant, thresholdMs, shortAbandonMs }) {
    const levelOf = serviceLevels[variant];
    return countContacts((contact) => {
      const { stays, result, waitMs } = contact;
      if (stays.length === 0) return notCounted;
      const isInTime = waitMs <= thresholdMs;
      const isAnswered = result === 'answered';
      return levelOf({
        offered: 1,
        answered: bit(isAnswered),
        answeredInTime: bit(isAnswered && isInTime),
        abandonedInTime: bit(result === 'abandoned' && isInTime),
        shortAbandons: bit(isShortAbandon(contact, shortAbandonMs)),
      });
    });
  },
};
