import type { Store } from './store.js';

/** The store is set up so that figures would be lost or wrong. */
export class UnfitStore extends Error {
  override readonly name = 'UnfitStore';
}

/**
 * Asks the store how it is set up: throws `UnfitStore` where nothing may be begun with it, else answers its
 * warnings.
 */
export async function requireFitStore(store: Pick<Store, 'check'>): Promise<string[]> {
  const findings = await store.check();
  const refusals = findings.filter(({ weight }) => weight === 'refuse').map(({ text }) => text);
  if (refusals.length > 0) throw new UnfitStore(refusals.join('; '));
  return findings.map(({ text }) => text);
}
