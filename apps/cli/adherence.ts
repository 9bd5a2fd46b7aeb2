import { Command, InvalidArgumentError, Option } from 'commander';
import { DURATION_FORMS, durationMs } from '#catalogue/duration.js';
import { dayWords } from '#domain/period/relative-days.js';
import { type ScheduleAsOf, schedulesAsOf } from '#domain/schedule/schedule.js';
import { adherenceCsv, adherenceText } from './adherence-text.js';
import { CommandError } from './command-error.js';
import { daySpan } from './kpis.js';
import { type LanguageOption, langOption } from './lang.js';
import { type CommonOptions, outputWidth, withDataOptions, withEngine } from './with-engine.js';

const formats = ['table', 'csv', 'json'] as const;

interface AdherenceOptions extends CommonOptions, LanguageOption {
  readonly programme: string;
  readonly from: string;
  readonly to?: string;
  readonly tolerance: number;
  readonly asOf: ScheduleAsOf;
  readonly format: (typeof formats)[number];
}

/** `clock`: UTC epoch ms, the current time for relative days such as `today`. */
export function adherenceCommand(clock: () => number): Command {
  const command = new Command('adherence')
    .description('show how agents of a programme kept to their schedules, by agent and day')
    .requiredOption('--programme <id>', 'of the agents whose schedules are shown')
    .requiredOption('--from <day>', `first local day: YYYY-MM-DD, ${dayWords.join(', ')}`)
    .option('--to <day>', 'last day, included; default: the last day of what --from names')
    .option('--tolerance <duration>', 'shorter deviations count as kept: 5min', toleranceOf, 0)
    .addOption(
      new Option('--as-of <which>', 'which version of a schedule counts')
        .choices(schedulesAsOf)
        .default('instant'),
    )
    .addOption(new Option('--format <format>', 'how it is printed').choices(formats).default('table'))
    .addOption(langOption())
    .action(async (options: AdherenceOptions) => {
      const report = await withEngine(options, 'read', async (engine) => {
        await engine.drained();
        const { programme, tolerance: toleranceMs, asOf } = options;
        const { lookup } = engine;
        const timeZone = lookup.programme(programme)?.timeZone;
        if (timeZone === undefined) {
          const known = lookup.catalogue.programmes.map(({ id }) => id).join(', ');
          throw new CommandError(
            'not-found',
            `there is no programme ${programme}; the catalogue has: ${known}`,
          );
        }
        return engine.adherence({
          ...daySpan(options, clock(), timeZone),
          timeZone,
          programme,
          toleranceMs,
          asOf,
        });
      });
      const format = options.json === true ? 'json' : options.format;
      const texts = {
        table: () => adherenceText(report, options.lang, outputWidth(options)),
        csv: () => adherenceCsv(report),
        json: () => `${JSON.stringify(report)}\n`,
      };
      process.stdout.write(texts[format]());
    });
  return withDataOptions(command);
}

function toleranceOf(text: string): number {
  const ms = durationMs(text);
  if (ms === null) throw new InvalidArgumentError(`Write ${DURATION_FORMS}.`);
  return ms;
}
