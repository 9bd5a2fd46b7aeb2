import { expect, it } from '@jest/globals';
import { pricing } from '../../bench/pricing.js';

/** The bench of the same name in short: it must go on working, and no faster than a slow machine can. */
it('prices 200 contracts from one reading of the journal, within reason', async () => {
  const figures = await pricing({ contracts: 200, postings: 6_000, sample: 100 });
  expect(figures).toMatchObject({ contracts: 200, postings: 6_000 });
  expect(figures.invoices).toBeGreaterThan(180);
  expect(figures.sums).toBeGreaterThan(1_000);
  const usPerPosting = ((figures.reading.cpu + figures.pricingAll.cpu) * 1e6) / figures.postings;
  expect(usPerPosting).toBeLessThan(2_000);
}, 120_000);
