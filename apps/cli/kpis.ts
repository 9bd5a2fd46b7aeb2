import { Command, Option } from 'commander';
import { dayWords, namedDays } from '#domain/period/relative-days.js';
import { unmapped } from '#domain/live/live-scope.js';
import type { Engine } from '#pipeline/engine/engine.js';
import type { KpiGrouping, KpiReport } from '#pipeline/tally/read-kpis.js';
import { CommandError } from './command-error.js';
import { kpiText } from './kpi-text.js';
import { type CommonOptions, withDataOptions, outputWidth, withEngine } from './with-engine.js';

interface KpiOptions extends CommonOptions {
  readonly programme: string;
  readonly from: string;
  readonly to?: string;
  readonly by?: KpiGrouping;
}

/** `clock`: UTC epoch ms, the current time for relative days such as `today`. */
export function kpisCommand(clock: () => number): Command {
  const words = dayWords.join(', ');
  const command = new Command('kpis')
    .description('show the KPIs of a programme over a span of its local days')
    .requiredOption('--programme <id>', `programme; '${unmapped}': work that the catalogue does not map`)
    .requiredOption('--from <day>', `first day: YYYY-MM-DD, ${words}`)
    .option('--to <day>', 'last day, included; default: the last day of what --from names')
    .addOption(
      new Option('--by <group>', 'also a row per group').choices(['queue', 'agent', 'day', 'quarter-hour']),
    )
    .action(async (options: KpiOptions) => {
      const report = await withEngine(options, 'read', async (engine) => {
        await engine.drained();
        return kpiReport(engine, options, clock());
      });
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(asJson(report, options.by))}\n`
          : kpiText(report, options.by ?? null, outputWidth(options)),
      );
    });
  return withDataOptions(command);
}

/** `now`: UTC epoch ms. */
export async function kpiReport(
  engine: Engine,
  options: Pick<KpiOptions, 'programme' | 'from' | 'to' | 'by'>,
  now: number,
): Promise<KpiReport> {
  const { programme, by = null } = options;
  const timeZone = engine.kpis.timeZone(programme);
  const report =
    timeZone === null
      ? null
      : await engine.kpis.read(programme, { ...daySpan(options, now, timeZone), by, asOf: now });
  if (report !== null) return report;
  const known = engine.lookup.catalogue.programmes.map(({ id }) => id).join(', ');
  throw new CommandError('not-found', `there is no programme ${programme}; the catalogue has: ${known}`);
}

/** From the first day of what --from names to the last of what --to names, in the programme's zone. */
export function daySpan(
  { from, to = from }: Pick<KpiOptions, 'from' | 'to'>,
  now: number,
  timeZone: string,
): { from: string; to: string } {
  const span = { from: named('--from', from).first, to: named('--to', to).last };
  if (span.to >= span.from) return span;
  throw new CommandError('wrong-arguments', `--to (${span.to}) is before --from (${span.from}): swap them`);

  function named(option: string, text: string) {
    const days = namedDays(text, now, timeZone);
    if (days !== null) return days;
    const advice = `write it as YYYY-MM-DD, or as ${dayWords.join(', ')}`;
    throw new CommandError('wrong-arguments', `${option}: '${text}' is no day: ${advice}`);
  }
}

/** The totals, and with `--by` a row per group that names it under the word it was grouped by. */
function asJson(report: KpiReport, by: KpiGrouping | undefined): object {
  const { total, groups, ...span } = report;
  if (by === undefined) return { ...span, ...total };
  return { ...span, by, ...total, rows: groups.map(({ name, kpis }) => ({ [by]: name, ...kpis })) };
}
