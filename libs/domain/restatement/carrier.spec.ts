import { describe, expect, it } from '@jest/globals';
import { sampleContract } from '#domain/contract/contract.fixture.js';
import { carrierOf } from './carrier.js';

const contract = sampleContract({});
const crediting = sampleContract({}, { period: { ...contract.period, lateEvents: 'creditNote' } });
const ending = (lastDay: string) => sampleContract({}, { term: { firstDay: null, lastDay } });

describe('the invoice that carries an adjustment', () => {
  it.each([
    ['of the next period', contract, [], '2026-04'],
    ['of the first that is still open', contract, ['2026-04', '2026-05', '2026-07'], '2026-06'],
    ['is none where the contract wants credit notes', crediting, [], null],
    ['is the last of a contract that ends', ending('2026-04-10'), [], '2026-04'],
    ['is none after the last', ending('2026-04-10'), ['2026-04'], null],
  ])('is that %s', (_, under, closed, carrier) => {
    expect(carrierOf(under, '2026-03', new Set(closed))).toBe(carrier);
  });
});
