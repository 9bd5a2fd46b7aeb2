import { describe, expect, it } from '@jest/globals';
import type { Contract } from '#domain/contract/contract.js';
import type { Rate } from '#domain/contract/line.js';
import type { AdHocWork, EventCount } from '#domain/contract/measure.js';
import {
  anyWork,
  paris,
  sampleContract,
  sampleScope,
  sampleVersion,
  unitLine,
} from '#domain/contract/contract.fixture.js';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import { contractMeter } from './contract-meter.js';

const hour = 3_600_000;
const noon = paris('2026-04-15T12:00');
/** 15 April 2026 is the day on which the second version begins. */
const amended = paris('2026-04-15T00:00');

function sums(contract: Contract, ...contents: readonly OutcomeContent[]): Record<string, number> {
  const meter = contractMeter(contract, sampleScope);
  const found: Record<string, number> = {};
  for (const content of contents) {
    for (const { key, value } of meter.measure(content)) found[key] = (found[key] ?? 0) + value;
  }
  return found;
}

function outcome(agent: string | null, ...events: OutcomeContent['events']): OutcomeContent {
  const where = { connection: 'crm', programme: 'P', queue: null, contact: null, customer: null };
  return { kind: 'outcome', outcome: 'crm:1', ...where, agent, events };
}

const expert: Rate = {
  id: 'expert',
  price: '2.00',
  when: { ...anyWork, grades: ['expert'] },
};

describe('The rate of a business event', () => {
  const sold: EventCount = { kind: 'events', name: 'sale.made', within: null, unless: [], match: {} };
  const contract = (rates: readonly Rate[]): Contract =>
    sampleContract({ measures: { contacts: sold }, lines: [unitLine({ rates })] });
  const sale = (agent: string | null) => outcome(agent, { name: 'sale.made', at: noon, data: {} });

  it('is that of the agent who brought it about; of a junior, or of no one, it is the price of the line', () => {
    const all = [sale('c:a2'), sale('c:a1'), sale(null), sale('c:a2')];
    expect(sums(contract([expert]), ...all)).toEqual({
      'line/L1/1/-/-/expert': 2,
      'line/L1/1/-/-/-': 2,
    });
    expect(sums(contract([]), ...all)).toEqual({ 'line/L1/1/-/-/-': 4 });
  });
});

describe('Ad-hoc work', () => {
  const hours = (countAt: AdHocWork['countAt']): AdHocWork => {
    return { kind: 'adHoc', of: 'hours', scale: 0, countAt, match: {} };
  };
  const work = (recordedAt: number, approvedAt: number | null, agent: string | null = null) =>
    outcome(
      agent,
      { name: 'adhoc.recorded', at: recordedAt, data: { hours: '2' } },
      ...(approvedAt === null ? [] : [{ name: 'adhoc.approved', at: approvedAt, data: {} }]),
    );
  const contract = (countAt: AdHocWork['countAt'], rest: Partial<Contract> = {}): Contract =>
    sampleContract({ measures: { contacts: hours(countAt) }, lines: [unitLine()] }, rest);

  it.each(['work', 'approval'] as const)(
    'is charged once it is approved, and never before (%s)',
    (countAt) => {
      expect(sums(contract(countAt), work(noon, null))).toEqual({});
      expect(sums(contract(countAt), work(noon, noon + hour))).toEqual({ 'line/L1/1/-/-/-': 2 * hour });
    },
  );

  it('is not agreed where it was recorded before the term, whenever it is approved', () => {
    const term = { firstDay: '2026-04-15', lastDay: null };
    const before = work(amended - 1, noon);
    expect(sums(contract('approval', { term }), before)).toEqual({});
    expect(sums(contract('work', { term }), before)).toEqual({});
    expect(sums(contract('work', { term }), work(amended, noon))).toEqual({ 'line/L1/1/-/-/-': 2 * hour });
  });

  it('is not agreed where the version of its instant says nothing of it', () => {
    const measures = { contacts: hours('approval') };
    const later = sampleContract(
      {},
      {
        versions: [sampleVersion(1, null, {}), sampleVersion(2, amended, { measures, lines: [unitLine()] })],
      },
    );
    expect(sums(later, work(amended - hour, noon))).toEqual({});
    expect(sums(later, work(amended, noon))).toEqual({ 'line/L1/2/-/-/-': 2 * hour });
  });

  it('is charged at the rate of its agent', () => {
    const rated = sampleContract({
      measures: { contacts: hours('work') },
      lines: [unitLine({ rates: [expert] })],
    });
    expect(sums(rated, work(noon, noon, 'c:a2'), work(noon, noon, 'c:a1'))).toEqual({
      'line/L1/1/-/-/expert': 2 * hour,
      'line/L1/1/-/-/-': 2 * hour,
    });
  });
});
