// Turns the TypeScript of apps/, libs/, test/ and bench/ into dist/, file by file, with swc (types are tsc's
// matter: `npm run typecheck`), and bundles the page of the console. Does nothing when no source has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { alone } from './alone.mjs';
import { bundleConsole, consolePage } from './build-console.mjs';
import { say } from './say.mjs';
import { testCode } from './test-code.mjs';

const withAssets = ['apps', 'libs'];
const sourcesOnly = ['test', 'bench'];

/** Whether there was something to build. */
export async function build(root) {
  if (isBuilt(root)) return false;
  return alone(root, async () => {
    if (isBuilt(root)) return false;
    const started = Date.now();
    const wanted = stamp(root);
    rmSync(stampFile(root), { force: true });
    const written = await compileAll(root);
    removeOthers(join(root, 'dist'), new Set(written));
    writeFileSync(stampFile(root), wanted);
    say(`built ${written.length} files in ${Date.now() - started} ms`);
    return true;
  });
}

function isBuilt(root) {
  return existsSync(stampFile(root)) && readFileSync(stampFile(root), 'utf8') === stamp(root);
}

function stampFile(root) {
  return join(root, 'dist/.tallyline-build');
}

/** A digest of names, sizes and times of all that the build reads. */
function stamp(root) {
  const digest = createHash('sha256').update(root);
  const own = [
    'tools/swc.json',
    'tools/build.mjs',
    'tools/build-console.mjs',
    'tools/test-code.mjs',
    'package.json',
    'package-lock.json',
  ];
  for (const file of [...own, ...sourcesOf(root), ...filesUnder(root, consolePage)]) {
    const { size, mtimeMs } = statSync(join(root, file));
    digest.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return `${digest.digest('hex')}\n`;
}

/** Paths from the root of all that goes into dist/. */
function sourcesOf(root) {
  const isTest = (file) => new RegExp(testCode).test(file);
  const isSource = (file) => file.endsWith('.ts') && !isTest(file);
  const isAsset = (file) => !/\.(ts|md|mjs)$/.test(file);
  const programs = sourcesOnly.flatMap((folder) => filesUnder(root, folder).filter(isSource));
  return [
    ...withAssets.flatMap((folder) =>
      filesUnder(root, folder)
        .filter((file) => isSource(file) || isAsset(file))
        .filter((file) => !file.startsWith(`${consolePage}/`)),
    ),
    ...programs,
    ...fixturesOf(root, programs),
  ].sort((a, b) => (a < b ? -1 : 1));
}

/** The fixtures that benches and programs of test/ start from; an image, built without them, has none. */
function fixturesOf(root, programs) {
  const { imports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const found = new Set();
  for (const pending = [...programs]; pending.length > 0;) {
    const file = pending.pop();
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, start, path] of text.matchAll(/from '(#\w+\/|\.{1,2}\/)([^']+\.fixture)\.js'/g)) {
      const folder = start.startsWith('#')
        ? dirname(imports[`${start}*.js`].types)
        : join(dirname(file), start);
      const fixture = slashed(join(folder, `${path}.ts`));
      if (found.has(fixture)) continue;
      found.add(fixture);
      pending.push(fixture);
    }
  }
  return found;
}

function filesUnder(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => slashed(relative(root, join(entry.parentPath ?? entry.path, entry.name))));
}

function slashed(path) {
  return path.split(sep).join('/');
}

/** Compiles and copies; gives the paths written, from dist/. */
async function compileAll(root) {
  const { transformFile } = await import('@swc/core');
  const options = JSON.parse(readFileSync(join(root, 'tools/swc.json'), 'utf8'));
  const faults = [];
  const written = await Promise.all(
    sourcesOf(root).map(async (file) => {
      const target = join(root, 'dist', file);
      if (!file.endsWith('.ts')) return [write(root, target, readFileSync(join(root, file)))];

      const script = target.replace(/\.ts$/, '.js');
      const sourceFileName = relative(dirname(script), join(root, file));
      try {
        const { code, map } = await transformFile(join(root, file), {
          ...options,
          swcrc: false,
          sourceFileName,
        });
        const name = script.slice(dirname(script).length + 1);
        return [
          write(root, script, Buffer.from(`${code}//# sourceMappingURL=${name}.map\n`)),
          write(root, `${script}.map`, Buffer.from(map)),
        ];
      } catch (error) {
        faults.push(`${file}: ${error.message.split('Caused by:')[0].trim()}`);
        return [];
      }
    }),
  );
  const page = await writePage(root, faults);
  if (faults.length > 0) throw new Error(`the build failed:\n${faults.join('\n')}`);
  return [...written.flat(), ...page];
}

async function writePage(root, faults) {
  try {
    const files = await bundleConsole(root);
    return [...files].map(([name, content]) => write(root, join(root, 'dist', consolePage, name), content));
  } catch (error) {
    faults.push(error.message);
    return [];
  }
}

/** Leaves a file alone that is right already: a running process may be reading it. */
function write(root, target, content) {
  if (!existsSync(target) || !readFileSync(target).equals(content)) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  return slashed(relative(join(root, 'dist'), target));
}

function removeOthers(dist, wanted) {
  for (const file of filesUnder(dist, '.')) {
    if (!wanted.has(file)) rmSync(join(dist, file));
  }
}
