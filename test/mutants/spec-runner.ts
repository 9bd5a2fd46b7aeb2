import '#runtime/v8-flags.js';
import { readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** What one process runs, as JSON in its only argument. */
export interface SpecRun {
  /**
   * The repository, and the folder that holds each of its files as JavaScript, under the same path + `.js`.
   */
  readonly root: string;
  readonly scripts: string;
  /** The change that is switched on, if any. */
  readonly planted: number | null;
  readonly specs: readonly { readonly file: string; readonly maxHits: number }[];
}

/** What it says while it runs. */
export type SpecReport =
  | { readonly kind: 'begun'; readonly spec: string }
  | { readonly kind: 'failed'; readonly test: string }
  /** How often each switch was asked. */
  | { readonly kind: 'passed'; readonly spec: string; readonly hits: readonly (readonly [number, number])[] };

interface Circus {
  readonly run: () => Promise<unknown>;
  readonly resetState: () => void;
  readonly getState: () => { testTimeout: number };
  readonly addEventHandler: (handler: (event: CircusEvent) => void) => void;
}

interface CircusEvent {
  readonly name: string;
  readonly test?: { readonly name: string };
  readonly error?: unknown;
}

const { root, scripts, planted, specs } = JSON.parse(process.argv[2] ?? '') as SpecRun;

// Jest itself takes seconds to start; its describe, it and expect do not need it.
const ofRoot = createRequire(join(root, 'package.json'));
const ofJest = createRequire(ofRoot.resolve('jest'));
const circusFile = ofJest.resolve('jest-circus');
const circus = ofJest(circusFile) as Circus;
const globalsFile = pathToFileURL(join(scripts, 'jest-globals.mjs')).href;

const imports = Object.entries(
  (ofRoot('./package.json') as { imports: Record<string, { types: string }> }).imports,
).map(([name, { types }]) => [name.slice(0, name.indexOf('*')), types.slice(2, types.indexOf('*'))] as const);

let maxHits = 0;
let hits = new Map<number, number>();
Object.assign(globalThis, {
  isPlanted: (id: number): boolean => {
    if (planted !== null && id !== planted) return false;
    const count = (hits.get(id) ?? 0) + 1;
    hits.set(id, count);
    if (planted !== null && count > maxHits) process.exit(9);
    return planted !== null;
  },
});

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === '@jest/globals') return { url: globalsFile, shortCircuit: true };
    const parent = context.parentURL;
    if (parent === undefined || !parent.endsWith('.ts')) return next(specifier, context);
    const url = sourceOf(specifier, parent);
    return url === null ? next(specifier, context) : { url, shortCircuit: true };
  },
  load: (url, context, next) => {
    if (url === globalsFile) return { format: 'module', source: globals(), shortCircuit: true };
    if (!url.endsWith('.ts')) return next(url, context);
    const script = join(scripts, `${relative(root, fileURLToPath(url))}.js`);
    return { format: 'module', source: readFileSync(script, 'utf8'), shortCircuit: true };
  },
});

/** As Jest maps the names of modules (jest.config.mjs): sources, nothing built. */
function sourceOf(specifier: string, parent: string): string | null {
  if (!specifier.endsWith('.js')) return null;
  const source = specifier.replace(/\.js$/, '.ts');
  if (specifier.startsWith('.')) return new URL(source, parent).href;
  const found = imports.find(([name]) => specifier.startsWith(name));
  return found === undefined ? null : pathToFileURL(join(root, found[1], source.slice(found[0].length))).href;
}

function globals(): string {
  const names = 'describe, it, test, beforeAll, beforeEach, afterAll, afterEach';
  return (
    `import circus from ${JSON.stringify(pathToFileURL(circusFile).href)};\n` +
    `import { expect } from ${JSON.stringify(pathToFileURL(ofJest.resolve('expect')).href)};\n` +
    `const { ${names} } = circus;\nexport { ${names}, expect };\n`
  );
}

function say(report: SpecReport): Promise<void> {
  return new Promise((resolve) => {
    process.send?.(report, () => {
      resolve();
    });
  });
}

async function fail(test: string): Promise<never> {
  await say({ kind: 'failed', test });
  process.exit(1);
}

process.on('uncaughtException', (error) => void fail(`uncaught: ${String(error)}`));
process.on('unhandledRejection', (error) => void fail(`unhandled: ${String(error)}`));

for (const spec of specs) {
  await say({ kind: 'begun', spec: spec.file });
  maxHits = spec.maxHits;
  hits = new Map();
  circus.resetState();
  circus.getState().testTimeout = 30_000;
  circus.addEventHandler(({ name, test, error }) => {
    if (name === 'test_fn_failure' || name === 'hook_failure' || name === 'error')
      void fail(test?.name ?? String(error));
  });
  await import(pathToFileURL(join(root, spec.file)).href);
  await circus.run();
  await say({ kind: 'passed', spec: spec.file, hits: [...hits] });
}
process.exit(0);
