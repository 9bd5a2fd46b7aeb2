import { existsSync } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './cache.js';
import { exclusively } from './lock.js';
import { onPath, output, type Program } from './program.js';

/**
 * Debian's and Ubuntu's package manager, asked for files only: it installs nothing, writes to the cache
 * folder alone and needs no root.
 */
export class Apt {
  readonly #get: Program;
  readonly #cache: Program;
  readonly #options: readonly string[];

  private constructor(get: Program, cache: Program, options: readonly string[]) {
    this.#get = get;
    this.#cache = cache;
    this.#options = options;
  }

  /**
   * Looks with the machine's own package lists first. Where `look` fails, because they are empty or too old,
   * it looks again with lists in the cache folder: those already in it, then updated ones.
   */
  static async look<Found>(look: (apt: Apt) => Promise<Found>): Promise<Found> {
    const [get, cache] = await Promise.all([onPath('apt-get'), onPath('apt-cache')]);
    if (get === null || cache === null) throw new Error('this is no Debian or Ubuntu');
    try {
      return await look(new Apt(get, cache, common));
    } catch {
      // The machine's own lists were not enough.
    }
    return exclusively(join(cacheFolder(), 'apt.lock'), () => Apt.#lookInOwnLists(get, cache, look));
  }

  static async #lookInOwnLists<Found>(
    get: Program,
    cache: Program,
    look: (apt: Apt) => Promise<Found>,
  ): Promise<Found> {
    const { options, lists } = await ownLists();
    const apt = new Apt(get, cache, options);
    if (existsSync(join(lists, 'partial')) && (await readdir(lists)).length > 2) {
      try {
        return await look(apt);
      } catch {
        // The archive replaces packages, and old lists name versions that it no longer has.
      }
    }
    await mkdir(join(lists, 'partial'), { recursive: true });
    await output(get, [...options, '-qq', 'update']);
    return look(apt);
  }

  /** Names of the available packages that match. */
  async named(pattern: string): Promise<string[]> {
    const found = await output(this.#cache, [...this.#options, 'search', '--names-only', pattern]);
    return [...found.matchAll(/^(\S+) - /gm)].map(([, name = '']) => name);
  }

  /** The libraries that the packages need and that are not installed, with what those need in turn. */
  async libraries(packages: readonly string[]): Promise<string[]> {
    const found = new Set<string>();
    for (let ask = packages; ask.length > 0;) {
      const answer = await output(this.#cache, [...this.#options, 'depends', '--important', ...ask]);
      const choices = choicesIn(answer).map((names) => names.filter((name) => /^(lib|zlib)/.test(name)));
      const known = await this.#known(choices.flat());
      const open = choices.filter((names) => !names.some((name) => known.get(name) === 'installed'));
      const firsts = open.map((names) => names.find((name) => known.get(name) === 'available') ?? '');
      ask = [...new Set(firsts)].filter(
        (name) => name !== '' && !found.has(name) && !packages.includes(name),
      );
      for (const name of ask) found.add(name);
    }
    return [...found];
  }

  async #known(names: readonly string[]): Promise<Map<string, 'installed' | 'available'>> {
    if (names.length === 0) return new Map();
    const answer = await output(this.#cache, [...this.#options, 'policy', ...names]);
    const entries = answer.matchAll(/^(\S+):\n {2}Installed: (.+)\n {2}Candidate: (.+)$/gm);
    return new Map(
      [...entries]
        .filter(([, , installed, candidate]) => installed !== '(none)' || candidate !== '(none)')
        .map(([, name = '', installed]) => [name, installed === '(none)' ? 'available' : 'installed']),
    );
  }

  /** Puts the package files into the folder. */
  async download(packages: readonly string[], into: string): Promise<void> {
    process.stderr.write(`fetching ${packages.join(', ')} into ${cacheFolder()}\n`);
    await output(this.#get, [...this.#options, '-qq', 'download', ...packages], into);
  }
}

/**
 * From the answer of `apt-cache depends`: groups of packages of which one is enough; `|` precedes all but the
 * last.
 */
function choicesIn(answer: string): string[][] {
  const choices: string[][] = [];
  let open = false;
  for (const [, more, name = ''] of answer.matchAll(/^ ([ |])(?:Pre)?Depends: (\S+)$/gm)) {
    if (open) choices.at(-1)?.push(name);
    else choices.push([name]);
    open = more === '|';
  }
  return choices;
}

// As root it would otherwise fetch as a user who may not write into the cache folder.
const common = [
  '-o',
  'APT::Sandbox::User=root',
  '-o',
  'Acquire::Retries=1',
  '-o',
  'Acquire::http::Timeout=30',
];

async function ownLists(): Promise<{ options: readonly string[]; lists: string }> {
  const state = join(cacheFolder(), 'apt');
  const lists = join(state, 'lists');
  await mkdir(join(state, 'archives', 'partial'), { recursive: true });
  // What a machine does after an update is for the machine's own lists, and some of it needs root.
  const hooks = ['APT::Update::Pre-Invoke', 'APT::Update::Post-Invoke', 'APT::Update::Post-Invoke-Success'];
  const settings = join(state, 'settings');
  await writeFile(settings, hooks.map((hook) => `#clear ${hook};\n`).join(''));
  const folders = [`Dir::State::lists=${lists}`, `Dir::Cache=${state}`];
  return { lists, options: ['-c', settings, ...common, ...folders.flatMap((folder) => ['-o', folder])] };
}
