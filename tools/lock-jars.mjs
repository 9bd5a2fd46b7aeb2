// Writes test/stack/kafka/jars.lock.json: what Maven makes of pom.xml, path in the repository by path, each
// with its digest. Machines without Maven fetch by it. Run it after each change to pom.xml:
//
//   node tools/lock-jars.mjs
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../test/stack/kafka/', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'tallyline-jars-'));
try {
  const goal = ['-q', '-B', '-f', join(folder, 'pom.xml'), 'dependency:copy-dependencies'];
  const options = [`-DoutputDirectory=${out}`, '-DincludeScope=runtime', '-Dmdep.useRepositoryLayout=true'];
  execFileSync('mvn', [...goal, ...options], { stdio: 'inherit' });
  const jars = readdirSync(out, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.jar'))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .map((file) => [relative(out, file).split(sep).join('/'), digest(file)])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  writeFileSync(join(folder, 'jars.lock.json'), `${JSON.stringify(Object.fromEntries(jars), null, 2)}\n`);
  console.log(`${jars.length} jars`);
} finally {
  rmSync(out, { recursive: true });
}

function digest(file) {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
