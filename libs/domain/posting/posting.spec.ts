import { describe, expect, it } from '@jest/globals';
import type { OutcomeContent } from '#domain/outcome/outcome.js';
import { tenSeconds } from './call.fixture.js';
import { postingKey } from './posting.js';

describe('The key of a posting', () => {
  const outcome = (name: string, customer: string | null): OutcomeContent => ({
    kind: 'outcome',
    outcome: 'shop:1',
    connection: 'shop',
    programme: 'bank',
    queue: null,
    agent: 'c:a',
    contact: null,
    customer,
    events: [
      { name: 'sale.made', at: 1, data: {} },
      { name, at: 2, data: {} },
    ],
  });

  it('is the customer of a contact, so that their contacts lie together, else the contact', () => {
    expect(postingKey(tenSeconds(1, 0, 'x'))).toBe('x');
    expect(postingKey({ ...tenSeconds(1, 0, 'x'), customer: null })).toBe('c:1');
  });

  it('is the customer of an outcome that takes a resolution back, so that it lies with their contacts', () => {
    expect(postingKey(outcome('refund.made', 'x'))).toBe('x');
    expect(postingKey(outcome('refund.made', null))).toBe('shop:1');
    expect(postingKey(outcome('sale.cancelled', 'x'))).toBe('shop:1');
  });

  it('is the agent of what an agent does outside of contacts', () => {
    const own = { connection: 'c', agent: 'c:a', state: 'PREP', startedAt: 0, endedAt: 1 } as const;
    const prep = {
      kind: 'activity',
      activity: 'c:activity/1',
      ...own,
      queue: null,
      programme: null,
    } as const;
    expect(postingKey(prep)).toBe('c:a');
  });
});
