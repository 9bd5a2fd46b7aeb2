import type { ServiceLevelVariant } from '#domain/contract/kpi.js';
import type { Fraction } from './fraction.js';

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

/** The five usual service levels (domain notes 1.3), for contracts and the live view alike. */
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
