import { table } from '#contract-text/table.js';
import type { LiveKpis } from '#domain/live/report.js';
import type { KpiReport } from '#pipeline/tally/read-kpis.js';

export function kpiText(report: KpiReport, width = Infinity): string {
  const rows = [...report.groups, { name: 'total', kpis: report.total }];
  const head = [
    '',
    'offered',
    'answered',
    'abandoned',
    'talk',
    'hold',
    'after-call',
    'AHT',
    'ASA',
    'answer rate',
  ];
  const title = `${report.programme}, ${report.from} to ${report.to} (${report.timeZone})`;
  return [title, '', table(head, rows.map(row), { width }), '', details(report.total), ''].join('\n');
}

function row({ name, kpis }: { name: string; kpis: LiveKpis }): string[] {
  const { ratios } = kpis;
  return [
    name,
    ...[kpis.offered, kpis.answered, kpis.abandoned].map(String),
    ...[kpis.talkMs, kpis.holdMs, kpis.acwMs, ratios.ahtMs, ratios.asaMs].map(hoursText),
    percent(ratios.answerRate),
  ];
}

function details(kpis: LiveKpis): string {
  const levels = Object.entries(kpis.ratios.serviceLevel).map(([ms, level]) => {
    const shares = `${percent(level['SL-B'])} of offered, ${percent(level['SL-A'])} of answered`;
    return `  within ${Number(ms) / 1000} s: ${shares}`;
  });
  const resolved = Object.entries(kpis.fcr).map(([window, fcr]) => {
    const counts = `${fcr.resolved} of ${fcr.contacts} contacts of known customers`;
    const issues = `${percent(fcr.issueRate)} per issue (${fcr.issuesSolved} of ${fcr.issues})`;
    return `  ${window}: ${percent(fcr.rate)} (${counts}), ${issues}`;
  });
  const outcomes = `outcomes recorded: ${kpis.outcomes}`;
  return ['service level', ...levels, 'first-contact resolution', ...resolved, outcomes].join('\n');
}

/** 3 723 000 ms -> `1:02:03`. */
function hoursText(ms: number | null): string {
  if (ms === null) return '-';
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function percent(ratio: number | null): string {
  return ratio === null ? '-' : `${(ratio * 100).toFixed(2)} %`;
}
