import { describe, expect, it } from '@jest/globals';
import { kpiFigures } from './figures.js';
import { type KpiFigure, type KpiSettings, liveKpiTypes } from './kpi-figure.js';
import type { Grain } from './measure.js';

const settings: KpiSettings = {
  thresholdsMs: [20_000],
  shortAbandonMs: 5_000,
  windows: [],
  surveys: [],
};

function figures(
  sums: Readonly<Record<string, number>>,
  definition: KpiFigure['definition'],
  own: Partial<KpiSettings> = {},
  grain: Grain = 'programme',
): KpiFigure[] {
  const all = kpiFigures(new Map(Object.entries(sums)), { ...settings, ...own }, grain);
  return all.filter((figure) => figure.definition === definition);
}

/** 100 offered: 80 answered, 60 of them in time; 15 abandoned, 4 within 5 s and 7 within 20 s. */
const queue = {
  offered: 100,
  answered: 80,
  answeredWithin20000: 60,
  abandoned: 15,
  abandonedWithin5000: 4,
  abandonedWithin20000: 7,
};

describe('KPI figures of the live view', () => {
  it('gives each service level its variant, threshold and denominator', () => {
    const levels = figures(queue, 'serviceLevel').map(({ parameters, per, value }) => {
      return [parameters['variant'], per, value];
    });
    expect(levels).toEqual([
      ['SL-A', 'answered', 60 / 80],
      ['SL-B', 'offered', 60 / 100],
      ['SL-C', 'offeredWithoutShortAbandons', 60 / 96],
      ['SL-D', 'offered', 67 / 100],
      ['SL-E', 'offeredWithoutAbandonsInTime', 60 / 93],
    ]);
    expect(figures(queue, 'serviceLevel')[2]).toEqual({
      definition: 'serviceLevel',
      version: 1,
      parameters: { variant: 'SL-C', thresholdMs: 20_000, shortAbandonMs: 5_000 },
      per: 'offeredWithoutShortAbandons',
      unit: 'ratio',
      numerator: 60,
      denominator: 96,
      value: 0.625,
    });
  });

  it('reports abandonment with and without short abandons as two figures of different parameters', () => {
    expect(figures(queue, 'abandonment')).toMatchObject([
      { parameters: { shortAbandonMs: null }, numerator: 15, denominator: 100, value: 0.15 },
      { parameters: { shortAbandonMs: 5_000 }, numerator: 11, denominator: 96 },
    ]);
    expect(figures(queue, 'answerRate')).toMatchObject([
      { parameters: { shortAbandonMs: null }, numerator: 80, denominator: 100 },
      { parameters: { shortAbandonMs: 5_000 }, numerator: 80, denominator: 96 },
    ]);
  });

  it('gives handle times in seconds, per contact in a programme and per leg below it', () => {
    const sums = { handled: 4, talkMs: 1_000_000, holdMs: 100_000, acwMs: 90_000, dialMs: 10_000 };
    const [programme] = figures(sums, 'aht');
    const [agent] = figures(sums, 'aht', {}, 'agent');
    expect(programme).toMatchObject({ parameters: { per: 'contact' }, unit: 'seconds', value: 300 });
    expect(agent).toMatchObject({ parameters: { per: 'leg' }, value: 300 });
  });

  it('has no shares of transfers and hold where an agent handled nothing', () => {
    const none = { numerator: 0, denominator: 0, value: null };
    const sums = { activityAVAILABLEMs: 200_000 };
    expect([...figures(sums, 'transfer'), ...figures(sums, 'hold')]).toMatchObject([none, none]);
    // one of 4 was transferred, none held
    expect(figures({ handled: 4, transferred: 1 }, 'transfer')).toMatchObject([
      { numerator: 1, value: 0.25 },
    ]);
    expect(figures({ handled: 4, transferred: 1 }, 'hold')).toMatchObject([{ numerator: 0, value: 0 }]);
  });

  it('has no resolution where no contact of a known customer was handled', () => {
    const own = { windows: [{ iso: 'P1D', minutes: 1_440 }] };
    const none = { numerator: 0, denominator: 0, value: null };
    expect(figures({}, 'fcrPerContact', own)).toMatchObject([none]);
    expect(figures({}, 'fcrPerIssue', own)).toMatchObject([none]);
    expect(figures({ issues1440: 3 }, 'fcrPerIssue', own)).toMatchObject([{ numerator: 0, value: 0 }]);
  });

  it('does not know the occupancy where nothing says when agents are available', () => {
    const sums = { handled: 1, talkMs: 500_000, activityRINGMs: 100_000 };
    expect(figures(sums, 'occupancy')).toMatchObject([{ numerator: 600_000, denominator: 0, value: null }]);
    expect(figures({ ...sums, activityAVAILABLEMs: 200_000 }, 'occupancy')).toMatchObject([{ value: 0.75 }]);
  });

  it('gives the share of productive time in logged time, each piece in full', () => {
    // 6 h + 20 min of talk and hold, 30 + 10 min after calls, 15 min of preparation, 45 min available: 8 h of
    // 10 h
    const sums = {
      talkMs: 6 * 3_600_000,
      holdMs: 20 * 60_000,
      acwMs: 30 * 60_000,
      acwMissedMs: 10 * 60_000,
      activityPREPMs: 15 * 60_000,
      activityAVAILABLEMs: 45 * 60_000,
      activityBREAKMs: 3_600_000,
      activityLOGGED_INMs: 10 * 3_600_000,
    };
    expect(figures(sums, 'utilisation')).toMatchObject([
      {
        version: 1,
        parameters: { paid: ['LOGGED_IN'], overlaps: 'full' },
        per: 'loggedMs',
        numerator: 8 * 3_600_000,
        denominator: 10 * 3_600_000,
        value: 0.8,
      },
    ]);
    expect(figures({ talkMs: 5 }, 'utilisation')).toMatchObject([{ denominator: 0, value: null }]);
  });

  it('reads answers by the definitions that contracts have of their question', () => {
    const sums = { 'answer:csat:5': 6, 'answer:csat:4': 2, 'answer:csat:1': 2, 'answer:csat:9': 3 };
    const surveys = [
      { type: 'topBox', question: 'csat', boxes: [5], scale: [1, 5], version: 3 },
      { type: 'meanScore', question: 'csat', scale: [1, 5], version: 2 },
    ] as const;
    expect(figures(sums, 'topBox', { surveys })).toEqual([
      {
        definition: 'topBox',
        version: 3,
        parameters: { question: 'csat', boxes: [5], scale: [1, 5] },
        per: 'answers',
        unit: 'ratio',
        numerator: 6,
        denominator: 10,
        value: 0.6,
      },
    ]);
    expect(figures(sums, 'meanScore', { surveys })).toMatchObject([{ version: 2, value: 4, unit: 'score' }]);
  });

  it('counts 4 and 5 of 1 to 5 as satisfied where no contract defines the question csat', () => {
    expect(figures({ 'answer:csat:5': 6, 'answer:csat:4': 2, 'answer:csat:1': 2 }, 'topBox')).toMatchObject([
      { version: 1, parameters: { boxes: [4, 5], scale: [1, 5] }, numerator: 8, denominator: 10, value: 0.8 },
    ]);
  });

  it('reads promoters, resolved answers and mean scores of questions that no contract defines', () => {
    const nps = { 'answer:nps:10': 5, 'answer:nps:8': 3, 'answer:nps:2': 2 };
    expect(figures(nps, 'nps')).toMatchObject([{ numerator: 3, denominator: 10, value: 30, unit: 'points' }]);
    const solved = { 'answer:solved%3F:true': 3, 'answer:solved%3F:false': 1 };
    expect(figures(solved, 'fcrSurvey')).toMatchObject([
      { parameters: { question: 'solved?' }, value: 0.75 },
    ]);
    const effort = { 'answer:effort:7': 1, 'answer:effort:2.5': 1 };
    expect(figures(effort, 'meanScore')).toMatchObject([{ parameters: { scale: [2, 7] }, value: 4.75 }]);
  });

  it('has a quality score where there are evaluations, and none where there are none', () => {
    const sums = { qualityEvaluations: 4, qualityThousandths: 340_500 };
    expect(figures(sums, 'quality')).toMatchObject([
      { parameters: { field: 'score' }, per: 'evaluations', unit: 'score', value: 85.125 },
    ]);
    // a critical error is a score of 0, which leaves no sum
    expect(figures({ qualityEvaluations: 2 }, 'quality')).toMatchObject([{ denominator: 2, value: 0 }]);
    expect(figures({}, 'quality')).toEqual([]);
    expect(figures({}, 'topBox')).toEqual([]);
  });

  it('reports a figure for every KPI that the live view lists, and for no other', () => {
    const windows = [{ iso: 'P7D', minutes: 10_080 }];
    const sums = {
      ...queue,
      handled: 80,
      activityAVAILABLEMs: 1,
      fcrContacts: 10,
      issues10080: 9,
      'answer:csat:5': 1,
      'answer:effort:7': 1,
      'answer:nps:10': 1,
      'answer:solved:true': 1,
      qualityEvaluations: 1,
      'resolution:1,,:workedOn': 1,
    };
    const resolutions = [{ version: 1, windowMs: 1, by: null, unless: [], resolved: null }];
    const own = { ...settings, windows, resolutions };
    const all = kpiFigures(new Map(Object.entries(sums)), own, 'programme');
    expect(new Set(all.map(({ definition }) => definition))).toEqual(new Set(liveKpiTypes));
  });
});
