// Completes package-lock.json where the registry did not serve every platform's binary package on the day of
// locking. npm leaves such optional packages out of the lock and `npm ci` then refuses it. Their exact
// versions are known from the package that names them; os, cpu and libc are spelled in their names. Their
// digests come with the next
// `npm install` against a registry that has them.   Usage: node tools/complete-lock.mjs
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
const words = {
  os: ['darwin', 'linux', 'win32', 'freebsd', 'android', 'openharmony', 'aix', 'openbsd', 'netbsd', 'sunos'],
  cpu: ['x64', 'arm64', 'ia32', 'arm', 'ppc64', 's390x', 'riscv64', 'loong64'],
};

/** `@swc/core-linux-x64-gnu` says os, cpu and C library in its last words. */
function platformOf(name) {
  const parts = name.split(/[/-]/);
  const os = parts.filter((part) => words.os.includes(part));
  const cpu = parts.filter((part) => words.cpu.includes(part));
  const libc = parts.some((part) => part.startsWith('musl'))
    ? ['musl']
    : parts.some((part) => part.startsWith('gnu')) && os[0] === 'linux'
      ? ['glibc']
      : undefined;
  return { os, cpu, ...(libc ? { libc } : {}) };
}

let added = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  if (path === '') continue;
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const known = lock.packages[`node_modules/${name}`] ?? lock.packages[`${path}/node_modules/${name}`];
    const platform = platformOf(name);
    if (known || !/^\d/.test(version) || platform.os.length === 0) continue;
    const { cpu, os, libc } = platform;
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(cpu.length > 0 ? { cpu } : {}),
      ...(entry.dev ? { dev: true } : {}),
      ...(libc ? { libc } : {}),
      optional: true,
      os,
    };
    added += 1;
    console.log(`${name}@${version}: ${[...os, ...cpu, ...(libc ?? [])].join(' ')}`);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
lock.packages = Object.fromEntries(sorted);
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added} entries added`);
