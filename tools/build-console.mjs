// Bundles the page of apps/console: one script, one style sheet and the page, each also compressed. All that
// the page needs is in them: it loads nothing of another host.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Sources of the page, from the root of the repository. */
export const consolePage = 'apps/console/page';

/** The files to write, by their names in the directory of the page. */
export async function bundleConsole(root) {
  const { build } = await import('esbuild');
  const folder = join(root, consolePage);
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(folder, 'console.tsx')],
    outdir: folder,
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
    tsconfig: join(folder, 'tsconfig.json'),
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [nameOf(path), Buffer.from(contents)]));
  for (const name of ['index.html', 'icon.svg']) files.set(name, readFileSync(join(folder, name)));
  for (const [name, content] of new Map(files)) files.set(`${name}.gz`, gzipSync(content, { level: 9 }));
  return files;
}

function nameOf(path) {
  return path.split(/[\\/]/).at(-1);
}
