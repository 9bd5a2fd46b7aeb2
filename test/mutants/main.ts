import '#runtime/v8-flags.js';
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { editFault, type Mutant } from './mutant.js';
import { mutants } from './mutants.js';
import { type OperatorMutant, operatorMutants } from './operators.js';

const usage = `npm run mutants -- [WORDS]
npm run mutants -- --operators FOLDER [--sample N] [--seed S]

Plants the defects of test/mutants/mutants.ts, one at a time, in a copy of the sources, and runs what must find
it. WORDS: only those whose name contains them. Ends with exit code 1 where one survives or cannot be planted.

--operators: instead, changes each operator, condition and number of the sources in a folder (libs/domain/pricing),
one at a time, and runs the unit and property specs that use the file. --sample: only so many of them, drawn by
the seed.
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    operators: { type: 'string' },
    sample: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: '1' },
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
  copySources();
  const { found, survived } =
    values.operators === undefined ? await plantNamed() : await plantOperators(values.operators);
  process.stdout.write(`${found} defects found, ${survived} survived\n`);
  process.exitCode = survived === 0 ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true, force: true });
}

interface Count {
  readonly found: number;
  readonly survived: number;
}

async function plantNamed(): Promise<Count> {
  let survived = 0;
  for (const mutant of chosen) {
    process.stdout.write(`${mutant.name}: `);
    const verdict = await verdictOn(mutant);
    if (!verdict.isFound) survived += 1;
    process.stdout.write(`${verdict.text}\n`);
  }
  return { found: chosen.length - survived, survived };
}

async function plantOperators(folder: string): Promise<Count> {
  const listed = execFileSync('git', ['ls-files', '--', folder], { cwd: root, encoding: 'utf8' });
  const files = listed
    .split('\n')
    .filter((file) => /(?<!\.(spec|fixture|harness|conformance))\.ts$/.test(file));
  const all = files.flatMap((file) =>
    operatorMutants(copy, join(copy, file), readFileSync(join(copy, file), 'utf8')),
  );
  const some = drawn(all, Number(values.sample), Number(values.seed));
  process.stdout.write(`${some.length} of ${all.length} changes in ${files.length} files\n`);
  let survived = 0;
  for (const mutant of some) {
    if (await isFound(mutant)) continue;
    survived += 1;
    process.stdout.write(`SURVIVES ${mutant.file}:${mutant.line}: ${mutant.from} -> ${mutant.to}\n`);
  }
  return { found: some.length - survived, survived };
}

/** Linear congruential, so that the same seed draws the same. */
function drawn<T>(all: readonly T[], count: number, seed: number): readonly T[] {
  let state = seed >>> 0;
  const keyed = all.map((each) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return { each, key: state };
  });
  return keyed
    .toSorted((one, other) => one.key - other.key)
    .slice(0, count)
    .map(({ each }) => each);
}

/** A change after which nothing ends is found as well. */
async function isFound({ file, text }: OperatorMutant): Promise<boolean> {
  const path = join(copy, file);
  const before = readFileSync(path, 'utf8');
  writeFileSync(path, text);
  try {
    const projects = ['--selectProjects', 'unit', 'property'];
    const { code } = await run(
      ['jest', '--findRelatedTests', file, '--bail', '--silent', ...projects],
      180_000,
    );
    return code !== 0;
  } finally {
    writeFileSync(path, before);
  }
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

function run(
  args: readonly string[],
  timeout?: number,
): Promise<{ readonly code: number | null; readonly output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['tools/run.mjs', ...args], {
      cwd: copy,
      ...(timeout === undefined ? {} : { timeout, killSignal: 'SIGKILL' as const }),
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
