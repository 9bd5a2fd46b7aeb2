import { describe, expect, it } from '@jest/globals';
import { paris, sampleContract, sampleTerms, sampleVersion } from '#domain/contract/contract.fixture.js';
import type { Contract, Terms } from '#domain/contract/contract.js';
import type { PassThroughLine } from '#domain/contract/line.js';
import { booked, event, net, outcome, parts } from '../pricing.fixture.js';

const costs = (markup: string): Partial<Terms> => {
  const line: PassThroughLine = {
    model: 'passThrough',
    id: 'P',
    name: 'Telephony',
    vat: null,
    payIf: null,
    measure: 'costs',
    markup,
  };
  const measure = { name: 'telephony.billed', field: 'amount', scale: 2, unless: [], match: {} } as const;
  return { measures: { costs: { kind: 'eventSum', ...measure } }, lines: [line] };
};
const amended = (first: string, second: string): Contract =>
  sampleContract(
    {},
    {
      versions: [
        sampleVersion(1, null, costs(first)),
        sampleVersion(2, paris('2026-03-16T00:00'), costs(second)),
      ],
    },
  );
const bill = (id: string, day: string, amount: string) =>
  outcome(id, event('telephony.billed', paris(`${day}T10:00`), { amount }));
const bills = [bill('a', '2026-03-02', '10.02'), bill('b', '2026-03-20', '10.10')];

describe('costs handed on', () => {
  it('are rounded once for the month: an amendment or a calendar rule that leaves the markup moves no cent', () => {
    // 20.12 x 1.125 = 22.635; by halves it would be 11.2725 and 11.3625, 22.63
    expect(net(booked(sampleContract(costs('0.125')), '2026-03', bills))).toBe('22.64');
    expect(net(booked(amended('0.125', '0.125'), '2026-03', bills))).toBe('22.64');
    expect(net(booked(amended('0.125', '0.1250'), '2026-03', bills))).toBe('22.64');
    const terms = sampleTerms(costs('0.125'));
    const window = { id: 'W', from: paris('2026-03-16T00:00'), to: paris('2026-03-21T00:00'), terms };
    const version = { ...sampleVersion(1, null, terms), windows: [window] };
    expect(net(booked(sampleContract({}, { versions: [version] }), '2026-03', bills))).toBe('22.64');
  });

  it('are rounded for each markup where that changes, as prices are', () => {
    // 10.02 x 1.125 = 11.2725 and 10.10 x 1.5 = 15.15
    expect(parts(booked(amended('0.125', '0.5'), '2026-03', bills)).map(([, amount]) => amount)).toEqual([
      '11.27',
      '15.15',
    ]);
  });
});
