import { parseJson } from './parse-json.js';

/** Items of a delivery that a longer document is cut into: far below what a delivery may hold. */
const itemsOfDelivery = 100;

/** Lists that an export holds: an answer of analytics, a queue's records, polled rows. */
const lists = ['conversations', 'Records', 'rows'] as const;

export function isWholeJson(text: string): boolean {
  try {
    parseJson(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The deliveries that a JSON document is: itself, exactly as it stands, or where its list is longer than a
 * delivery should be, several of the same form. The same document gives the same deliveries.
 */
export function* deliveriesInDocument(text: string): Generator<string> {
  const json = isWholeJson(text) ? parseJson(text) : null;
  if (Array.isArray(json) && json.length > itemsOfDelivery) {
    for (const some of parts(json)) yield JSON.stringify(some);
    return;
  }
  const fields = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  for (const name of lists) {
    const list = fields[name];
    if (!Array.isArray(list) || list.length <= itemsOfDelivery) continue;
    for (const some of parts(list)) yield JSON.stringify({ ...fields, [name]: some });
    return;
  }
  yield text;
}

function* parts(list: readonly unknown[]): Generator<readonly unknown[]> {
  for (let at = 0; at < list.length; at += itemsOfDelivery) yield list.slice(at, at + itemsOfDelivery);
}
