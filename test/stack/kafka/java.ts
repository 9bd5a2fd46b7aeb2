import { join } from 'node:path';
import { fromDebian } from '#test/stack/fetched/debian.js';
import { readdirSync } from 'node:fs';
import { onPath, output, type Program, reasonOf } from '#test/stack/fetched/program.js';
import { StackUnavailable } from '#test/stack/unavailable.js';

export interface Java {
  readonly program: Program;
  /** `17.0.15` */
  readonly version: string;
}

/** Java 17 or newer: of JAVA_HOME, of the PATH, else of Debian's packages, unpacked into the cache folder. */
export async function findJava(): Promise<Java> {
  const home = process.env['JAVA_HOME'];
  const installed = [
    home === undefined ? null : { command: join(home, 'bin', 'java'), env: {} },
    await onPath('java'),
  ];
  for (const program of installed) {
    const version = program === null ? null : await versionOf(program);
    if (program !== null && version !== null && isNewEnough(version)) return { program, version };
  }
  try {
    const program = await fromDebian({
      name: 'java',
      packages: async (apt) => [newest(await apt.named('^openjdk-[0-9]+-jre-headless$'))],
      command: (root) => {
        const machines = join(root, 'usr/lib/jvm');
        return join(
          machines,
          readdirSync(machines).find((name) => /^java-\d+-openjdk-/.test(name)) ?? '',
          'bin/java',
        );
      },
      check: ['-version'],
      // The archive of Java's own classes, which the archive of Kafka's classes needs.
      prepare: async (java) => void (await output(java, ['-Xshare:dump'])),
    });
    return { program, version: (await versionOf(program)) ?? '' };
  } catch (error) {
    const advice = 'install Java 17 or newer, start Docker, or name a Kafka in TALLYLINE_KAFKA';
    throw new StackUnavailable(
      `no Java 17 or newer in JAVA_HOME or on the PATH, and none could be fetched (${reasonOf(error)}): ${advice}`,
    );
  }
}

async function versionOf(java: Program): Promise<string | null> {
  const answer = await output(java, ['-version']).catch(() => '');
  return /version "([^"]+)"/.exec(answer)?.[1] ?? null;
}

function isNewEnough(version: string): boolean {
  return Number.parseInt(version, 10) >= 17;
}

/** 17, with which Kafka is known to run, where the release has it. */
function newest(packages: readonly string[]): string {
  const major = (name: string) => Number(/\d+/.exec(name)?.[0]);
  const fit = packages.filter((name) => major(name) >= 17).toSorted((a, b) => major(b) - major(a));
  const chosen = fit.find((name) => major(name) === 17) ?? fit[0];
  if (chosen === undefined) throw new Error('no package of Java 17 or newer');
  return chosen;
}
