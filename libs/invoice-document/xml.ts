/** An element with its attributes, and its text or its elements. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string | readonly Element[];
}

export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  content: string | readonly Element[],
): Element {
  return { name, attributes, content };
}

/** As UTF-8 with its declaration, an element a line; the same elements give the same text. */
export function xmlText(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines(root, '').join('\n')}\n`;
}

function lines({ name, attributes, content }: Element, indent: string): string[] {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(value)}"`);
  const open = `${indent}<${name}${written.join('')}>`;
  if (typeof content === 'string') return [`${open}${escaped(content)}</${name}>`];
  return [open, ...content.flatMap((inner) => lines(inner, `${indent}  `)), `${indent}</${name}>`];
}

/** What XML 1.0 cannot hold at all becomes a space. */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
