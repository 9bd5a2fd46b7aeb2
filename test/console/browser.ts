import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { available, missing, type Needed, StackUnavailable } from '#test/stack/unavailable.js';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The program of a Chromium that is on this machine; none is downloaded. */
export function chromiumProgram(): Needed<string> {
  const named = process.env['TALLYLINE_CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const found = (named === undefined ? places : [named]).find(isProgram);
  if (found !== undefined) return available(found);
  const tried = named === undefined ? `no ${names.join(', ')} on PATH` : `${named} is no program`;
  const help = 'install Chromium (Debian: apt-get install chromium) or name one in TALLYLINE_CHROMIUM';
  return missing('chromium', new StackUnavailable(`${tried}: ${help}`), '');
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Where pictures of the pages go. */
const pictures = join(import.meta.dirname, '../../.tallyline/console');

export async function launch(program: string): Promise<Browser> {
  mkdirSync(pictures, { recursive: true });
  return chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
}

interface Viewer {
  readonly locale?: string;
  readonly timeZone?: string;
  readonly colorScheme?: 'light' | 'dark';
}

/** A page of a viewer of their own; `faults` gets what the browser says is wrong with it. */
export async function openPage(
  browser: Browser,
  faults: string[],
  { locale = 'en-GB', timeZone = 'Pacific/Auckland', colorScheme = 'light' }: Viewer = {},
): Promise<Page> {
  const context = await browser.newContext({
    locale,
    timezoneId: timeZone,
    colorScheme,
    reducedMotion: 'reduce',
    viewport: { width: 1180, height: 820 },
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    if (/Content Security Policy|TypeError/.test(message.text())) faults.push(message.text());
  });
  return page;
}

export async function picture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}

/** What of the page someone cannot perceive or use, as axe finds it; empty: nothing. */
export async function barriers(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
}

/** Figures in their exact form, by name. */
export async function figuresOf(page: Page): Promise<Record<string, string>> {
  const found = await page.locator('[data-value]').all();
  const pairs = found.map(async (each) => [
    await each.getAttribute('data-figure'),
    await each.getAttribute('data-value'),
  ]);
  return Object.fromEntries(await Promise.all(pairs)) as Record<string, string>;
}
