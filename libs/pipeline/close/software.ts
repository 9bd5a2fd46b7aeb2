import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { productVersion } from '#runtime/version.js';
import type { Software } from '#wire/closes.js';

let known: Software | null = null;

/** What this process closes with. */
export function thisSoftware(): Software {
  known ??= {
    code: `${productVersion()}+${codeDigest()}`,
    node: process.versions.node,
    timeZones: process.versions['tz'] ?? 'unknown',
    holidays: versionOf('date-holidays'),
  };
  return known;
}

/** Digest of the code that counts, prices and writes events: two builds of one version may differ in it. */
function codeDigest(): string {
  const libs = join(import.meta.dirname, '../..');
  const digest = createHash('sha256');
  for (const folder of ['catalogue', 'domain', 'pipeline/close', 'wire']) {
    const files = readdirSync(join(libs, folder), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter(isCode).sort()) {
      digest
        .update(`${folder}/${file.replaceAll('\\', '/')}\n`)
        .update(readFileSync(join(libs, folder, file)));
    }
  }
  return digest.digest('hex').slice(0, 12);
}

/** Of the sources or of the build, wherever this runs. */
function isCode(file: string): boolean {
  return /\.[jt]s$/.test(file) && !/\.(spec|fixture|harness|d)\.[jt]s$/.test(file);
}

function versionOf(dependency: string): string {
  const { version } = createRequire(import.meta.url)(`${dependency}/package.json`) as { version: string };
  return version;
}

/** What differs between the software of a close and this one. */
export function softwareDifferences(made: Software, here: Software): (keyof Software)[] {
  return (Object.keys(here) as (keyof Software)[]).filter((part) => made[part] !== here[part]);
}
