import { describe, expect, it } from '@jest/globals';
import type { AdherenceReport } from '#pipeline/close/read-adherence.js';
import { adherenceCsv, adherenceText } from './adherence-text.js';

const sums = {
  plannedMs: 32_400_000,
  keptMs: 30_600_000,
  presentMs: 32_400_000,
  plannedOnQueueMs: 0,
  onQueueMs: 1_800_000,
};

const report: AdherenceReport = {
  programme: 'care',
  from: '2026-03-03',
  to: '2026-03-04',
  timeZone: 'Europe/Paris',
  toleranceMs: 300_000,
  asOf: 'instant',
  days: [
    {
      day: '2026-03-03',
      agent: '=ann',
      schedule: 'p:schedule/a:1/2026-03-03',
      versions: 2,
      ...sums,
      unmappedMs: 60_000,
    },
  ],
  total: sums,
  unmappedCodes: [{ code: 'p:JURY', ms: 5_400_000 }],
  unmappedAgents: [{ agent: 'a:9', days: 3 }],
};

describe('How agents kept to their schedules', () => {
  it('is printed by agent and day with its sum, and what the catalogue does not know', () => {
    const lines = adherenceText(report, 'en')
      .split('\n')
      .filter((line) => /\d/.test(line));
    expect(lines).toEqual([
      'care, 2026-03-03 to 2026-03-04 (Europe/Paris), tolerance 300 s, schedule as of instant',
      expect.stringMatching(/^2026-03-03 +=ann +9\.00 +8\.50 +94\.4 % +100\.0 % +0\.00 +0\.50 +- +2$/),
      expect.stringMatching(/^all +9\.00 +8\.50 +94\.4 % +100\.0 % +0\.00 +0\.50 +-/),
      'code without a meaning, in no figure: p:JURY, 1.50 h',
      'schedule of an agent of no programme: a:9, days: 3',
    ]);
  });

  it('is printed in French', () => {
    const text = adherenceText(report, 'fr');
    expect(text).toMatch(/2026-03-03 +=ann +9,00 +8,50 +94,4 %/);
    expect(text).toContain('planning d’un agent d’aucun programme : a:9, jours : 3');
  });

  it('is written as CSV in whole milliseconds, no field of it a formula', () => {
    expect(adherenceCsv(report)).toBe(
      'day,agent,schedule,versions,plannedMs,keptMs,presentMs,plannedOnQueueMs,onQueueMs,unmappedMs\n' +
        `2026-03-03,'=ann,p:schedule/a:1/2026-03-03,2,32400000,30600000,32400000,0,1800000,60000\n`,
    );
  });
});
