import { describe, expect, it } from '@jest/globals';
import type { KpiSettings } from '#domain/live/kpi-figure.js';
import { liveKpis } from '#domain/live/report.js';
import type { Grain } from '#domain/live/measure.js';
import type { KpiReport } from '#pipeline/tally/read-kpis.js';
import { kpiText } from './kpi-text.js';

const settings: KpiSettings = {
  thresholdsMs: [20_000],
  shortAbandonMs: 5_000,
  windows: [{ iso: 'P7D', minutes: 10_080 }],
  surveys: [],
};

const contacts = {
  offered: 1_000,
  answered: 960,
  abandoned: 40,
  abandonedWithin5000: 10,
  answeredWithin20000: 900,
  handled: 960,
  talkMs: 960 * 180_000,
  holdMs: 3_600_000,
  acwMs: 960 * 30_000,
  waitAnsweredMs: 960 * 8_000,
};

function kpisOf(sums: Readonly<Record<string, number>>, grain: Grain = 'programme') {
  return liveKpis(new Map(Object.entries(sums)), settings, grain);
}

function reportOf(
  sums: Readonly<Record<string, number>>,
  groups: readonly [name: string, sums: Readonly<Record<string, number>>][] = [],
): KpiReport {
  return {
    programme: 'aurore',
    from: '2026-03-01',
    to: '2026-03-31',
    timeZone: 'Europe/Paris',
    asOf: '2026-04-02T10:15:00+02:00',
    total: kpisOf(sums),
    groups: groups.map(([name, own]) => ({ name, kpis: kpisOf(own, 'queue') })),
  };
}

const longestLine = (text: string): number => Math.max(...text.split('\n').map(({ length }) => length));
const headLine = (text: string): string => text.split('\n')[2] ?? '';

describe('The text of KPIs', () => {
  it('names the definition and version of every KPI, so that two of one name can be distinguished', () => {
    const lines = kpiText(reportOf(contacts), null).split('\n');
    const abandonment = lines.filter((line) => line.startsWith('abandonment'));
    expect(abandonment).toEqual([
      expect.stringMatching(/^abandonment v1 +4\.00 % +40 of 1000 +contacts abandoned of those offered$/),
      expect.stringMatching(
        /^abandonment, not short \(5 s\) v1 +3\.03 % +30 of 990 +.* offered, less those abandoned within 5 s$/,
      ),
    ]);
    const levels = lines.filter((line) => /^SL-. \d/.test(line));
    expect(levels.map((line) => line.split(/ {2,}/).slice(0, 3))).toEqual([
      ['SL-A 20 s v1', '93.75 %', '900 of 960'],
      ['SL-B 20 s v1', '90.00 %', '900 of 1000'],
      ['SL-C 20 s, not short (5 s) v1', '90.91 %', '900 of 990'],
    ]);
  });

  it('breaks prose at 110 characters where tables may be of any width', () => {
    const prose =
      kpiText(reportOf(contacts, [['orders', contacts]]), 'queue')
        .split('\n\n')
        .at(-1) ?? '';
    expect(prose).toContain('averages are per leg');
    expect(longestLine(prose)).toBeLessThanOrEqual(110);
  });

  it('has no column for CSAT, quality, occupancy and preparation where no row has data', () => {
    const text = kpiText(reportOf(contacts, [['orders', contacts]]), 'queue');
    expect(headLine(text)).toMatch(/ASA {2}answer rate$/);
    expect(headLine(text)).not.toMatch(/occupancy|preparation|CSAT|quality/);
  });

  it('has a column for CSAT, quality, occupancy and preparation as soon as one row has data', () => {
    const text = kpiText(
      reportOf(
        {
          ...contacts,
          activityPREPMs: 5_400_000,
          activityAVAILABLEMs: 90_000_000,
          'answer:csat:5': 80,
          'answer:csat:2': 20,
          qualityEvaluations: 10,
          qualityThousandths: 912_000,
        },
        [['orders', contacts]],
      ),
      'queue',
    );
    const [head = '', , orders = '', total = ''] = text.split('\n').slice(2);
    expect(head).toMatch(/answer rate {2}occupancy {2}preparation {2}CSAT 4 or 5 of 1 to 5 {2}quality$/);
    expect(orders).toMatch(/96\.00 % {2} +- {2} +- {2} +- {2} +-$/);
    expect(total).toMatch(/96\.00 % +69\.\d\d % +1:30:00 +80\.00 % +91\.20$/);
  });

  it('shows apart what is settled, provisional and reversed, and what was not resolved', () => {
    const terms = { windowMs: 72 * 3_600_000, by: null, unless: ['refund.made'], resolved: null } as const;
    const own: KpiSettings = { ...settings, resolutions: [{ version: 3, ...terms }] };
    const prefix = 'resolution:259200000,,refund.made:';
    const sums = { workedOn: 20, settled: 11, provisional: 4, reversed: 3 };
    const named = Object.entries(sums).map(([part, sum]) => [`${prefix}${part}`, sum] as const);
    const report = { ...reportOf({}), total: liveKpis(new Map(named), own, 'programme') };
    const text = kpiText(report, null).replaceAll('\u00a0', ' ');
    expect(text).toContain('Resolutions as of 2026-04-02 10:15 (+02:00)');
    const [head = '', , row = ''] = text.split('(+02:00)\n\n')[1]?.split('\n') ?? [];
    expect(head.trim().split(/ {2,}/)).toEqual([
      'settled',
      'provisional',
      'reversed',
      'not resolved',
      'worked on',
    ]);
    expect(row.split(/ {2,}/)).toEqual([
      'settled resolutions 72 h, unless refund.made v3',
      '11',
      '4',
      '3',
      '2',
      '20',
    ]);
    // 11 settled and 4 provisional of 20 hold so far
    expect(text).toMatch(/settled resolutions 72 h, unless refund\.made v3 +75\.00 % +15 of 20/);
    expect(kpiText(reportOf(contacts), null)).not.toContain('Resolutions');
  });

  it('says that there is no data where nothing has happened', () => {
    expect(kpiText(reportOf({}), null)).toContain('no data in these days');
  });

  it.each([60, 80, 120])(
    'has no line over %d characters, and every figure, on a terminal that wide',
    (width) => {
      const rows = [['orders', contacts] as const, ['returns of furniture', contacts] as const];
      const report = reportOf(
        { ...contacts, 'answer:csat:5': 80 },
        rows.map(([name, own]) => [name, own]),
      );
      const text = kpiText(report, 'queue', width);
      expect(longestLine(text)).toBeLessThanOrEqual(width);
      const figures = kpiText(report, 'queue').match(/\d+:\d\d:\d\d|\d+\.\d\d %|\d+ of \d+/g) ?? [];
      expect(figures.length).toBeGreaterThan(20);
      for (const figure of figures) expect(text).toContain(figure);
    },
  );
});

describe('Quarter-hours in the text of KPIs', () => {
  const namesOf = (...groups: readonly string[]): string[] =>
    kpiText(
      reportOf(
        contacts,
        groups.map((name) => [name, contacts]),
      ),
      'quarter-hour',
    )
      .split('\n')
      .filter((line) => line.startsWith('2026-'))
      .map((line) => line.split(/ {2,}/)[0] ?? '');

  it('are named by the local clock alone while it does not change', () => {
    expect(namesOf('2026-03-02T10:00:00+01:00', '2026-03-02T10:15:00+01:00')).toEqual([
      '2026-03-02 10:00',
      '2026-03-02 10:15',
    ]);
  });

  it('have their offset beside them where the clock changes', () => {
    expect(
      namesOf('2026-10-25T02:00:00+02:00', '2026-10-25T02:00:00+01:00', '2026-10-25T03:00:00+01:00'),
    ).toEqual(['2026-10-25 02:00 +02:00', '2026-10-25 02:00 +01:00', '2026-10-25 03:00 +01:00']);
  });
});
