/** A contract as people read it. */
export interface Document {
  readonly title: string;
  readonly articles: readonly Article[];
}

export interface Article {
  readonly title: string;
  readonly clauses: readonly Clause[];
}

export interface Clause {
  /** By which the clause of one version is found in the next. */
  readonly id: string;
  readonly text: string;
  /** (a), (b), ... below it. */
  readonly items: readonly string[];
}

/** Numbered text: `2.1 ...`, `(a) ...`. Articles without a clause are left out before. */
export function documentText({ title, articles }: Document): string {
  const body = articles.flatMap(({ title: heading, clauses }, index) => [
    '',
    `${index + 1}. ${heading}`,
    ...clauses.flatMap((clause, place) => clauseText(clause, `${index + 1}.${place + 1}`)),
  ]);
  return [title, ...body].join('\n');
}

function clauseText({ text, items }: Clause, number: string): string[] {
  return [`${number} ${text}`, ...items.map((item, index) => `    (${letter(index)}) ${item}`)];
}

/** a ... z, aa, ab, ... */
function letter(index: number): string {
  const rest = Math.floor(index / 26);
  return `${rest === 0 ? '' : letter(rest - 1)}${String.fromCodePoint(97 + (index % 26))}`;
}

export function plainClause(id: string, text: string): Clause {
  return { id, text, items: [] };
}
