import { describe, expect, it } from '@jest/globals';
import { fact } from './facts.fixture.js';
import { interpret } from './interpret.js';

/** Alice spoke to an anonymous caller from 10 s to 100 s. */
const call = fact('agent.left', 100_000, { leg: 'a', talkMs: 90_000, customer: null });

describe('The customer of a contact', () => {
  it('is not whom an agent consulted from within the call', () => {
    const colleague = fact('agent.left', 80_000, { leg: 'b', talkMs: 20_000, customer: 'colleague' });
    expect(interpret([call, colleague])?.customer).toBeNull();
  });

  it('is whom a session names that began as the one before it ended', () => {
    const next = fact('agent.left', 160_000, { leg: 'b', talkMs: 60_000, customer: 'caller' });
    expect(interpret([call, next])?.customer).toBe('caller');
  });

  it('is not whom a stay names that began in the very instant of a consultation, or within it', () => {
    const consulted = fact('agent.left', 80_000, { leg: 'b', talkMs: 20_000, customer: null });
    const stay = (at: number) => fact('queue.entered', at, { segment: 's2', customer: 'colleague' });
    expect(interpret([call, consulted, stay(60_000)])?.customer).toBeNull();
    expect(interpret([call, consulted, stay(59_999)])?.customer).toBe('colleague');
    const left = fact('queue.left', 60_000, { segment: 's2', waitMs: null, customer: 'colleague' });
    expect(interpret([call, consulted, left])?.customer).toBeNull();
    const row = (enteredAt: number) =>
      fact('segment.summarized', 90_000, { enteredAt, customer: 'colleague', agent: null });
    expect(interpret([call, consulted, row(70_000)])?.customer).toBeNull();
    expect(interpret([call, consulted, row(80_001)])?.customer).toBe('colleague');
  });

  it('is not whom an agent dialled out of a call that came in, but whom a fact without a direction names', () => {
    const dialled = fact('agent.left', 160_000, { leg: 'b', direction: 'outbound', customer: 'dialled' });
    expect(interpret([call, dialled])?.customer).toBeNull();
    const unknown = fact('agent.left', 160_000, { leg: 'b', direction: 'unknown', customer: 'caller' });
    expect(interpret([call, unknown])?.customer).toBe('caller');
    expect(interpret([unknown])?.customer).toBe('caller');
  });
});
