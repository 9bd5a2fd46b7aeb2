import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

interface NestCli {
  readonly compilerOptions: { readonly tsConfigPath: string };
  readonly projects: Readonly<Record<string, { readonly sourceRoot: string; readonly entryFile: string }>>;
}
const { compilerOptions, projects } = JSON.parse(
  readFileSync(join(root, 'nest-cli.json'), 'utf8'),
) as NestCli;

describe('The Nest CLI', () => {
  // Not into dist/, from which other suites run.
  const cache = 'node_modules/.cache/nest-build';
  const folder = join(root, cache);
  beforeAll(() => {
    mkdirSync(folder, { recursive: true });
    const settings = join(root, compilerOptions.tsConfigPath);
    const own = { extends: settings, compilerOptions: { outDir: './dist' } };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(own));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('builds every app with what it reads at run time', async () => {
    const nest = join(root, 'node_modules/@nestjs/cli/bin/nest.js');
    await promisify(execFile)(
      process.execPath,
      [nest, 'build', 'standalone', '--path', `${cache}/tsconfig.json`],
      {
        cwd: root,
      },
    );
    // One compilation contains the mains of all apps.
    const built = Object.values(projects).map(({ sourceRoot, entryFile }) => `${sourceRoot}/${entryFile}.js`);
    expect(built.filter((main) => !existsSync(join(folder, 'dist', main)))).toEqual([]);
    const scripts = 'libs/store/redis/lua';
    expect(readdirSync(join(folder, 'dist', scripts))).toEqual(readdirSync(join(root, scripts)));
  }, 240_000);

  it('reads the same compiler settings for each of them', () => {
    for (const project of Object.values(projects)) expect(project).not.toHaveProperty('compilerOptions');
  });
});
