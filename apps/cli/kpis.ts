import { Command, Option } from 'commander';
import type { Engine } from '#pipeline/engine/engine.js';
import type { KpiGrouping, KpiReport } from '#pipeline/tally/read-kpis.js';
import type { LiveKpis } from '#domain/live/report.js';
import { unmapped } from '#domain/live/tally.js';
import { exitCode, Failure } from './exit.js';
import { clock, percent, table } from '#contract-text/table.js';
import { type CommonOptions, common, withEngine } from './with-engine.js';

interface KpiOptions extends CommonOptions {
  readonly programme: string;
  readonly from: string;
  readonly to: string;
  readonly by?: KpiGrouping;
}

export function kpisCommand(): Command {
  return common(new Command('kpis'))
    .description('KPIs of a programme for a span of its local days')
    .requiredOption(
      '--programme <id>',
      `programme, or '${unmapped}' for work that the catalogue does not know`,
    )
    .requiredOption('--from <date>', 'first day, YYYY-MM-DD', day)
    .requiredOption('--to <date>', 'last day, included, YYYY-MM-DD', day)
    .addOption(new Option('--by <group>', 'one row each').choices(['queue', 'agent', 'day', 'quarter-hour']))
    .action(async (options: KpiOptions) => {
      if (options.to < options.from) throw new Failure(exitCode.usage, '--to is before --from');
      const report = await withEngine(options, async (engine) => {
        await engine.drained();
        return kpiReport(engine, options);
      });
      process.stdout.write(
        options.json === true ? `${JSON.stringify(asJson(report, options.by))}\n` : kpiText(report),
      );
    });
}

export async function kpiReport(engine: Engine, options: KpiOptions): Promise<KpiReport> {
  const { programme, from, to, by = null } = options;
  const report = await engine.kpis(programme, { from, to, by });
  if (report !== null) return report;
  const known = engine.lookup.catalogue.programmes.map(({ id }) => id).join(', ');
  throw new Failure(exitCode.notFound, `there is no programme ${programme}; the catalogue has: ${known}`);
}

/** The totals, and with `--by` a row per group that names it under the word it was asked by. */
function asJson(report: KpiReport, by: KpiGrouping | undefined): object {
  const { total, groups, ...span } = report;
  if (by === undefined) return { ...span, ...total };
  return { ...span, by, ...total, rows: groups.map(({ name, kpis }) => ({ [by]: name, ...kpis })) };
}

export function kpiText(report: KpiReport): string {
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
  return [title, '', table(head, rows.map(row)), '', details(report.total), ''].join('\n');
}

function row({ name, kpis }: { name: string; kpis: LiveKpis }): string[] {
  const { ratios } = kpis;
  return [
    name,
    ...[kpis.offered, kpis.answered, kpis.abandoned].map(String),
    ...[kpis.talkMs, kpis.holdMs, kpis.acwMs, ratios.ahtMs, ratios.asaMs].map(clock),
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
  const told = `outcomes told: ${kpis.outcomes}`;
  return ['service level', ...levels, 'first-contact resolution', ...resolved, told].join('\n');
}

function day(text: string): string {
  if (!/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(text)) {
    throw new Failure(exitCode.usage, `'${text}' is no day: write it as YYYY-MM-DD`);
  }
  return text;
}
