import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { AppProcess } from '#test/processes/app-process.js';
import { type CliResult, startCli } from './cli.js';
import { waitUntil } from './wait-until.js';

/**
 * Runs docs/first-month.md as a reader would: writes its files, exports its variables, starts the server
 * where the page starts it and stops it before the next command line. `my-centre` is a directory that is
 * removed again.
 */
const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/first-month.md'), 'utf8');
const centre = mkdtempSync(join(tmpdir(), 'tallyline-first-month-'));

/** A file to write, or a command to run, in the order of the page. */
type Step =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'command'; readonly line: string };

const steps: readonly Step[] = [...page.matchAll(/^```(sh|yaml)\n([^]*?)^```$/gm)].flatMap(
  ([, language, text = '']): Step[] => {
    if (language === 'sh') {
      return text
        .trim()
        .split('\n')
        .map((line) => ({ kind: 'command', line }));
    }
    const path = /^# (my-centre\/\S+)$/m.exec(text)?.[1];
    if (path === undefined) throw new Error(`a block of the page names no file:\n${text}`);
    return [{ kind: 'file', path: inCentre(path), text }];
  },
);

function inCentre(text: string): string {
  return text.replaceAll('my-centre', centre);
}

const settings: Record<`TALLYLINE_${string}`, string> = {};
let server: AppProcess | null = null;
/** What each command line printed, by its line. */
const printed = new Map<string, string>();

async function run(line: string): Promise<void> {
  const words = [...inCentre(line).matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  const [program = '', ...rest] = words;
  switch (program) {
    case 'export': {
      const [name = '', value = ''] = (rest[0] ?? '').split('=');
      settings[name as `TALLYLINE_${string}`] = value;
      return;
    }
    case 'mkdir':
      mkdirSync(rest.at(-1) ?? '', { recursive: true });
      return;
    case 'curl':
      printed.set(line, await curl(rest));
      return;
    case 'npm':
      await (rest[0] === 'start' ? startServer() : tallyline(line, rest));
      return;
    default:
      throw new Error(`this test cannot run: ${line}`);
  }
}

async function startServer(): Promise<void> {
  server = new AppProcess('standalone', settings);
  await server.ready();
}

/** `run -s tallyline -- ARGUMENTS`; as the page says, the server is stopped before. */
async function tallyline(line: string, words: readonly string[]): Promise<void> {
  await stopServer();
  expect(words.slice(0, 3)).toEqual(['run', '-s', 'tallyline']);
  const result: CliResult = await startCli(words.slice(4), settings).ended;
  expect([line, result.code, result.stderr]).toEqual([line, 0, '']);
  printed.set(line, result.stdout);
}

/**
 * `[--data-binary @FILE] [-H HEADER]... URL`; a post is expected to be accepted, and to be read before we go
 * on.
 */
async function curl(words: readonly string[]): Promise<string> {
  if (server === null) throw new Error('the page starts no server before it sends');
  const headers: Record<string, string> = {};
  let [file, url]: [string | null, string] = [null, ''];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-H') {
      const [name = '', value = ''] = (words[++index] ?? '').split(': ');
      headers[name] = value;
    } else if (word === '--data-binary') {
      file = (words[++index] ?? '').slice(1);
    } else {
      url = word.replace('http://127.0.0.1:8080', await server.ready());
    }
  }
  if (file === null) return (await fetch(url)).text();
  const response = await fetch(url, { method: 'POST', headers, body: readFileSync(join(root, file)) });
  expect([file, response.status]).toEqual([file, 202]);
  await waitUntil(async () => (await lagOf(server)) === 0);
  return response.text();
}

/** Records that the stages have not read yet. */
async function lagOf(app: AppProcess | null): Promise<number> {
  const samples = (await app?.metrics('lag_records')) ?? [];
  return samples.reduce((sum, { value }) => sum + value, 0);
}

async function stopServer(): Promise<void> {
  const running = server;
  server = null;
  if (running !== null) expect(await running.terminate()).toBe(0);
}

const textOf = (part: string): string =>
  [...printed].find(([line]) => line.includes(part))?.[1].replaceAll('\u00a0', ' ') ?? '';

afterAll(async () => {
  server?.child.kill('SIGKILL');
  await server?.ended;
  rmSync(centre, { recursive: true, force: true });
});

describe('docs/first-month.md', () => {
  it('leads from an empty directory to an adjusted invoice with nothing but its own commands and files', async () => {
    for (const step of steps) {
      if (step.kind === 'command') {
        await run(step.line);
      } else {
        mkdirSync(dirname(step.path), { recursive: true });
        writeFileSync(step.path, step.text);
      }
    }
    expect(printed.size).toBeGreaterThan(12);

    const unmapped = textOf('--programme unmapped --from 2026-03-02 --by queue');
    expect(unmapped).toContain('my-genesys:6eb92e65-daf1-4154-a009-caadf0db78cc');
    expect(unmapped).toContain('my-avaya:310');
    expect(textOf('refused list')).toContain('nothing is refused');
    expect(textOf('--programme care --from 2026-03-02 --by queue')).toMatch(/^total +3 +2 +1 /m);
    expect(textOf('--by quarter-hour')).toMatch(/^2026-03-02 10:00 +3 /m);
    expect(textOf('contracts check my-centre/catalogue --lang en')).toContain('1 of 1 examples hold');
    expect(textOf('close my-care 2026-03')).toMatch(/total without VAT +4\.70$/m);
    expect(textOf('explain my-care/2026-03')).toContain('all agree');
    expect(textOf('close my-care 2026-03 --adjust')).toMatch(/total without VAT +2\.35$/m);
    expect(textOf('verify my-care/2026-03 --revision 2')).toMatch(/revision 2: the same bytes$/m);
    expect(textOf('explain my-care/2026-03 --revision 2')).toContain('all agree');
  }, 240_000);
});
