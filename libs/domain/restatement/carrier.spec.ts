import { describe, expect, it } from '@jest/globals';
import { sampleContract } from '#domain/contract/contract.fixture.js';
import { carrierOf } from './carrier.js';

const contract = sampleContract({});
const crediting = sampleContract({}, { period: { ...contract.period, lateEvents: 'creditNote' } });
const ending = (lastDay: string) => sampleContract({}, { term: { firstDay: null, lastDay } });

describe('the period that carries an adjustment', () => {
  it.each([
    ['the next period', contract, [], '2026-04'],
    ['the first period that is still open', contract, ['2026-04', '2026-05', '2026-07'], '2026-06'],
    ['none where the contract asks for credit notes', crediting, [], null],
    ['the last period of a contract that ends', ending('2026-04-10'), [], '2026-04'],
    ['none after the last period', ending('2026-04-10'), ['2026-04'], null],
  ])('carries an adjustment in %s', (_, under, closed, carrier) => {
    expect(carrierOf(under, '2026-03', new Set(closed))).toBe(carrier);
  });
});
