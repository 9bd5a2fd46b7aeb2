import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, relative } from 'node:path';
import { runDirectory } from '#test/stack/global-setup.js';
import { exclusively } from './lock.js';
import { reasonOf } from './program.js';

/** Where servers and what they need are kept between test runs; nothing else of the machine is written to. */
export function cacheFolder(): string {
  return process.env['TALLYLINE_CACHE'] ?? join(homedir(), '.cache', 'tallyline');
}

/**
 * The folder of that name in the cache, made by `make` where it is missing or damaged. Other processes that
 * need it at the same time wait for the first.
 */
export async function cached(name: string, make: (work: string) => Promise<void>): Promise<string> {
  const folder = join(cacheFolder(), name);
  if (isComplete(folder)) return folder;
  const failure = join(runDirectory(), `${name}.failed`);
  await mkdir(cacheFolder(), { recursive: true });
  await exclusively(`${folder}.lock`, async () => {
    if (isComplete(folder)) return;
    // It failed in this run already: a second try would only take the same time again.
    if (existsSync(failure)) throw new Error(readFileSync(failure, 'utf8'));
    const work = `${folder}.${process.pid}`;
    await rm(work, { recursive: true, force: true });
    await mkdir(work);
    try {
      await make(work);
      await writeFile(join(work, manifestFile), JSON.stringify(sizesIn(work), null, 2));
      await rm(folder, { recursive: true, force: true });
      await rename(work, folder);
    } catch (error) {
      writeFileSync(failure, reasonOf(error));
      throw error;
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return folder;
}

/** Removes a folder that is complete but does not work. */
export async function forget(name: string): Promise<void> {
  await rm(join(cacheFolder(), name), { recursive: true, force: true });
}

const manifestFile = 'complete.json';

/** An interrupted or damaged folder is not complete: the list of names and sizes is written last. */
function isComplete(folder: string): boolean {
  const manifest = join(folder, manifestFile);
  if (!existsSync(manifest)) return false;
  const sizes = JSON.parse(readFileSync(manifest, 'utf8')) as Record<string, number>;
  return Object.entries(sizes).every(
    ([name, size]) => statSync(join(folder, name), { throwIfNoEntry: false })?.size === size,
  );
}

function sizesIn(folder: string): Record<string, number> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(files.map((file) => [relative(folder, file), statSync(file).size]));
}
