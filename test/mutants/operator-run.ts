import { execFileSync, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { transform } from '@swc/core';
import { explanationOf } from './explained.js';
import { type OperatorMutant, switchedSource } from './operators.js';
import type { SpecReport, SpecRun } from './spec-runner.js';

export interface OperatorRunOptions {
  readonly root: string;
  readonly folder: string;
  readonly sample: number;
  readonly seed: number;
  /** Only changes in these lines, `libs/domain/money/money.ts:27`; empty: all. */
  readonly lines: readonly string[];
  /** Only specs whose path has this text. */
  readonly specs: string;
  readonly write: (text: string) => void;
}

export interface OperatorCount {
  readonly found: number;
  readonly explained: number;
  readonly survived: number;
}

/** A spec as it runs with nothing planted. */
interface Spec {
  readonly file: string;
  readonly ms: number;
  /** How often it asked each switch. */
  readonly hits: ReadonlyMap<number, number>;
}

/**
 * Plants the changes of a folder's operators one at a time and runs the specs that reach
 * each, those nearest to it first, until one fails. The sources are compiled once, with all changes behind
 * switches; each change gets a process of its own, because modules keep what they computed when loaded.
 */
export async function runOperators(options: OperatorRunOptions): Promise<OperatorCount> {
  const { root, folder, lines, write } = options;
  const scripts = mkdtempSync(join(tmpdir(), 'tallyline-operators-'));
  try {
    const mutants = await compile(root, folder, scripts);
    const own = mutants.filter(({ file, line }) => lines.length === 0 || lines.includes(`${file}:${line}`));
    const chosen = drawn(own, options.sample, options.seed);
    const specs = await undisturbed(options, scripts);
    write(`${chosen.length} of ${mutants.length} changes in ${folder}, ${specs.length} specs\n`);
    const count = { found: 0, explained: 0, survived: 0 };
    for (const mutant of chosen) {
      const place = `${mutant.file}:${mutant.line}: ${mutant.from} -> ${mutant.to}`;
      const explanation = explanationOf(mutant);
      const reaching = specs.filter(({ hits }) => hits.has(mutant.id));
      const finding = await findingOf(mutant, inOrder(reaching, mutant.file), root, scripts);
      if (finding !== null) {
        count.found += 1;
        if (explanation !== null) write(`EXPLAINED BUT FOUND ${place}: ${finding}\n`);
      } else if (explanation === null) {
        count.survived += 1;
        write(`SURVIVES ${place}${reaching.length === 0 ? ' (no spec reaches it)' : ''}\n`);
      } else {
        count.explained += 1;
      }
      const done = count.found + count.explained + count.survived;
      if (done % 100 === 0) write(`${done}: ${count.found} found, ${count.survived} survived\n`);
    }
    return count;
  } finally {
    rmSync(scripts, { recursive: true, force: true });
  }
}

/** Writes every source and spec as JavaScript, those of the folder with their switches. */
async function compile(root: string, folder: string, scripts: string): Promise<OperatorMutant[]> {
  const options = JSON.parse(readFileSync(join(root, 'tools/swc.json'), 'utf8')) as Record<string, unknown>;
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z', '--', '*.ts'], {
    cwd: root,
  });
  const mutants: OperatorMutant[] = [];
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    let text = readFileSync(join(root, file), 'utf8');
    if (isMutable(file, folder)) {
      const switched = switchedSource(file, text, mutants.length);
      mutants.push(...switched.mutants);
      ({ text } = switched);
    }
    const { code } = await transform(text, { ...options, filename: file, sourceMaps: false, swcrc: false });
    const script = join(scripts, `${file}.js`);
    mkdirSync(dirname(script), { recursive: true });
    writeFileSync(script, code);
  }
  return mutants;
}

function isMutable(file: string, folder: string): boolean {
  return file.startsWith(folder) && /(?<!\.(spec|conformance|fixture|harness|model))\.ts$/.test(file);
}

/** Of the specs in test/ those that need no process and compare with programs that share no code. */
const comparisons = new Set([
  'test/oracle-pricer/oracle-pricer.spec.ts',
  'test/simulation/simulation.spec.ts',
]);

/**
 * The specs of the libraries that import something of the folder, and the comparisons that do, run with
 * nothing planted.
 */
async function undisturbed(
  { root, folder, specs: part, write }: OperatorRunOptions,
  scripts: string,
): Promise<Spec[]> {
  const sources = execFileSync('git', ['ls-files', '--', folder], { cwd: root, encoding: 'utf8' }).split(
    '\n',
  );
  const args = ['--listTests', '--findRelatedTests', ...sources.filter(Boolean)];
  const jest = ['tools/run.mjs', 'jest', '--selectProjects', 'unit', 'property', 'stack'];
  const listed = execFileSync(process.execPath, [...jest, ...args], { cwd: root, encoding: 'utf8' });
  const isChosen = (file: string): boolean =>
    file.includes(part) && ((file.startsWith('libs/') && !file.includes('.stack.')) || comparisons.has(file));
  const specs: Spec[] = [];
  const files = listed.split('\n').filter((line) => line.endsWith('.spec.ts'));
  for (const file of files.map((path) => relative(root, path)).filter(isChosen)) {
    const begun = performance.now();
    const { test, hits } = await runSpecs(
      { root, scripts, planted: null, specs: [{ file, maxHits: 0 }] },
      () => 300_000,
    );
    if (test === null) specs.push({ file, ms: performance.now() - begun, hits });
    else write(`left out, because it fails with nothing planted: ${file} (${test})\n`);
  }
  return specs;
}

/** Of the same folder first, each from fast to slow. */
function inOrder(specs: readonly Spec[], file: string): readonly Spec[] {
  const distance = (spec: Spec): number =>
    spec.file.replace(/(\.property)?\.spec\.ts$/, '.ts') === file
      ? 0
      : dirname(spec.file) === dirname(file)
        ? 1
        : 2;
  return specs.toSorted((one, other) => distance(one) - distance(other) || one.ms - other.ms);
}

/** The test that fails; null: none. A change after which nothing ends is found as well. */
async function findingOf(
  { id }: OperatorMutant,
  specs: readonly Spec[],
  root: string,
  scripts: string,
): Promise<string | null> {
  if (specs.length === 0) return null;
  const { test } = await runSpecs(
    {
      root,
      scripts,
      planted: id,
      specs: specs.map(({ file, hits }) => ({ file, maxHits: 100 * (hits.get(id) ?? 0) + 100_000 })),
    },
    (spec) => 20_000 + 20 * (specs.find(({ file }) => file === spec)?.ms ?? 0),
  );
  return test;
}

/** Runs specs in a process of their own until a test fails, which it names. */
function runSpecs(
  run: SpecRun,
  timeoutMsOf: (spec: string) => number,
): Promise<{ readonly test: string | null; readonly hits: ReadonlyMap<number, number> }> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'spec-runner.js'), [JSON.stringify(run)], {
      cwd: run.root,
      execArgv: [
        '--no-function-context-cells',
        '--disable-warning=ExperimentalWarning',
        '--max-old-space-size=1024',
      ],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    let test: string | null = null;
    let timer: NodeJS.Timeout | undefined;
    const hits = new Map<number, number>();
    child.on('message', (message) => {
      const report = message as SpecReport;
      if (report.kind === 'begun') {
        clearTimeout(timer);
        timer = setTimeout(() => child.kill('SIGKILL'), timeoutMsOf(report.spec));
      } else if (report.kind === 'failed') {
        ({ test } = report);
      } else {
        for (const [id, count] of report.hits) hits.set(id, (hits.get(id) ?? 0) + count);
      }
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ test: test ?? (code === 0 ? null : 'does not end, or not by itself'), hits });
    });
  });
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
