import { describe, expect, it } from '@jest/globals';
import type { LiveScope } from '#domain/live/live-scope.js';
import { answeredCall, sampleContract, sampleScope, utc } from '#domain/contract/contract.fixture.js';
import type { PostingContent } from '#domain/posting/posting.js';
import { FirstWork } from './first-work.js';

const hourMs = 3_600_000;
const contract = sampleContract({}, { timeZone: 'UTC' });

const scope = (confirmedMs = 0): LiveScope => ({
  ...sampleScope,
  hasProgramme: () => true,
  rules: () => ({ thresholdsMs: [], reason: 'queue', fcrWindowsMs: [], agentTime: 'split' }),
  agentCode: (agent) => agent,
  plausibility: {
    limitsOf: () => ({ handlingMs: 24 * hourMs, waitMs: 744 * hourMs, stateMs: 24 * hourMs }),
    confirmedMs: () => confirmedMs,
  },
});

function firstPeriod(contents: readonly PostingContent[], of = scope()): string | null {
  const work = new FirstWork(contract, of);
  for (const [index, content] of contents.entries())
    work.count({ position: { partition: 0, offset: index, index: 0 }, sign: 1, content });
  return work.period();
}

// A clock that said 2024: 26 hours of one call, two years before the first.
const misdated = answeredCall(utc('2024-03-02T08:00:00Z'), utc('2024-03-03T10:00:00Z'));
const first = answeredCall(utc('2026-04-07T08:00:00Z'), utc('2026-04-07T08:05:00Z'));

describe('The first work of a contract', () => {
  it('is not what is held as implausible, unless it is confirmed', () => {
    expect(firstPeriod([misdated, first])).toBe('2026-04');
    expect(firstPeriod([misdated, first], scope(26 * hourMs))).toBe('2024-03');
    expect(firstPeriod([misdated])).toBeNull();
  });
});
