import { describe, expect, it } from '@jest/globals';
import { runExample } from '#domain/pricing/example.js';
import { eventOf } from '#wire/event-of.fixture.js';
import { contractsPage } from '#test/contracts-page.js';
import { contractDocument } from './clauses/clauses.js';
import { documentText } from './clauses/document.js';
import { explanationText, explicableInvoice } from './explanation/explanation.js';
import { invoiceText } from './invoice/invoice-text.js';
import type { Lang } from './phrasebook.js';

/**
 * Every word of clauses, explanations and invoices of docs/contracts.md, without those of the contracts
 * themselves.
 */
function wordsIn(lang: Lang): ReadonlySet<string> {
  const words = new Set<string>();
  for (const { contract, written, examples } of contractsPage()) {
    const own = new Set(tokens(JSON.stringify({ ...written, examples: [] })));
    const texts = [
      documentText(contractDocument(contract, lang)),
      ...examples.flatMap((example) => {
        const { invoice } = runExample(contract, example);
        const all = explicableInvoice(invoice);
        return [explanationText(all, all.entries, lang), invoiceText(eventOf(contract, invoice), lang)];
      }),
    ];
    for (const word of texts.flatMap(tokens)) if (!own.has(word)) words.add(word);
  }
  return words;
}

function tokens(text: string): string[] {
  return [...text.matchAll(/[\p{L}’']{2,}/gu)].map(([word]) => word.toLowerCase());
}

/** Words that both languages have; a French week is "close" when it is closed. */
const shared = new Set(
  (
    'bonus malus contact contacts condition volume total programme client parties site amendment version minimum ' +
    'maximum agent ascension clause clauses conversation fractions min ms note part plus points satisfaction service ' +
    'verdict net promoter score conditions machines refund made resolution reopened close back office'
  ).split(' '),
);

describe('A French text', () => {
  it('has no word of the English one, but those of the contract and those that are French as well', () => {
    const [english, french] = [wordsIn('en'), wordsIn('fr')];
    expect(english.size).toBeGreaterThan(300);
    const both = [...french].filter((word) => english.has(word) && !shared.has(word));
    expect(both.sort()).toEqual([]);
  });
});
