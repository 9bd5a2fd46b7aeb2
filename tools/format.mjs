// `npm run format`: Prettier, then comments, which Prettier leaves as wide as they are.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';
import { say } from './say.mjs';
import { wrapComments } from './wrap-comments.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const prettier = join(root, 'node_modules/prettier/bin/prettier.cjs');
const options = ['--write', '--cache', '--log-level=warn', '.'];
const { status } = spawnSync(process.execPath, [prettier, ...options], { cwd: root, stdio: 'inherit' });

for (const file of sources()) {
  const before = readFileSync(file, 'utf8');
  const after = wrapComments(before);
  if (after === before) continue;
  // What looks like a comment may be text inside of a string.
  if (codeOf(before) === codeOf(after)) writeFileSync(file, after);
  else say(`${file}: its wide comments are left as they are`);
}
process.exitCode = status ?? 1;

function sources() {
  const inside = ['apps', 'libs', 'test', 'bench', 'tools'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, name)),
  );
  const above = readdirSync(root).map((name) => join(root, name));
  return [...inside, ...above].filter((file) => /\.(ts|mjs)$/.test(file));
}

function codeOf(text) {
  const { jsc } = JSON.parse(readFileSync(join(root, 'tools/swc.json'), 'utf8'));
  const quiet = {
    ...jsc,
    preserveAllComments: false,
    minify: { compress: false, mangle: false, format: { comments: false } },
  };
  return transformSync(text, { swcrc: false, jsc: quiet, minify: true, isModule: true }).code;
}
