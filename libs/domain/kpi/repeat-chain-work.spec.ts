import { describe, expect, it } from '@jest/globals';
import type { HandledContact } from './chain-links.js';
import { changeChain, emptyChain } from './repeat-chain.js';

const dayMs = 86_400_000;
const windows = [7 * dayMs];

type Chain = (index: number, length: number) => number;

/** Entry of each contact of one number, in the order in which they become known: all within twenty days. */
const chains: Record<string, Chain> = {
  'one after the other': (index, length) => (index / length) * 20 * dayMs,
  'the last one first': (index, length) => (1 - index / length) * 20 * dayMs,
  'now an early one, now a late one': (index, length) =>
    (index % 2 === 0 ? index / length : 2 - index / length) * 10 * dayMs,
};

/** How often anything of a contact is looked at while the last tenth of them is added. */
function looksAt(chain: Chain, length: number): number {
  let looks = 0;
  let known = emptyChain;
  for (let index = 0; index < length; index++) {
    if (index === length - length / 10) looks = 0;
    const contact: HandledContact = {
      contact: `c:${String(index).padStart(8, '0')}`,
      customer: 'switchboard',
      programme: 'p',
      reason: 'r',
      queue: 'q',
      media: 'voice',
      direction: 'inbound',
      connectedAt: 0,
      lastAt: 0,
      legs: [],
      enteredAt: chain(index, length),
      endedAt: chain(index, length) + index,
    };
    const watched = new Proxy(contact, {
      get: (target, field) => {
        looks += 1;
        return Reflect.get(target, field) as unknown;
      },
    });
    known = changeChain(known, watched, 1, windows).chain;
  }
  return looks / (length / 10);
}

describe('A contact of a number that calls very often', () => {
  it.each(Object.entries(chains))(
    'is compared with few of those before, however many they are: %s',
    (_, chain) => {
      const [few, many] = [looksAt(chain, 200), looksAt(chain, 2_000)];
      // a search in ten times as many takes three steps more; a look at all would be ten times as many looks
      expect(many).toBeLessThan(few * 2);
    },
  );

  it('looks at pages rather than at contacts where all entered at one instant', () => {
    const looks = looksAt(() => dayMs, 2_000);
    // thirty pages and the 64 contacts of one; else each of the 2 000 several times
    expect(looks).toBeLessThan(2_000);
  });
});
