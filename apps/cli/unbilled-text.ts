import { type Lang, type Wording, wording } from '#contract-text/phrasebook.js';
import { table } from '#contract-text/table.js';
import { causeWords } from '#contract-text/unbilled-words.js';
import type { EstimatedRow, UnbilledReport } from '#pipeline/close/read-unbilled.js';
import { csvField } from './csv-field.js';

type Amounts = Pick<EstimatedRow, 'ms' | 'contacts' | 'outcomes'>;

/** For a person: a row per cause and what it stopped at, then what is counted and all that was delivered. */
export function unbilledText(report: UnbilledReport, lang: Lang, width = Infinity): string {
  const words = wording(lang);
  const { t } = words;
  const { from, to, timeZone, programme, counted, unbilled, refused, parked } = report;
  const head = [
    t('no line used', 'non facturé'),
    t('at', 'sur'),
    t('programme', 'programme'),
    t('hours', 'heures'),
    t('contacts', 'contacts'),
    t('outcomes', 'résultats'),
    t('estimate', 'estimation'),
  ];
  const rows = unbilled.map((row) => [
    row.cause === null ? '' : t(...causeWords[row.cause]),
    row.at || '-',
    row.programme ?? '-',
    ...amountCells(row, words),
    row.estimates.map(({ amount, currency }) => `${words.number(amount)} ${currency}`).join(' + ') || '-',
  ]);
  const totalRow = (name: string, some: readonly Amounts[]): string[] => [
    name,
    '',
    '',
    ...amountCells(sumOf(some), words),
    '',
  ];
  const totals = [
    totalRow(t('unbilled in all', 'non facturé en tout'), unbilled),
    totalRow(t('counted by a line', 'compté par une ligne'), counted),
    totalRow(t('delivered', 'livré'), [...unbilled, ...counted]),
  ];
  return [
    `${programme ?? t('all programmes', 'tous les programmes')}, ${from} ${t('to', 'au')} ${to} (${timeZone})`,
    '',
    table(head, [...rows, ...totals], { left: [0, 1, 2], width }),
    '',
    t(
      'An estimate is what an hour and a contact of the programme earned on average over these periods.',
      'Une estimation est ce qu’une heure et un contact du programme ont rapporté en moyenne sur ces périodes.',
    ),
    ...refused.map(({ reason, records }) =>
      t(`refused, of any time: ${records} (${reason})`, `refusés, toutes dates : ${records} (${reason})`),
    ),
    ...parked.map(({ stage, entities }) =>
      t(`parked by the ${stage}: ${entities}`, `mis de côté par « ${stage} » : ${entities}`),
    ),
    '',
  ].join('\n');
}

function sumOf(some: readonly Amounts[]): Amounts {
  const sum = (of: keyof Amounts): number => some.reduce((all, row) => all + row[of], 0);
  return { ms: sum('ms'), contacts: sum('contacts'), outcomes: sum('outcomes') };
}

function amountCells({ ms, contacts, outcomes }: Amounts, { number }: Wording): string[] {
  const hours = ms === 0 ? '-' : number((ms / 3_600_000).toFixed(2));
  return [hours, ...[contacts, outcomes].map((count) => (count === 0 ? '-' : number(String(count))))];
}

/** A record per row of the report, what is counted included (its cause is empty), in integer milliseconds. */
export function unbilledCsv({ counted, unbilled, refused, parked }: UnbilledReport): string {
  const head = ['cause', 'at', 'programme', 'agentMs', 'contacts', 'outcomes', 'records', 'estimate'];
  const work = [...unbilled, ...counted.map((row) => ({ ...row, estimates: [] }))].map((row) => [
    row.cause,
    row.at,
    row.programme,
    row.ms,
    row.contacts,
    row.outcomes,
    0,
    row.estimates.map(({ amount, currency }) => `${amount} ${currency}`),
  ]);
  const others = [
    ...refused.map(({ reason, records }) => ['refused', reason, '', 0, 0, 0, records, '']),
    ...parked.map(({ stage, entities }) => ['parked', stage, '', 0, 0, 0, entities, '']),
  ];
  return [head, ...work, ...others].map((record) => `${record.map(csvField).join(',')}\n`).join('');
}
