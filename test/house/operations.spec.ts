import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const { groups } = parse(readFileSync(join(root, 'docker/prometheus/rules.yaml'), 'utf8')) as {
  groups: { rules: { alert: string; annotations: { runbook_url?: string } }[] }[];
};
const alerts = groups.flatMap(({ rules }) => rules);

describe('docs/operations.md', () => {
  it('has a section for each alert, in the order of the rules, and each alert links its own', () => {
    const incidents = page.split('\n## Incidents\n')[1] ?? '';
    expect([...incidents.matchAll(/^### (\w+)$/gm)].map(([, name]) => name)).toEqual(
      alerts.map(({ alert }) => alert),
    );
    expect(alerts.map(({ annotations }) => annotations.runbook_url)).toEqual(
      alerts.map(({ alert }) => `docs/operations.md#${alert.toLowerCase()}`),
    );
  });

  it('says of each alert what it means, what to look at and what to do', () => {
    const sections = page.split(/^### (?=Tallyline)/m).slice(1);
    expect(
      sections.filter((section) => !/^\w+\n\n\S.*?\n\n\*Look at\*: .*?\n\n\*Do\*: /s.test(section)),
    ).toEqual([]);
    expect(sections).toHaveLength(alerts.length);
  });

  it('links pages that exist, and headings that they have', () => {
    const wrong = [...page.matchAll(/\]\(([^)#]+)(?:#([^)]+))?\)/g)].filter(([, target = '', heading]) => {
      const file = join(root, 'docs', target);
      if (!existsSync(file)) return true;
      return heading !== undefined && !headingsOf(readFileSync(file, 'utf8')).includes(heading);
    });
    expect(wrong.map(([link]) => link)).toEqual([]);
  });

  it('starts each app by a command that tools/run.mjs has', () => {
    const commands = readFileSync(join(root, 'tools/run.mjs'), 'utf8');
    const started = [...page.matchAll(/tools\/run\.mjs (\w+)$/gm)].map(([, app = '']) => app);
    expect(started.toSorted()).toEqual(['intake', 'invoicer', 'meter', 'normalizer', 'tally']);
    expect(started.filter((app) => !commands.includes(`dist/apps/${app}/main.js`))).toEqual([]);
  });
});

/** As GitHub makes anchors of them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  );
}
