import { hash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { setGlobalProxyFromEnv } from 'node:http';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';

/** Path in a Maven repository -> SHA-256 of the jar. */
export type JarLock = Readonly<Record<string, string>>;

/**
 * Fetches the jars of the lock without Maven: from the user's local repository, else from Maven Central, by
 * the proxy that the environment names, by the mirror of the user's Maven settings, with the certificates
 * that the system trusts.
 */
export async function fetchJars(lock: JarLock, into: string): Promise<void> {
  const withoutProxy = setGlobalProxyFromEnv();
  setDefaultCACertificates([...getCACertificates('default'), ...getCACertificates('system')]);
  try {
    const repository =
      mirrorIn(join(homedir(), '.m2', 'settings.xml')) ?? 'https://repo.maven.apache.org/maven2';
    const pending = Object.entries(lock);
    const next = async (): Promise<void> => {
      for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
        const [path, digest] = entry;
        await writeFile(join(into, basename(path)), await jar(repository, path, digest));
      }
    };
    await Promise.all(Array.from({ length: 6 }, next));
  } finally {
    withoutProxy();
  }
}

async function jar(repository: string, path: string, digest: string): Promise<Buffer> {
  const local = join(homedir(), '.m2', 'repository', path);
  const kept = existsSync(local) ? await readFile(local) : null;
  if (kept !== null && hash('sha256', kept) === digest) return kept;
  const url = `${repository}/${path}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(300_000) }).catch((error: unknown) => {
    const { cause = error } = error as Error;
    throw new Error(`${url}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause: error });
  });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  const fetched = Buffer.from(await answer.arrayBuffer());
  if (hash('sha256', fetched) !== digest) throw new Error(`${url} is not what jars.lock.json says`);
  return fetched;
}

/** The mirror of Central that the settings name, if they name one. */
function mirrorIn(settings: string): string | null {
  if (!existsSync(settings)) return null;
  const text = readFileSync(settings, 'utf8').replaceAll(/<!--.*?-->/gs, '');
  for (const [, mirror = ''] of text.matchAll(/<mirror>(.*?)<\/mirror>/gs)) {
    const of = /<mirrorOf>(.*?)<\/mirrorOf>/s.exec(mirror)?.[1]?.split(',') ?? [];
    const isForCentral = of.some((id) => ['*', 'central', 'external:*'].includes(id.trim()));
    const url = /<url>(.*?)<\/url>/s.exec(mirror)?.[1]?.trim().replace(/\/$/, '');
    if (isForCentral && !of.includes('!central') && url !== undefined) return url;
  }
  return null;
}
