import { describe, expect, it } from '@jest/globals';
import { contactsOf, type HandledContact, inserted, linksOf, noLinks, removed } from './chain-links.js';

function handled(contact: string, enteredAt: number, queue = 'q', endedAt = enteredAt): HandledContact {
  return {
    contact,
    customer: 'cust',
    programme: 'p',
    reason: 'r',
    queue,
    media: 'voice',
    direction: 'inbound',
    enteredAt,
    connectedAt: enteredAt,
    endedAt,
    lastAt: endedAt,
    legs: [],
  };
}

const inOrder = (count: number): HandledContact[] =>
  Array.from({ length: count }, (_, at) => handled(`c${String(at).padStart(3, '0')}`, at));

const sizes = ({ pages }: ReturnType<typeof linksOf>): number[] =>
  pages.map(({ contacts }) => contacts.length);

describe('The pages of a chain', () => {
  it('hold at most 64 contacts each and are never empty', () => {
    expect(linksOf([])).toEqual(noLinks);
    expect(sizes(linksOf(inOrder(64)))).toEqual([64]);
    expect(sizes(linksOf(inOrder(65)))).toEqual([64, 1]);
    expect(sizes(linksOf(inOrder(128)))).toEqual([64, 64]);
  });

  it('are full where contacts come in order, and half full behind a late one in a full page', () => {
    const grown = inOrder(130).reduce(inserted, noLinks);
    expect(sizes(grown)).toEqual([64, 64, 2]);
    const late = inserted(grown, handled('late', 10, 'q', 11));
    expect(sizes(late)).toEqual([32, 33, 64, 2]);
    // At the end of a page that is not the last one.
    expect(sizes(inserted(grown, handled('zz', 63)))).toEqual([32, 33, 64, 2]);
    // In the last page, and not at its end.
    const full = inOrder(64).reduce(inserted, noLinks);
    expect(sizes(inserted(full, handled('late', 10)))).toEqual([32, 33]);
  });

  it('give back the right one of two links of a contact that lie in two pages', () => {
    const [first, second] = [handled('x', 100, 'q1'), handled('x', 100, 'q2')];
    const links = [...inOrder(63), first, second].reduce(inserted, noLinks);
    expect(sizes(links)).toEqual([64, 1]);
    expect([...contactsOf(removed(links, first))]).toEqual([...inOrder(63), second]);
    expect([...contactsOf(removed(links, second))]).toEqual([...inOrder(63), first]);
  });

  it('keep what is left of a page, and go with their last contact', () => {
    const [first, ...others] = inOrder(65);
    const links = [first!, ...others].reduce(inserted, noLinks);
    const twoLeft = others.slice(2).reduce(removed, links);
    expect([...contactsOf(twoLeft)]).toEqual([first, ...others.slice(0, 2)]);
    expect([...contactsOf(removed(twoLeft, first!))]).toEqual(others.slice(0, 2));
    const withoutSecond = removed(links, others.at(-1)!);
    expect(sizes(withoutSecond)).toEqual([64]);
    const onlyOne = others.slice(0, -1).reduce(removed, withoutSecond);
    expect(sizes(onlyOne)).toEqual([1]);
    expect(removed(onlyOne, first!)).toEqual(noLinks);
  });

  it('refuse to give back what they never had', () => {
    const links = linksOf([handled('x', 100, 'q1', 150)]);
    for (const other of [handled('x', 100, 'q2', 150), handled('x', 100, 'q1', 151), handled('y', 100)]) {
      expect(() => removed(links, other)).toThrow('is taken back but was never posted');
    }
  });
});
