import { Command, Option } from 'commander';
import { dayWords } from '#domain/period/relative-days.js';
import type { Engine } from '#pipeline/engine/engine.js';
import { type UnbilledReport, zoneOfAll } from '#pipeline/close/read-unbilled.js';
import { CommandError } from './command-error.js';
import { daySpan } from './kpis.js';
import { type LanguageOption, langOption } from './lang.js';
import { unbilledCsv, unbilledText } from './unbilled-text.js';
import { type CommonOptions, outputWidth, withDataOptions, withEngine } from './with-engine.js';

const formats = ['table', 'csv', 'json'] as const;

interface UnbilledOptions extends CommonOptions, LanguageOption {
  readonly programme?: string;
  readonly from: string;
  readonly to?: string;
  readonly format: (typeof formats)[number];
}

/** `clock`: UTC epoch ms, the current time for relative days such as `today`. */
export function unbilledCommand(clock: () => number): Command {
  const command = new Command('unbilled')
    .description(
      'show the work that no line of a contract uses, by its cause: agent time, contacts, outcomes',
    )
    .requiredOption('--from <day>', `first local day: YYYY-MM-DD, ${dayWords.join(', ')}`)
    .option('--to <day>', 'last day, included; default: the last day of what --from names')
    .option('--programme <id>', 'this programme only, and what belongs to none')
    .addOption(new Option('--format <format>', 'how it is printed').choices(formats).default('table'))
    .addOption(langOption())
    .action(async (options: UnbilledOptions) => {
      const report = await withEngine(options, 'read', async (engine) => {
        await engine.drained();
        return unbilledReport(engine, options, clock());
      });
      const format = options.json === true ? 'json' : options.format;
      const texts = {
        table: () => unbilledText(report, options.lang, outputWidth(options)),
        csv: () => unbilledCsv(report),
        json: () => `${JSON.stringify(report)}\n`,
      };
      process.stdout.write(texts[format]());
    });
  return withDataOptions(command);
}

/** `now`: UTC epoch ms. */
export async function unbilledReport(
  engine: Engine,
  options: Pick<UnbilledOptions, 'programme' | 'from' | 'to'>,
  now: number,
): Promise<UnbilledReport> {
  const { programme = null } = options;
  const { lookup } = engine;
  const timeZone = programme === null ? zoneOfAll(lookup) : lookup.programme(programme)?.timeZone;
  if (timeZone === undefined) {
    const known = lookup.catalogue.programmes.map(({ id }) => id).join(', ');
    throw new CommandError('not-found', `there is no programme ${programme}; the catalogue has: ${known}`);
  }
  return engine.unbilled({ ...daySpan(options, now, timeZone), timeZone, programme });
}
