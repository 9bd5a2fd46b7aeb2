import type { RepeatChain, HandledContact, HandledLeg } from '#domain/kpi/repeat-chain.js';

/** Ids of programmes and pseudonyms have no bar; a reason may. */
export function chainKey({ programme, customer, reason }: HandledContact): string {
  return `chain|${programme}|${customer}|${reason}`;
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
];

/** The contacts of a chain, without what its key says. */
export function encodeChain(chain: RepeatChain): string {
  return JSON.stringify(
    chain.map((handled): ContactRow => {
      const { contact, queue, media, direction, enteredAt, connectedAt, endedAt, lastAt } = handled;
      const legs = handled.legs.map((leg) => [leg.agent, leg.queue, leg.disposition] as const);
      return [contact, queue, media, direction, enteredAt, connectedAt, endedAt, lastAt, legs];
    }),
  );
}

export function decodeChain(key: string, text: string): RepeatChain {
  const [, programme = '', customer = '', ...reasonParts] = key.split('|');
  const reason = reasonParts.join('|');
  const rows = JSON.parse(text) as ContactRow[];
  return rows.map(([contact, queue, media, direction, enteredAt, connectedAt, endedAt, lastAt, legRows]) => {
    const legs = legRows.map(([agent, legQueue, disposition]): HandledLeg => {
      return { agent, queue: legQueue, disposition };
    });
    const instants = { enteredAt, connectedAt, endedAt, lastAt };
    return { contact, customer, programme, reason, queue, media, direction, ...instants, legs };
  });
}
