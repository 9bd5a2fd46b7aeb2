import { contractDocument } from '#contract-text/clauses/clauses.js';
import type { Clause, Document } from '#contract-text/clauses/document.js';
import { languages } from '#contract-text/phrasebook.js';
import type { Contract } from '#domain/contract/contract.js';
import type { Example } from '#domain/metering/example.js';
import { bareContract, contractsPage } from './contracts-page.js';

/** docs/clauses.md: the contracts of docs/contracts.md as clauses in both languages, beside their figures. */
export function clausesPage(contractsMarkdown: string): string {
  const bare = new Set(textsOf(bareContract()));
  const blocks = contractsPage(contractsMarkdown);
  const sections = [...Map.groupBy(blocks, ({ title }) => title)].map(([title, own]) => {
    const parts = own.map(({ contract, examples }) => [...figures(examples), ...clauses(contract, bare)]);
    return [`## ${title}`, ...parts.flat()].join('\n\n');
  });
  return `${[intro, ...sections].join('\n\n')}\n`;
}

const intro = `# The contracts of contracts.md as clauses

What the blocks of [contracts.md](contracts.md) come to, and how \`contracts check\` says them in English and French. Clauses that every block
has (parties, time, rounding) are left out. \`npm run schemas\` writes this page; a test holds it to the code, and another
one runs the figures.`;

function figures(examples: readonly Example[]): string[] {
  return examples.map(({ says, lines, price }) => {
    const amounts = Object.entries(lines).map(([id, amount]) => `${id} ${amount}`);
    const total = price === null ? [] : [`in all **${price}**`];
    return `*${says}*: ${[...amounts, ...total].join(', ')}`;
  });
}

function clauses(contract: Contract, bare: ReadonlySet<string>): string[] {
  const rows = rowsOf(contract).filter((row) => !row.every((text) => bare.has(text)));
  if (rows.length === 0) return [];
  return [['| English | Français |', '|---|---|', ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n')];
}

/** Each clause in both languages: they have the same articles and clauses. */
function rowsOf(contract: Contract): string[][] {
  const [english, ...others] = languages.map((lang) => clausesOf(contractDocument(contract, lang)));
  return (english ?? []).map((text, index) => [text, ...others.map((all) => all[index] ?? '')]);
}

function textsOf(contract: Contract): string[] {
  return rowsOf(contract).flat();
}

function clausesOf({ articles }: Document): string[] {
  return articles.flatMap((article) => article.clauses.map(cellOf));
}

function cellOf({ text, items }: Clause): string {
  return [text, ...items.map((item) => `– ${item}`)].join('<br>').replaceAll('|', '\\|');
}
