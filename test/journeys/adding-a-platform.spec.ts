import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

/**
 * The guide is followed to the letter: its files are written into a copy of the repository, its lines are
 * changed there, and the copy has to typecheck, pass its specs and count the bodies.
 */
const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/platforms/adding-a-platform.md'), 'utf8');

/** Blocks of code whose first line names their file, as `// PATH` or `# PATH`. */
const blocks = [...page.matchAll(/^```(\w+)\n(?:\/\/|#) (\S+)\n([^`]*(?:`[^`\n]+`[^`]*)*?)^```$/gm)].map(
  ([, language = '', file = '', text = '']) => ({ language, file, text }),
);
const ndjson = /^```ndjson\n([^`]+)^```$/m.exec(page)?.[1] ?? '';

let copy: string;

function run(script: string, ...args: string[]): { readonly code: number | null; readonly output: string } {
  const options = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules', join(copy, script)];
  const ran = spawnSync(process.execPath, [...options, ...args], { cwd: copy, encoding: 'utf8' });
  return { code: ran.status, output: ran.stdout + ran.stderr };
}

/** Lines with `-` stand once in the file, one below the other, and those with `+` after them take their place. */
function changed(text: string, diff: string): string {
  const hunks = [...diff.matchAll(/((?:^-.*\n)+)((?:^\+.*\n)+)/gm)];
  const bare = (lines = ''): string => lines.replaceAll(/^[-+]/gm, '').trimEnd();
  return hunks.reduce((result, [, before, after]) => {
    expect(result.split(bare(before))).toHaveLength(2);
    return result.replace(bare(before), () => bare(after));
  }, text);
}

describe('The guide to adding a platform', () => {
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'tallyline-platform-'));
    for (const part of [
      'apps',
      'libs',
      'examples',
      'docs',
      'tools',
      'package.json',
      'package-lock.json',
      'tsconfig.json',
      'jest.config.mjs',
    ])
      cpSync(join(root, part), join(copy, part), { recursive: true });
    for (const part of ['test', 'bench']) mkdirSync(join(copy, part));
    // named by the configuration of jest
    cpSync(join(root, 'test/stack'), join(copy, 'test/stack'), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'junction');
    for (const { language, file, text } of blocks) {
      const path = join(copy, file);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, language === 'diff' ? changed(readFileSync(path, 'utf8'), text) : text);
    }
    const files = [
      'libs/platforms/platforms.ts',
      'libs/platforms/ringdesk/*.ts',
      'libs/domain/timeline/*.ts',
    ];
    writeFileSync(join(copy, 'guide.json'), JSON.stringify({ extends: './tsconfig.json', include: files }));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it('is followed in every file it names', () => {
    expect(blocks.map(({ file }) => file)).toEqual([
      'examples/deliveries/ringdesk.json',
      'libs/platforms/ringdesk/schema.ts',
      'libs/platforms/ringdesk/normalize.ts',
      'libs/platforms/ringdesk/normalize.spec.ts',
      'libs/domain/fact/platform-names.ts',
      'libs/platforms/platforms.ts',
      'libs/domain/timeline/platform-states.ts',
      'centre.yaml',
    ]);
  });

  it('gives code that typechecks', () => {
    expect(run('node_modules/typescript/bin/tsc', '-p', 'guide.json')).toEqual({ code: 0, output: '' });
  }, 240_000);

  it('gives a platform that passes its own spec and those of all platforms', () => {
    const specs = ['libs/platforms/ringdesk', 'libs/platforms/platforms.spec'];
    const { code, output } = run('node_modules/jest/bin/jest.js', '--selectProjects', 'unit', '--', ...specs);
    expect(output).toContain('2 passed, 2 total');
    expect(code).toBe(0);
  }, 240_000);

  it('gives a command line that counts its bodies', () => {
    const build = "import { build } from './tools/build.mjs'; await build(process.cwd());";
    writeFileSync(join(copy, 'build.mjs'), build);
    expect(run('build.mjs')).toMatchObject({ code: 0 });
    const where = ['--catalogue', join(copy, 'catalogue'), '--data', join(copy, 'data')];
    mkdirSync(join(copy, 'catalogue'));
    cpSync(join(copy, 'centre.yaml'), join(copy, 'catalogue/centre.yaml'));
    writeFileSync(join(copy, 'bodies.ndjson'), ndjson);
    const cli = (...args: string[]): unknown => {
      const { code, output } = run('dist/apps/cli/main.js', ...args, '--json', ...where);
      expect([code, code === 0 ? '' : output]).toEqual([0, '']);
      return JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
    };
    const polled = ['--polled-at', '2026-03-02T18:00:00Z'];
    expect(cli('replay', 'bodies.ndjson', '--connection', 'desk', ...polled)).toMatchObject({
      deliveries: 4,
      refused: 0,
    });
    expect(cli('kpis', '--programme', 'care', '--from', '2026-03-02', '--to', '2026-03-02')).toMatchObject({
      handled: 1,
      waitAnsweredMs: 15_000,
      talkMs: 222_000,
      holdMs: 18_000,
      acwMs: 11_000,
      activityMs: { PREP: 20 * 60_000, AVAILABLE: 220 * 60_000 },
    });
  }, 240_000);
});
