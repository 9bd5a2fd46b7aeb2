import type { HandledContact, HandledLeg, Links, Page, ResolutionLink } from '#domain/kpi/chain-links.js';

/** Ids of programmes and pseudonyms have no bar; a reason may, and none begins with a control character. */
export function chainKey({ programme, customer, reason, resolution }: HandledContact): string {
  return `${chainPrefix}${programme}|${customer}|${resolution === undefined ? reason : ofResolutions}`;
}

type ContactRow = readonly [
  contact: string,
  queue: string,
  media: HandledContact['media'],
  direction: HandledContact['direction'],
  enteredAt: number,
  connectedAt: number,
  endedAt: number,
  lastAt: number,
  legs: readonly (readonly [agent: string, queue: string, disposition: string | null])[],
  ...resolution: ResolutionLink[],
];

/** Where a page of a long chain lies: no programme has an empty id. */
export function pageKey(chain: string, page: number): string {
  return `${pagePrefix}${page}|${chain}`;
}

/** The chain that a page is of; null: the key is not that of a page. */
export function chainOfPage(key: string): string | null {
  return key.startsWith(pagePrefix) ? key.slice(key.indexOf('|', pagePrefix.length) + 1) : null;
}

export function isChainKey(key: string): boolean {
  return key.startsWith(chainPrefix) && !key.startsWith(pagePrefix);
}

const chainPrefix = 'chain|';
const ofResolutions = '\u0001resolutions';
const pagePrefix = 'chain||';

/**
 * What lies under the key of a chain: its contacts while they were never more than a page; else the numbers
 * of its pages in order, and the next one to be given.
 */
export function encodeHead({ pages, nextPage }: Links): string {
  const [only] = pages;
  if (nextPage === 1 && only !== undefined) return encodePage(only);
  return JSON.stringify({ next: nextPage, pages: pages.map(({ number }) => number) });
}

/** Contacts in order, also more than a page of them: earlier versions wrote every chain so. */
export type ChainHead =
  | { readonly contacts: readonly HandledContact[] }
  | { readonly nextPage: number; readonly pages: readonly number[] };

export function decodeHead(key: string, text: string): ChainHead {
  if (text.startsWith('[')) return { contacts: decodePage(key, text) };
  const { next, pages } = JSON.parse(text) as { next: number; pages: number[] };
  return { nextPage: next, pages };
}

/** Contacts, without what the key of their chain says. */
export function encodePage({ contacts }: Page): string {
  return JSON.stringify(
    contacts.map((handled): ContactRow => {
      const { contact, queue, media, direction, enteredAt, connectedAt, endedAt, lastAt } = handled;
      const legs = handled.legs.map((leg) => [leg.agent, leg.queue, leg.disposition] as const);
      const row = [contact, queue, media, direction, enteredAt, connectedAt, endedAt, lastAt, legs] as const;
      return handled.resolution === undefined ? row : [...row, handled.resolution];
    }),
  );
}

/** `key`: of the chain. */
export function decodePage(key: string, text: string): HandledContact[] {
  const [, programme = '', customer = '', ...reasonParts] = key.split('|');
  const reason = reasonParts.join('|');
  const rows = JSON.parse(text) as ContactRow[];
  return rows.map((row) => {
    const [contact, queue, media, direction, enteredAt, connectedAt, endedAt, lastAt, legRows, resolution] =
      row;
    const legs = legRows.map(([agent, legQueue, disposition]): HandledLeg => {
      return { agent, queue: legQueue, disposition };
    });
    const instants = { enteredAt, connectedAt, endedAt, lastAt };
    const own = { contact, customer, programme, reason, queue, media, direction, ...instants, legs };
    return resolution === undefined ? own : { ...own, reason: '', resolution };
  });
}

/**
 * The contacts of a chain as one text, however they are spread over pages. `states`: what lies under its key
 * and those of its pages. null: there is none. A page that is missing is named.
 */
export function chainText(key: string, states: ReadonlyMap<string, string>): string | null {
  const text = states.get(key) ?? null;
  if (text === null) return null;
  const pages = pageKeysOf(key, text);
  if (pages.length === 0) return text;
  const parts = pages.map((page) => states.get(page)?.slice(1, -1) ?? JSON.stringify({ missing: page }));
  return `[${parts.join(',')}]`;
}

/** Keys of the pages of a chain, from what lies under its own; none where that are its contacts. */
export function pageKeysOf(key: string, text: string): string[] {
  if (!/^\{"next":\d+,"pages":\[[\d,]*\]\}$/.test(text)) return [];
  const head = decodeHead(key, text);
  return 'pages' in head ? head.pages.map((number) => pageKey(key, number)) : [];
}
