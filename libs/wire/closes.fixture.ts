import { type Close, invoiceId } from './closes.js';

/** A close of a period; cut and digest say the offset. */
export const closeOf = (revision: number, offset: number, period = '2026-03', contract = 'C1'): Close => ({
  contract,
  period,
  revision,
  cut: { catalogue: 'v1', facts: [offset], heads: [`head-${offset}`], journal: [offset + 1], without: [] },
  catalogueEntry: 1,
  comparedTo: [offset],
  carriedBy: revision === 1 ? null : '2026-05',
  carries: [],
  invoice: invoiceId(contract, period, revision),
  digest: `d${offset}`,
  software: { code: '1.0.0+abc', node: '26.1.0', timeZones: '2026a', holidays: '3.37.0' },
  omissions: { work: [], estimatedValues: [], refused: [], parked: [], acceptedBecause: null },
});
