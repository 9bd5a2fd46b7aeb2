import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { Terms } from '#domain/contract/contract.js';
import { kpiTypes, unitOf } from '#domain/kpi/kpis.js';
import { chargeModels } from '#domain/pricing/charge/charge-models.js';
import { runExample } from '#domain/pricing/example.js';
import { clausesPage } from '#test/clauses-page.js';
import { contractsPage } from '#test/contracts-page.js';
import { contractDocument } from '#contract-text/clauses/clauses.js';
import { documentText } from '#contract-text/clauses/document.js';
import { languages, numberText } from '#contract-text/phrasebook.js';

const blocks = contractsPage();
const terms: Terms[] = blocks.flatMap(({ contract }) =>
  contract.versions.flatMap((version) => [version.terms, ...version.windows.map((window) => window.terms)]),
);

describe('docs/contracts.md', () => {
  const examples = blocks.flatMap((block) => block.examples.map((example) => ({ ...block, example })));

  it.each(examples)('$title: $example.says', ({ contract, example }) => {
    expect(runExample(contract, example).differences).toEqual([]);
  });

  it('shows every way of paying with examples, and every KPI', () => {
    expect(blocks.filter((block) => block.examples.length === 0).map(({ title }) => title)).toEqual(['KPIs']);
    const kinds = (found: readonly string[]): string[] => [...new Set(found)].sort();
    expect(kinds(terms.flatMap(({ lines }) => lines.map(({ model }) => model)))).toEqual(
      Object.keys(chargeModels).sort(),
    );
    const measures = terms.flatMap((each) => Object.values(each.measures));
    expect(kinds(measures.map(({ kind }) => kind))).toEqual([
      'adHoc',
      'contacts',
      'elapsed',
      'eventSum',
      'events',
      'resolved',
      'seats',
      'time',
    ]);
    expect(kinds(terms.flatMap((each) => Object.values(each.kpis).map(({ type }) => type)))).toEqual(
      kpiTypes.toSorted(),
    );
    const shapes = terms.flatMap((each) =>
      each.bonusMalus.flatMap((clause) => (clause.kind === 'kpi' ? clause.shapes : [])),
    );
    expect(kinds(shapes.map(({ shape }) => shape))).toEqual(['linear', 'perPoint', 'step']);
    expect(kinds(terms.flatMap((each) => each.waivers.map(({ kind }) => kind)))).toEqual([
      'outage',
      'period',
      'volumeAbove',
    ]);
  });
});

describe('docs/clauses.md', () => {
  it('has the contracts of the page as clauses in both languages, beside their figures (run npm run schemas)', () => {
    const [contracts, clauses] = ['contracts', 'clauses'].map((page) =>
      readFileSync(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8'),
    );
    expect(clauses).toBe(clausesPage(contracts ?? ''));
  });
});

describe('the table of KPI formulas in docs/contracts.md', () => {
  it('has each type of the registry once, with its unit', () => {
    const page = readFileSync(new URL('../../../docs/contracts.md', import.meta.url), 'utf8');
    const section = page.slice(page.indexOf('\n## KPIs\n'), page.indexOf('\n## In an editor\n'));
    const rows = [...section.matchAll(/^\| `(\w+)` \| [^|]+ \| [^|]+ \| (\w+) \|$/gm)];
    expect(rows.map(([, type, unit]) => [type, unit])).toEqual(
      kpiTypes.map((type) => [type, unitOf({ type })]),
    );
  });
});

/** Every text and number of a written value, ids and prices alike. */
function leaves(value: unknown): string[] {
  if (typeof value === 'string' || typeof value === 'number') return [String(value)];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    return ['model', 'kind', 'type', 'shape', 'days', 'times'].includes(key) ? [] : leaves(inner);
  });
}

describe.each(languages)('the contracts of docs/contracts.md as clauses, in %s', (lang) => {
  it.each(blocks)('says every price of "$title"', ({ contract, written }) => {
    const text = documentText(contractDocument(contract, lang));
    const { lines, limits, corridors, amendments, calendarRules } = written;
    const prices = leaves([lines, limits, corridors, amendments, calendarRules]).filter((leaf) =>
      /^\d+\.\d\d$/.test(leaf),
    );
    // ratios are said as percent
    const amounts = prices.filter((price) => Number(price) >= 2);
    for (const amount of amounts) expect(text).toContain(numberText(lang, amount));
    expect(text).not.toMatch(/undefined|null|NaN|\[object/);
  });

  it.each(blocks)('names everything that "$title" names', ({ contract }) => {
    const text = documentText(contractDocument(contract, lang));
    for (const { terms: each } of contract.versions) {
      const ids = [
        ...Object.keys(each.measures),
        ...Object.keys(each.kpis),
        ...[...each.lines, ...each.bonusMalus, ...each.corridors, ...each.waivers].map(({ id }) => id),
      ];
      for (const id of ids) expect(text).toContain(id);
    }
  });
});
