import { Command } from 'commander';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { documentText, type Document } from '#contract-text/clauses/document.js';
import { languages, type Lang } from '#contract-text/phrasebook.js';
import { holidayWarnings, type HolidayWarning } from '#catalogue/contract/holiday-doubts.js';
import { contractFileJsonSchema } from '#catalogue/contract/schema.js';
import { formatFault, type FileFault } from '#catalogue/fault.js';
import { loadCatalogue, type LoadedCatalogue } from '#catalogue/load.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Example } from '#domain/metering/example.js';
import { type ExampleDifference, runExample } from '#domain/pricing/example.js';
import { CommandError } from './command-error.js';
import {
  type ExplainedEntry,
  explained,
  explanationText,
  explicableInvoice,
} from '#contract-text/explanation/explanation.js';
import { langOption } from './lang.js';

export function contractsCommand(): Command {
  return new Command('contracts')
    .description('check the contracts of a catalogue, or print the schema of their files')
    .addCommand(checkCommand())
    .addCommand(schemaCommand());
}

function schemaCommand(): Command {
  return new Command('schema')
    .description(
      'print the JSON Schema of contract files; named in a file, it lets an editor complete and check it',
    )
    .action(() => void process.stdout.write(`${JSON.stringify(contractFileJsonSchema(), null, 2)}\n`));
}

interface CheckOptions {
  readonly lang?: Lang;
  readonly json?: boolean;
}

function checkCommand(): Command {
  return new Command('check')
    .description(
      'report all faults of a catalogue; without any, run the examples of its contracts and print each as clauses',
    )
    .argument('<directory>', 'directory with the YAML files of the catalogue')
    .addOption(langOption().default(undefined, 'both languages'))
    .option('--json', 'print JSON instead of text, errors included')
    .action((directory: string, options: CheckOptions) => {
      const loaded = loadCatalogue(directory);
      if ('faults' in loaded) {
        if (options.json === true) process.stdout.write(`${JSON.stringify({ faults: loaded.faults })}\n`);
        throw new CommandError('bad-configuration', faultText(loaded.faults));
      }
      const checked = checkedContracts(loaded, options.lang === undefined ? languages : [options.lang]);
      const failed = checked.flatMap(({ examples }) => examples.filter(({ holds }) => !holds));
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ faults: [], contracts: checked.map(withoutText) })}\n`
          : `${checked.map((each) => contractText(each)).join('\n\n\n')}\n`,
      );
      if (failed.length > 0) {
        const examples = checked.reduce((sum, each) => sum + each.examples.length, 0);
        throw new CommandError('bad-configuration', `${failed.length} of ${examples} example(s) do not hold`);
      }
    });
}

interface CheckedContract {
  readonly id: string;
  readonly warnings: readonly HolidayWarning[];
  readonly examples: readonly CheckedExample[];
  readonly clauses: Readonly<Partial<Record<Lang, Document>>>;
}

interface CheckedExample {
  readonly says: string;
  readonly holds: boolean;
  readonly differences: readonly ExampleDifference[];
  /** Of an example that does not hold: how the invoice came to its amounts. */
  readonly explanation: readonly ExplainedEntry[];
  /** The same for a person. */
  readonly text: string;
}

function withoutText({ examples, ...rest }: CheckedContract): object {
  return { ...rest, examples: examples.map(({ text: _text, ...example }) => example) };
}

function checkedContracts(
  { catalogue, examples }: LoadedCatalogue,
  langs: readonly Lang[],
): CheckedContract[] {
  return catalogue.contracts.map((contract) => {
    const programme = catalogue.programmes.find(({ id }) => id === contract.programme);
    const reason = programme?.fcr.reason ?? 'queue';
    return {
      id: contract.id,
      warnings: holidayWarnings(contract),
      examples: (examples.get(contract.id) ?? []).map((example) =>
        checkedExample(contract, example, reason, langs[0] ?? 'en'),
      ),
      clauses: Object.fromEntries(langs.map((lang) => [lang, contractDocument(contract, lang)])),
    };
  });
}

function checkedExample(
  contract: Contract,
  example: Example,
  reason: 'queue' | 'disposition' | 'none',
  lang: Lang,
): CheckedExample {
  const { says } = example;
  const { invoice, differences } = runExample(contract, example, reason);
  if (differences.length === 0) return { says, holds: true, differences, explanation: [], text: '' };
  const all = explicableInvoice(invoice);
  const parts = new Set(differences.map(({ part }) => part));
  const concerned = all.entries.filter(({ clause }) => parts.has(null) || parts.has(clause));
  const text = explanationText(all, concerned, lang);
  return { says, holds: false, differences, explanation: explained(all, concerned), text };
}

function contractText({ id, warnings, examples, clauses }: CheckedContract): string {
  const held = examples.filter(({ holds }) => holds).length;
  const found = examples.length === 0 ? 'no examples' : `${held} of ${examples.length} examples hold`;
  return [
    `${id}: ${found}`,
    ...warnings.map(({ code, message }) => `  warning ${message} [${code}]`),
    ...examples.map(exampleText),
    ...Object.values(clauses).flatMap((document) => ['', documentText(document)]),
  ].join('\n');
}

function exampleText({ says, holds, differences, text }: CheckedExample): string {
  if (holds) return `  ok      ${says}`;
  const different = differences.map(({ part, expected, got }) => {
    return `          ${part ?? 'total'}: expected ${expected}, got ${got ?? 'no such line'}`;
  });
  const steps = text.split('\n').map((line) => (line === '' ? '' : `          ${line}`));
  return [`  FAILED  ${says}`, ...different, ...steps].join('\n');
}

function faultText(faults: readonly FileFault[]): string {
  const lines = faults.map((fault) => `  ${formatFault(fault)}`).join('\n');
  return `the catalogue has ${faults.length} fault(s):\n${lines}`;
}
