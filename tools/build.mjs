// Turns the TypeScript of apps/, libs/, test/ and bench/ into dist/, file by file, with swc (types are tsc's
// matter:
// `npm run typecheck`). Does nothing when no source has changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { alone } from './alone.mjs';
import { say } from './say.mjs';

const withAssets = ['apps', 'libs'];
const sourcesOnly = ['test', 'bench'];

export async function build(root) {
  if (isBuilt(root)) return;
  await alone(root, async () => {
    if (isBuilt(root)) return;
    const started = Date.now();
    const wanted = stamp(root);
    rmSync(stampFile(root), { force: true });
    const written = await compileAll(root);
    removeOthers(join(root, 'dist'), new Set(written));
    writeFileSync(stampFile(root), wanted);
    say(`built ${written.length} files in ${Date.now() - started} ms`);
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
  const own = ['.swcrc', 'package.json', 'package-lock.json', 'tools/build.mjs'];
  for (const file of [...own, ...sourcesOf(root)]) {
    const { size, mtimeMs } = statSync(join(root, file));
    digest.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return `${digest.digest('hex')}\n`;
}

/** Paths from the root of all that goes into dist/. */
function sourcesOf(root) {
  const isTest = (file) => /\.(spec|contract|model|harness)\.ts$|^libs\/(log|store)\/contract\//.test(file);
  const isSource = (file) => file.endsWith('.ts') && !isTest(file.split(sep).join('/'));
  const isAsset = (file) => !/\.(ts|md|mjs)$/.test(file);
  return [
    ...withAssets.flatMap((folder) =>
      filesUnder(root, folder).filter((file) => isSource(file) || isAsset(file)),
    ),
    ...sourcesOnly.flatMap((folder) => filesUnder(root, folder).filter(isSource)),
  ].sort();
}

function filesUnder(root, folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)));
}

/** Compiles and copies; gives the paths written, from dist/. */
async function compileAll(root) {
  const { transformFile } = await import('@swc/core');
  const options = JSON.parse(readFileSync(join(root, '.swcrc'), 'utf8'));
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
  if (faults.length > 0) throw new Error(`the build failed:\n${faults.join('\n')}`);
  return written.flat();
}

/**
 * Leaves a file alone that is right already, so that a running process never meets a half-written one in
 * vain.
 */
function write(root, target, content) {
  if (!existsSync(target) || !readFileSync(target).equals(content)) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
  return relative(join(root, 'dist'), target);
}

function removeOthers(dist, wanted) {
  for (const file of filesUnder(dist, '.')) {
    if (!wanted.has(file)) rmSync(join(dist, file));
  }
}
