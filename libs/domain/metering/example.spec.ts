import { describe, expect, it } from '@jest/globals';
import { sampleContract } from '#domain/contract/contract.fixture.js';
import { type GivenContact, materialize } from './example.js';

const given: GivenContact & { readonly times: number } = {
  kind: 'contact',
  times: 1,
  queue: 'q1',
  enteredAt: 1_000_000,
  media: 'voice',
  direction: 'inbound',
  result: 'answered',
  waitMs: 20_000,
  dialMs: 3_000,
  talkMs: 180_000,
  holdMs: 10_000,
  acwMs: 45_000,
  agent: { grade: null, site: null, country: null, skills: [], languages: [] },
  disposition: null,
  transferred: false,
  customer: null,
};

function contentOf(contact: Partial<GivenContact>): unknown {
  const example = { says: '', period: '2026-04', given: [{ ...given, ...contact }], price: null, lines: {} };
  const [only] = materialize(sampleContract({}), example, 'none');
  return only?.content;
}

describe('The contact of an example', () => {
  it('waits, is dialled, talks with its hold, and is worked on after the call, one after the other', () => {
    // 1 000 s + 20 s of wait + 3 s of dialling; talk and hold are 190 s
    expect(contentOf({})).toMatchObject({
      segments: [{ enteredAt: 1_000_000, leftAt: 1_020_000, waitMs: 20_000, result: 'answered' }],
      legs: [
        {
          startedAt: 1_023_000,
          endedAt: 1_213_000,
          dialMs: 3_000,
          talkMs: 180_000,
          holdMs: 10_000,
          acwMs: 45_000,
          acwStartedAt: 1_213_000,
        },
      ],
    });
  });

  it('is handled where it was answered, or goes out, which then was in no queue', () => {
    const abandoned = { result: 'abandoned' } as const;
    expect(contentOf(abandoned)).toMatchObject({ segments: [{ result: 'abandoned' }], legs: [] });
    expect(contentOf({ ...abandoned, direction: 'outbound' })).toMatchObject({
      segments: [],
      legs: [{ queue: 'q1' }],
    });
    expect(contentOf({ direction: 'outbound' })).toMatchObject({ segments: [], legs: [{ queue: 'q1' }] });
  });
});
