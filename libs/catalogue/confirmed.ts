import type { PlausibleLimit } from '#domain/scope/plausibility.js';
import type { Catalogue, ConfirmedWork } from './catalogue.js';
import { inOrder, versionOf } from './version.js';

/** The catalogue with these confirmations and no others. */
export function withConfirmed(catalogue: Catalogue, confirmed: readonly ConfirmedWork[]): Catalogue {
  const { version: _, confirmed: __, ...content } = catalogue;
  const all = inOrder(confirmed.length === 0 ? content : { ...content, confirmed });
  return { version: versionOf(all), ...all };
}

/** One confirmation for each piece of work and limit: a later one replaces what was. */
export function confirming(
  { confirmed = [] }: Pick<Catalogue, 'confirmed'>,
  more: readonly ConfirmedWork[],
): ConfirmedWork[] {
  const keyOf = ({ work, limit }: { work: string; limit: PlausibleLimit }): string => `${limit} ${work}`;
  return [...new Map([...confirmed, ...more].map((each) => [keyOf(each), each])).values()];
}
