import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { startCli } from './cli.js';

/**
 * Runs docs/agent-day.md as a reader would: writes its files, runs its commands, and looks for each line that
 * it shows in what the command before it has printed. `my-centre` is a directory that is removed again. The
 * figures of the page are added up in its table, by hand.
 */
const page = readFileSync(join(import.meta.dirname, '../../docs/agent-day.md'), 'utf8');
const centre = mkdtempSync(join(tmpdir(), 'tallyline-agent-day-'));
afterAll(() => rmSync(centre, { recursive: true, force: true }));

type Step =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'command'; readonly line: string }
  | { readonly kind: 'shown'; readonly lines: readonly string[] };

/** A YAML file names itself, one of deliveries is named just above it. */
const steps: readonly Step[] = [
  ...page.matchAll(/(?:`my-centre\/([\w./]+)`:\n\n)?^```(sh|yaml|json|text)\n([^]*?)^```$/gm),
].map(([, above, language = '', text = '']): Step => {
  switch (language) {
    case 'sh':
      return { kind: 'command', line: text.trim() };
    case 'text':
      return { kind: 'shown', lines: text.trim().split('\n') };
    default: {
      const path = above ?? /^# my-centre\/(\S+)$/m.exec(text)?.[1];
      if (path === undefined) throw new Error(`a block of the page names no file:\n${text}`);
      return { kind: 'file', path: join(centre, path), text };
    }
  }
});

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

async function tallyline(line: string): Promise<string> {
  const [npm, run, silent, program, dashes, ...words] = line
    .replaceAll('my-centre/', `${centre}/`)
    .split(' ');
  expect([npm, run, silent, program, dashes]).toEqual(['npm', 'run', '-s', 'tallyline', '--']);
  const { code, stdout, stderr } = await startCli(words).ended;
  expect([line, code, stderr]).toEqual([line, 0, '']);
  return plain(stdout);
}

describe('docs/agent-day.md', () => {
  it('leads from the events of a day to the lines of two invoices, and prints what it shows', async () => {
    let printed = '';
    let shown = 0;
    const missing: string[] = [];
    for (const step of steps) {
      switch (step.kind) {
        case 'file':
          mkdirSync(dirname(step.path), { recursive: true });
          writeFileSync(step.path, step.text);
          break;
        case 'command':
          printed = await tallyline(step.line);
          break;
        case 'shown':
          shown += step.lines.length;
          missing.push(...step.lines.filter((line) => !printed.includes(plain(line))));
      }
    }
    expect(missing).toEqual([]);
    expect(shown).toBe(15);
  }, 240_000);
});
