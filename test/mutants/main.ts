import '#runtime/v8-flags.js';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { editFault, type Mutant } from './mutant.js';
import { mutants } from './mutants.js';
import { runOperators } from './operator-run.js';

const usage = `npm run mutants -- [WORDS]
npm run mutants -- --operators FOLDER [--sample N] [--seed S] [--line FILE:LINE]... [--specs PATH]

Plants the defects of test/mutants/mutants.ts, one at a time, in a copy of the sources, and runs what must find
it. WORDS: only those whose name contains them. Ends with exit code 1 where one survives or cannot be planted.

--operators: instead, changes each operator, condition and number of the sources in a folder (libs/domain/pricing),
one at a time, and runs the specs of the libraries that reach it, the nearest first, until one fails. What survives
is explained in test/mutants/explained.ts, or ends this with exit code 1. --sample: only so many, drawn by the seed.
--line: only those in a line, libs/domain/money/money.ts:27; as often as one likes. --specs: only specs with this path.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    operators: { type: 'string' },
    sample: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' },
    line: { type: 'string', multiple: true, default: [] },
    specs: { type: 'string', default: '' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const root = join(import.meta.dirname.replace(/[\\/]dist[\\/]test/, '/test'), '../..');
const words = positionals.join(' ');
const chosen = mutants.filter(({ name }) => name.includes(words));
if (values.help || (values.operators === undefined && chosen.length === 0)) {
  process.stdout.write(usage);
  process.exit(values.help ? 0 : 2);
}

const copy = mkdtempSync(join(tmpdir(), 'tallyline-mutants-'));
try {
  process.exitCode =
    values.operators === undefined ? await plantNamed() : await plantOperators(values.operators);
} finally {
  rmSync(copy, { recursive: true, force: true });
}

/** The exit code. */
async function plantNamed(): Promise<number> {
  copySources();
  let survived = 0;
  for (const mutant of chosen) {
    process.stdout.write(`${mutant.name}: `);
    const verdict = await verdictOn(mutant);
    if (!verdict.isFound) survived += 1;
    process.stdout.write(`${verdict.text}\n`);
  }
  process.stdout.write(`${chosen.length - survived} defects found, ${survived} survived\n`);
  return survived === 0 ? 0 : 1;
}

/** The exit code. */
async function plantOperators(folder: string): Promise<number> {
  const { found, explained, survived } = await runOperators({
    root,
    folder,
    sample: Number(values.sample),
    seed: Number(values.seed),
    lines: values.line,
    specs: values.specs,
    write: (text) => process.stdout.write(text),
  });
  process.stdout.write(`${found} changes found, ${explained} explained, ${survived} survived\n`);
  return survived === 0 ? 0 : 1;
}

/** The files that git knows as they are in the work tree; the installed packages are shared. */
function copySources(): void {
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root });
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(root, file), join(copy, file));
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
}

async function verdictOn(mutant: Mutant): Promise<{ readonly isFound: boolean; readonly text: string }> {
  const before = new Map<string, string>();
  try {
    for (const edit of mutant.edits) {
      const path = join(copy, edit.file);
      const text = readFileSync(path, 'utf8');
      const fault = editFault(text, edit);
      if (fault !== null) return { isFound: false, text: `CANNOT BE PLANTED: ${fault}` };
      if (!before.has(path)) before.set(path, text);
      writeFileSync(
        path,
        text.replace(edit.find, () => edit.replace),
      );
    }
    const begun = performance.now();
    const { code, output } = await run(argsOf(mutant));
    const seconds = `${Math.round((performance.now() - begun) / 1_000)} s`;
    if (code === 0) return { isFound: false, text: `SURVIVES ${mutant.foundBy} (${seconds})` };
    const finding = firstFinding(output);
    if (finding === null)
      return { isFound: false, text: `ENDS WITH AN ERROR, not a finding:\n${output.slice(-2_000)}` };
    return { isFound: true, text: `${finding} (${seconds})` };
  } finally {
    for (const [path, text] of before) writeFileSync(path, text);
  }
}

function argsOf({ foundBy }: Mutant): string[] {
  return foundBy === 'simulation' ? ['simulate', '--seeds', '200', '--no-shrink'] : ['jest', foundBy];
}

function run(args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['tools/run.mjs', ...args], {
      cwd: copy,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/**
 * The line that says what was found, or null: a defect that does not build or start would find everything.
 */
function firstFinding(output: string): string | null {
  const line =
    /^seed \d+ fails: .*$/m.exec(output)?.[0] ?? /^\s*● (?!Test suite failed to run).*$/m.exec(output)?.[0];
  return line?.trim().slice(0, 160) ?? null;
}
