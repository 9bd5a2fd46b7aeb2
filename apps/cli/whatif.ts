import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { recordedCatalogues } from '#pipeline/catalogue-log.js';
import { answerWhatIf } from '#pipeline/close/answer-whatif.js';
import type { Catalogue } from '#catalogue/catalogue.js';
import { readContractDraft } from '#catalogue/contract/draft.js';
import { formatFault } from '#catalogue/fault.js';
import { requireCatalogue } from '#catalogue/require-catalogue.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Log } from '#log/log.js';
import { exitCode, Failure } from './exit.js';
import { type InLanguage, langOption } from './lang.js';
import type { WhatIfReport } from '#contract-text/whatif/whatif-report.js';
import { whatIfJson } from './whatif/json.js';
import { whatIfText } from '#contract-text/whatif/text.js';
import { type CommonOptions, common } from './with-engine.js';
import { withLog } from './with-log.js';

interface WhatIfOptions extends CommonOptions, InLanguage {
  readonly contract: string;
  readonly against?: string;
  readonly from: string;
  readonly to: string;
}

export function whatIfCommand(): Command {
  return common(new Command('whatif'))
    .description('what past months would have cost under a draft contract; writes nothing')
    .requiredOption('--contract <file>', 'the draft, as a contract stands in the catalogue')
    .requiredOption('--from <month>', 'first month, YYYY-MM', month)
    .requiredOption('--to <month>', 'last month, included, YYYY-MM', month)
    .option(
      '--against <id>',
      'the present contract; default: the one of that id, or the only one of the programme',
    )
    .addOption(langOption())
    .action(async (options: WhatIfOptions) => {
      if (options.to < options.from) throw new Failure(exitCode.usage, '--to is before --from');
      const asked = await withLog(options, async (log) => ask(log, options));
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(whatIfJson(asked))}\n`
          : `${whatIfText(asked, options.lang)}\n`,
      );
    });
}

async function ask(log: Log, options: WhatIfOptions): Promise<WhatIfReport> {
  const catalogue = await catalogueFor(log, options);
  const draft = readDraft(options.contract, catalogue);
  const present = presentFor(draft, options.against, catalogue);
  if (present !== null && present.currency !== draft.currency) {
    const message = `${present.id} is in ${present.currency}, the draft in ${draft.currency}: they cannot be compared`;
    throw new Failure(exitCode.usage, message);
  }
  const { from, to } = options;
  const answer = await answerWhatIf(log, catalogue, { draft, present, from, to });
  return { draft, present, from, to, answer };
}

/** The directory named, else the catalogue that the data was last used with. */
async function catalogueFor(log: Log, { catalogue }: CommonOptions): Promise<Catalogue> {
  if (catalogue !== undefined) return requireCatalogue(catalogue);
  const newest = (await recordedCatalogues(log)).at(-1);
  if (newest !== undefined) return newest;
  throw new Failure(exitCode.configuration, 'the data knows no catalogue: name one with --catalogue');
}

function readDraft(file: string, catalogue: Catalogue): Contract {
  const read = readContractDraft(basename(file), textOf(file), catalogue);
  if ('contract' in read) return read.contract;
  const lines = read.faults.map((fault) => `\n  ${formatFault(fault)}`).join('');
  throw new Failure(exitCode.configuration, `the draft has ${read.faults.length} fault(s):${lines}`);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = Error.isError(cause) ? cause.message : String(cause);
    throw new Failure(exitCode.notFound, `${file} cannot be read: ${reason}`);
  }
}

function presentFor(draft: Contract, against: string | undefined, { contracts }: Catalogue): Contract | null {
  const named = contracts.find(({ id }) => id === (against ?? draft.id));
  if (named !== undefined) return named;
  if (against !== undefined) {
    const known = contracts.map(({ id }) => id).join(', ');
    throw new Failure(exitCode.notFound, `there is no contract ${against}; the catalogue has: ${known}`);
  }
  const own = contracts.filter(({ programme }) => programme === draft.programme);
  if (own.length > 1) {
    const known = own.map(({ id }) => id).join(', ');
    throw new Failure(
      exitCode.usage,
      `${draft.programme} has several contracts: say --against one of ${known}`,
    );
  }
  return own[0] ?? null;
}

function month(text: string): string {
  if (/^\d{4}-(0[1-9]|1[0-2])$/.test(text)) return text;
  throw new InvalidArgumentError('It must be a month such as 2026-01.');
}
