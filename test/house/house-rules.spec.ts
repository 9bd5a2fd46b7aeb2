import { describe, expect, it } from '@jest/globals';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { testCode, testSuffixes } = (await import(
  new URL('../../tools/test-code.mjs', import.meta.url).href
)) as {
  testCode: string;
  testSuffixes: string[];
};

describe('the code of this repository', () => {
  it('is found by these rules', () => {
    expect(production('libs/domain').length).toBeGreaterThan(10);
    expect(tests().length).toBeGreaterThan(10);
  });

  it('skips no test', () => {
    const leftOut =
      /\b(describe|it|test)(\.each)?\.(skip|only|todo|failing|fails)\b|\b(fit|fdescribe|x(it|test|describe))\(/;
    // The one place that skips tests: those that need an unavailable server.
    const where = tests().filter((file) => file !== 'test/stack/describe-with.ts');
    expect(found(leftOut, where, 'every test runs, each time: repair it or delete it')).toEqual([]);
  });

  it('mocks none of its modules', () => {
    const mock = /\bjest\.(mock|spyOn|doMock|unstable_mockModule|replaceProperty)\b/;
    expect(
      found(mock, tests(), 'test against the embedded adapter, or make the part a pure function'),
    ).toEqual([]);
  });

  it('keeps clock, randomness, settings and floats out of the domain', () => {
    const impure =
      /\bDate\.now\b|\bnew Date\(\)|\bTemporal\.Now\b|\bMath\.random\b|\bprocess\.|\bparseFloat\b/;
    const fix =
      'the domain is pure: take it as an argument (instants as epoch ms, amounts as decimal strings)';
    expect(found(impure, production('libs/domain'), fix)).toEqual([]);
  });

  it('reads the environment in libs/runtime only', () => {
    const elsewhere = [...production('apps'), ...production('libs')].filter(
      (file) => !file.startsWith('libs/runtime/'),
    );
    expect(found(/\bprocess\.env\b/, elsewhere, 'take it from the config of libs/runtime')).toEqual([]);
  });

  it('has no folder or file for miscellaneous things', () => {
    const miscellaneous = /^(common|shared|utils?|helpers?|misc|dtos?|mappers?|services?|repositor(y|ies))$/;
    const layer = /^index\.ts$|\.(dto|mapper|service|repository|util|helper)\.ts$/;
    const faults = code()
      .filter(
        (file) =>
          dirname(file)
            .split('/')
            .some((folder) => miscellaneous.test(folder)) || layer.test(basename(file)),
      )
      .map((file) => `${file}: name the thing after what it is about, and put it there`);
    expect(faults).toEqual([]);
  });

  it('leaves no work for later in comments', () => {
    const words = ['TO-DO', 'FIX-ME', 'XX-X', 'HA-CK'].map((word) => word.replace('-', ''));
    const promise = new RegExp(`\\b(${words.join('|')})\\b`);
    const files = [...code(), ...under('docs').filter((file) => file.endsWith('.md'))];
    expect(found(promise, files, 'do it now or open an issue')).toEqual([]);
  });
});

describe('docs/walk.md', () => {
  const walk = (): string => textOf('docs/walk.md');

  it('has two walks of ten to sixteen steps, numbered from 1, each naming its file first', () => {
    const walks = walk().split(/^## /m).slice(1);
    expect(walks).toHaveLength(2);
    for (const each of walks) {
      const steps = each.split('\n').filter((line) => /^\d+\. /.test(line));
      expect(steps.length).toBeGreaterThanOrEqual(10);
      expect(steps.length).toBeLessThanOrEqual(16);
      expect(steps.map((step) => parseInt(step, 10))).toEqual(steps.map((_, index) => index + 1));
      expect(steps.filter((step) => !/^\d+\. \[(apps|libs)\//.test(step))).toEqual([]);
    }
  });

  it('names files that exist, and links to the file it names', () => {
    const links = [...walk().matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
    const wrong = links
      .map(([, name, target]) => ({ name, path: join('docs', target!).split(sep).join('/') }))
      .filter(({ name, path }) => name !== path || !existsSync(join(root, path)))
      .map(({ name, path }) => `${name} -> ${path}`);
    expect(wrong).toEqual([]);

    const named = [...walk().matchAll(/\b(?:apps|libs|test|docs|docker)\/[\w./-]*\w/g)].map(([path]) => path);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});

describe('the decision records', () => {
  const records = readdirSync(join(root, 'docs/decisions')).filter((name) => name.endsWith('.md'));

  it('number each record once, in its name and its title', () => {
    const numbers = records.map((name) => name.slice(0, 4));
    expect(new Set(numbers).size).toBe(records.length);
    expect(records.filter((name) => !/^\d{4}-[a-z0-9-]+\.md$/.test(name))).toEqual([]);
    expect(
      records.filter((name) => !textOf(`docs/decisions/${name}`).startsWith(`# ${name.slice(0, 4)} `)),
    ).toEqual([]);
  });

  it.each(records)('have context, decision, consequences and when to revisit them: %s', (name) => {
    const sections = [...textOf(`docs/decisions/${name}`).matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(sections).toEqual(['Context', 'Decision', 'Consequences', 'Revisit if']);
  });
});

describe('the tooling', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    textOf('package.json'),
  ) as Record<'dependencies' | 'devDependencies' | 'optionalDependencies', Record<string, string>>;
  const listed = { ...dependencies, ...devDependencies, ...optionalDependencies };

  it('pins exact versions', () => {
    expect(Object.entries(listed).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it('runs this test on the pinned Node', () => {
    expect(new Set(Object.values(optionalDependencies))).toEqual(new Set([process.versions.node]));
    expect(textOf('.node-version').trim()).toBe(process.versions.node);
  });

  it('locks the packages of every platform', () => {
    const { packages } = JSON.parse(textOf('package-lock.json')) as {
      packages: Record<string, { optionalDependencies?: Record<string, string> }>;
    };
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {})
        .filter((name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`])
        .map((name) => `${name} of ${path}: run node tools/complete-lock.mjs`),
    );
    expect(missing).toEqual([]);
  });

  it('has one definition of test code for linter, build and documentation', () => {
    const globs = testSuffixes.map((suffix) => `"**/*.${suffix}.ts"`);
    expect(globs.filter((glob) => !textOf('.oxlintrc.json').includes(glob))).toEqual([]);
    const table = textOf('CONTRIBUTING.md');
    expect(testSuffixes.filter((suffix) => !table.includes(`.${suffix}.ts`))).toEqual([]);
  });

  it('says in CONTRIBUTING.md what each dependency is for', () => {
    const table = textOf('CONTRIBUTING.md');
    const unexplained = Object.keys(listed).filter((name) => !table.includes(`\`${name}\``));
    expect(unexplained).toEqual([]);
  });

  it('lists every app that is a process in nest-cli.json', () => {
    const { projects } = JSON.parse(textOf('nest-cli.json')) as {
      projects: Record<string, { sourceRoot: string }>;
    };
    const apps = readdirSync(join(root, 'apps'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && existsSync(join(root, 'apps', entry.name, 'main.ts')))
      .map(({ name }) => name)
      .sort();
    expect(Object.keys(projects).sort()).toEqual(apps);
    expect(apps.filter((app) => projects[app]!.sourceRoot !== `apps/${app}`)).toEqual([]);
  });
});

/** Every .ts and .mjs file of the repository. */
function code(): string[] {
  return ['apps', 'libs', 'test', 'bench', 'tools']
    .flatMap(under)
    .concat(readdirSync(root).filter((name) => name.endsWith('.mjs')))
    .filter((file) => /\.(ts|mjs)$/.test(file));
}

function tests(): string[] {
  return code().filter((file) => file.endsWith('.ts') && (isTest(file) || file.startsWith('test/')));
}

function production(folder: string): string[] {
  return under(folder).filter((file) => file.endsWith('.ts') && !isTest(file));
}

function isTest(file: string): boolean {
  return new RegExp(testCode).test(file);
}

/**
 * Files below a folder as paths from the root, with forward slashes; none where the folder does not
 * exist.
 */
function under(folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

/** `file:line: text -> fix` for each line that has the pattern. */
function found(pattern: RegExp, files: readonly string[], fix: string): string[] {
  return files.flatMap((file) =>
    linesOf(file)
      .filter(({ text }) => pattern.test(text))
      .map(({ at, text }) => `${at}: ${text.trim()} -> ${fix}`),
  );
}

function linesOf(file: string): { at: string; text: string }[] {
  return textOf(file)
    .split('\n')
    .map((text, index) => ({ at: `${file}:${index + 1}`, text }));
}

function textOf(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
