import { describe, expect, it } from '@jest/globals';
import type { KpiDefinition } from '#domain/contract/kpi.js';
import { kpiName } from './kpi-name.js';
import { phrasebook } from './phrasebook.js';

const [english, french] = [phrasebook('en', '', 'UTC'), phrasebook('fr', '', 'UTC')];
const dayMs = 86_400_000;

const sevenDays = {
  type: 'fcrPerIssue',
  chain: 'anchored',
  windowMs: 7 * dayMs,
  unknownCustomer: 'exclude',
  basis: 'gross',
  notSolvable: [],
} as const satisfies KpiDefinition;

describe('The name of a KPI', () => {
  it.each<[KpiDefinition, string, string]>([
    [{ type: 'aht', per: 'contact' }, 'AHT', 'DMT'],
    [{ type: 'abandonment', shortAbandonMs: null }, 'abandonment', 'abandons'],
    [sevenDays, 'FCR per issue 7 days', 'FCR par dossier 7 jours'],
    [
      { type: 'topBox', question: 'csat', boxes: [4, 5], scale: [1, 5] },
      'CSAT 4 or 5 of 1 to 5',
      'CSAT 4 ou 5 sur 1 à 5',
    ],
    [{ type: 'quality', field: 'score' }, 'quality', 'qualité'],
  ])('of %j is %s, in French %s', (kpi, inEnglish, inFrench) => {
    expect([kpiName(kpi, english), kpiName(kpi, french)]).toEqual([inEnglish, inFrench]);
  });

  it.each<[KpiDefinition, KpiDefinition]>([
    [
      { type: 'aht', per: 'contact' },
      { type: 'aht', per: 'leg' },
    ],
    [
      { type: 'asa', of: 'answered' },
      { type: 'asa', of: 'offered' },
    ],
    [
      { type: 'abandonment', shortAbandonMs: null },
      { type: 'abandonment', shortAbandonMs: 5_000 },
    ],
    [
      { type: 'serviceLevel', variant: 'SL-C', thresholdMs: 20_000, shortAbandonMs: 5_000 },
      { type: 'serviceLevel', variant: 'SL-C', thresholdMs: 20_000, shortAbandonMs: 10_000 },
    ],
    [sevenDays, { ...sevenDays, chain: 'sliding' }],
    [sevenDays, { ...sevenDays, unknownCustomer: 'countAsResolved' }],
    [sevenDays, { ...sevenDays, basis: 'net', notSolvable: ['claim'] }],
    [
      { type: 'occupancy', busy: ['RING'], idle: ['AVAILABLE'] },
      { type: 'occupancy', idle: ['AVAILABLE'] },
    ],
    [
      { type: 'meanScore', question: 'csat', scale: [1, 5] },
      { type: 'meanScore', question: 'csat', scale: [0, 10] },
    ],
  ])('differs between %j and %j', (one, other) => {
    for (const speech of [english, french]) expect(kpiName(one, speech)).not.toBe(kpiName(other, speech));
  });
});
