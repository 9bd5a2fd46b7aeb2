import { existsSync, lstatSync, readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { Apt } from './apt.js';
import { cached, forget } from './cache.js';
import { onPath, output, type Program, starts } from './program.js';

export interface DebianProgram {
  /** Name of its folder in the cache. */
  readonly name: string;
  /** The packages it comes in, its libraries not counted. */
  readonly packages: (apt: Apt) => Promise<readonly string[]>;
  /** The command below the folder that the packages were unpacked into. */
  readonly command: (root: string) => string;
  /** Arguments with which it succeeds if it works. */
  readonly check: readonly string[];
  /** What its installation would do. */
  readonly prepare?: (program: Program) => Promise<void>;
}

/**
 * A program out of packages of Debian or Ubuntu, unpacked into the cache folder with the libraries that this
 * machine lacks. Throws where it cannot be fetched.
 */
export async function fromDebian(wanted: DebianProgram): Promise<Program> {
  const program = async () => programIn(await cached(wanted.name, (work) => unpack(wanted, work)), wanted);
  const found = await program();
  if (await starts(found, wanted.check)) return found;
  // Complete, but of another release of the system than the one that runs now.
  await forget(wanted.name);
  return program();
}

async function unpack(wanted: DebianProgram, work: string): Promise<void> {
  const dpkg = await onPath('dpkg-deb');
  if (dpkg === null) throw new Error('this is no Debian or Ubuntu');
  const debs = join(work, 'debs');
  const fetchAll = async (apt: Apt, packages: readonly string[]) => {
    await mkdir(debs);
    try {
      await apt.download(packages, debs);
      for (const file of readdirSync(debs)) await output(dpkg, ['-x', join(debs, file), work]);
    } finally {
      await rm(debs, { recursive: true });
    }
    keepLinksInside(work);
  };
  await Apt.look(async (apt) => {
    const packages = await wanted.packages(apt);
    await fetchAll(apt, packages);
    if (await starts(programIn(work, wanted), wanted.check)) return;
    await fetchAll(apt, await apt.libraries(packages));
  });
  const program = programIn(work, wanted);
  await output(program, wanted.check); // throws with what is still missing
  await wanted.prepare?.(program);
}

function programIn(root: string, wanted: DebianProgram): Program {
  const folders = ['lib', 'usr/lib'].flatMap((folder) => {
    const path = join(root, folder);
    if (!existsSync(path)) return [];
    const ofMachine = readdirSync(path).filter((name) => /-linux-(gnu|musl)/.test(name));
    return [path, ...ofMachine.map((name) => join(path, name))];
  });
  return { command: wanted.command(root), env: { LD_LIBRARY_PATH: folders.join(':') } };
}

/**
 * Links of packages to /etc and /usr would lead to the machine's own files; they are made to lead to the
 * unpacked ones.
 */
function keepLinksInside(root: string): void {
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const link = join(entry.parentPath, entry.name);
    const target = readlinkSync(link);
    if (!target.startsWith('/') || lstatSync(join(root, target), { throwIfNoEntry: false }) === undefined)
      continue;
    rmSync(link);
    symlinkSync(relative(dirname(link), join(root, target)), link);
  }
}
