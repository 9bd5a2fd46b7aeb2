import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command } from 'commander';
import { CatalogueLog } from '#pipeline/catalogue-log.js';
import { answerWhatIf } from '#pipeline/close/answer-whatif.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { readContractDraft } from '#catalogue/contract/draft.js';
import { formatFault } from '#catalogue/fault.js';
import { requireCatalogue } from '#catalogue/load.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Period } from '#domain/period/period.js';
import { incomparable } from '#domain/whatif/comparable.js';
import type { Log } from '#log/log.js';
import { CommandError } from './command-error.js';
import { type LanguageOption, langOption } from './lang.js';
import type { WhatIfReport } from '#domain/whatif/whatif-report.js';
import { whatIfJson } from '#contract-text/whatif/json.js';
import { comparedWith } from '#pipeline/close/whatif-question.js';
import { whatIfText } from '#contract-text/whatif/text.js';
import { periodForms, periodNamed } from './period-named.js';
import { type CommonOptions, withDataOptions, outputWidth } from './with-engine.js';
import { withLog } from './with-log.js';

interface WhatIfOptions extends CommonOptions, LanguageOption {
  readonly contract: string;
  readonly against?: string;
  readonly from: string;
  readonly to?: string;
}

/** `clock`: UTC epoch ms, the current time for relative months such as `last-month`. */
export function whatIfCommand(clock: () => number): Command {
  const command = new Command('whatif')
    .description('show what past months would have cost under a draft contract; writes nothing')
    .requiredOption('--contract <file>', 'the draft, a YAML file such as a contract of the catalogue')
    .requiredOption('--from <month>', `first period: ${periodForms} (in the zone of the draft)`)
    .option('--to <month>', 'last period, included; default: that of --from')
    .option(
      '--against <id>',
      'contract to compare with; default: the one with the id of the draft, else the only one of its programme',
    )
    .addOption(langOption())
    .action(async (options: WhatIfOptions) => {
      const report = await withLog(options, async (log) => whatIfReport(log, options, clock()));
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(whatIfJson(report))}\n`
          : `${whatIfText(report, options.lang, outputWidth(options))}\n`,
      );
    });
  return withDataOptions(command);
}

/** `now`: UTC epoch ms. */
async function whatIfReport(log: Log, options: WhatIfOptions, now: number): Promise<WhatIfReport> {
  const catalogue = await catalogueFor(log, options);
  const draft = readDraft(options.contract, catalogue);
  const present = presentFor(draft, options.against, catalogue);
  const { from, to } = periodSpan(options, now, draft);
  const why = present === null ? null : incomparable(draft, present, from, to);
  if (why !== null) throw new CommandError('wrong-arguments', why);
  const answer = await answerWhatIf(log, catalogue, { draft, present, from, to });
  return { draft, present, from, to, answer };
}

function periodSpan(
  { from, to = from }: WhatIfOptions,
  now: number,
  draft: Contract,
): { from: Period; to: Period } {
  const span = { from: periodNamed('--from', from, now, draft), to: periodNamed('--to', to, now, draft) };
  if (span.to >= span.from) return span;
  throw new CommandError('wrong-arguments', `--to (${span.to}) is before --from (${span.from}): swap them`);
}

/** The directory named, else the catalogue in force. */
async function catalogueFor(log: Log, { catalogue }: CommonOptions): Promise<Catalogue> {
  const catalogues = new CatalogueLog(log);
  if (catalogue !== undefined) return catalogues.asApplied(requireCatalogue(catalogue));
  const inForce = await catalogues.catalogueInForce();
  if (inForce !== null) return inForce;
  throw new CommandError('bad-configuration', 'no catalogue is in force yet: name one with --catalogue');
}

function readDraft(file: string, catalogue: Catalogue): Contract {
  const read = readContractDraft(basename(file), textOf(file), catalogue);
  if ('contract' in read) return read.contract;
  const lines = read.faults.map((fault) => `\n  ${formatFault(fault)}`).join('');
  throw new CommandError('bad-configuration', `the draft has ${read.faults.length} fault(s):${lines}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = Error.isError(cause) ? cause.message : String(cause);
    throw new CommandError('not-found', `${file} cannot be read: ${reason}`);
  }
}

function presentFor(draft: Contract, against: string | undefined, catalogue: Catalogue): Contract | null {
  const found = comparedWith(draft, against, catalogue);
  switch (found.status) {
    case 'found':
      return found.contract;
    case 'unknown': {
      const known = found.known.join(', ');
      throw new CommandError('not-found', `there is no contract ${against}; the catalogue has: ${known}`);
    }
    case 'several': {
      const known = found.known.join(', ');
      throw new CommandError(
        'wrong-arguments',
        `${draft.programme} has several contracts: name one of them with --against: ${known}`,
      );
    }
  }
}
