import { type Lang, type Wording, wording } from '#contract-text/phrasebook.js';
import { table } from '#contract-text/table.js';
import type { AdherenceReport, AdherenceSums } from '#pipeline/close/read-adherence.js';
import { csvField } from './csv-field.js';

/** For a person: a row per agent and day, then their sum, then what the catalogue does not know. */
export function adherenceText(report: AdherenceReport, lang: Lang, width = Infinity): string {
  const words = wording(lang);
  const { t } = words;
  const { from, to, timeZone, programme, days, total, unmappedCodes, unmappedAgents } = report;
  const head = [
    t('day', 'jour'),
    t('agent', 'agent'),
    t('planned h', 'prévu h'),
    t('kept h', 'respecté h'),
    'adherence@genesys',
    'adherence@salesforce',
    t('planned on queue h', 'prévu en file h'),
    t('on queue h', 'en file h'),
    'conformance@genesys',
    t('versions', 'versions'),
  ];
  const rows = days.map((row) => [row.day, row.agent, ...sumCells(row, words), String(row.versions)]);
  const last = [t('all', 'tous'), '', ...sumCells(total, words), ''];
  return [
    `${programme}, ${from} ${t('to', 'au')} ${to} (${timeZone}), ${settingsText(report, words)}`,
    '',
    table(head, [...rows, last], { left: [0, 1], width }),
    '',
    ...unmappedCodes.map(({ code, ms }) =>
      t(
        `code without a meaning, in no figure: ${code}, ${hours(ms, words)} h`,
        `code sans signification, dans aucun chiffre : ${code}, ${hours(ms, words)} h`,
      ),
    ),
    ...unmappedAgents.map(({ agent, days: count }) =>
      t(
        `schedule of an agent of no programme: ${agent}, days: ${count}`,
        `planning d’un agent d’aucun programme : ${agent}, jours : ${count}`,
      ),
    ),
    '',
  ].join('\n');
}

function settingsText({ toleranceMs, asOf }: AdherenceReport, { t, number }: Wording): string {
  const seconds = number(String(toleranceMs / 1000));
  return t(
    `tolerance ${seconds} s, schedule as of ${asOf}`,
    `tolérance ${seconds} s, planning selon ${asOf}`,
  );
}

function sumCells(sums: AdherenceSums, words: Wording): string[] {
  const { plannedMs, keptMs, presentMs, plannedOnQueueMs, onQueueMs } = sums;
  return [
    hours(plannedMs, words),
    hours(keptMs, words),
    percent(keptMs, plannedMs, words),
    percent(presentMs, plannedMs, words),
    hours(plannedOnQueueMs, words),
    hours(onQueueMs, words),
    percent(onQueueMs, plannedOnQueueMs, words),
  ];
}

function hours(ms: number, { number }: Wording): string {
  return number((ms / 3_600_000).toFixed(2));
}

/** For display only; without a denominator there is none. */
function percent(numerator: number, denominator: number, { number }: Wording): string {
  return denominator === 0 ? '-' : `${number(((100 * numerator) / denominator).toFixed(1))} %`;
}

/** A record per agent and day, in integer milliseconds. */
export function adherenceCsv({ days }: AdherenceReport): string {
  const fields = [
    'day',
    'agent',
    'schedule',
    'versions',
    'plannedMs',
    'keptMs',
    'presentMs',
    'plannedOnQueueMs',
    'onQueueMs',
    'unmappedMs',
  ] as const;
  const records = days.map((row) => fields.map((field) => row[field]));
  return [fields, ...records].map((record) => `${record.map(csvField).join(',')}\n`).join('');
}
