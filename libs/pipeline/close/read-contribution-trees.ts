import { contractMeter } from '#domain/metering/contract-meter.js';
import type { Log } from '#log/log.js';
import type { Close } from '#wire/closes.js';
import { limitOf } from './cut.js';
import { ContributionTrees } from './contribution-trees.js';
import { readQuantities } from './read-quantities.js';
import type { VerifyDeps } from './verify-close.js';

/**
 * What the period book of a close was added up from: the journal below its cut, measured by the terms and the
 * mapping of its catalogue. The caller disposes of the table.
 */
export async function readContributionTrees(
  { contract: id, period, cut, invoice }: Pick<Close, 'contract' | 'period' | 'cut' | 'invoice'>,
  { log, lookupOf }: Pick<VerifyDeps, 'lookupOf'> & { readonly log: Log },
): Promise<ContributionTrees> {
  const view = await lookupOf(cut.catalogue);
  const contract = view.contract(id);
  if (contract === null) throw new Error(`catalogue ${cut.catalogue} has no contract ${id}`);
  const table = new ContributionTrees(invoice);
  try {
    const meter = contractMeter(contract, view);
    await readQuantities(log, [{ period, meter, view, limit: limitOf(cut), onAddition: table.add }]);
  } catch (error) {
    table[Symbol.dispose]();
    throw error;
  }
  return table;
}
