import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contactsOf as linkedContacts, type HandledContact } from '#domain/kpi/chain-links.js';
import { changeChain, type RepeatChain } from '#domain/kpi/repeat-chain.js';
import { SqliteStore } from '#store/sqlite/sqlite-store.js';
import type { Store } from '#store/store.js';
import { ChainCache } from './chain-cache.js';
import { chainKey } from './chain-codec.js';

const ref = { keyspace: 'tally', partition: 0 };
let directory: string;
let store: Store;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-chains-'));
  store = new SqliteStore({ directory });
});
afterEach(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

function call(number: number): HandledContact {
  const at = number * 60_000;
  return {
    contact: `c:${number}`,
    customer: 'switchboard',
    programme: 'bank',
    reason: 'orders|fr',
    queue: 'orders',
    media: 'voice',
    direction: 'inbound',
    enteredAt: at,
    connectedAt: at,
    endedAt: at + 45_000,
    lastAt: at + 45_000,
    legs: [{ agent: 'c:alice', queue: 'orders', disposition: null }],
  };
}

const key = chainKey(call(0));

/** Changes chains as the tally does, and commits after each; notes how much is written. */
class Committed {
  readonly written: number[] = [];
  next = 0;
  epoch = 0;

  async open(limit = 100): Promise<ChainCache> {
    const claim = await store.claim(ref);
    this.epoch = claim.epoch;
    this.next = claim.next;
    return new ChainCache(store, ref, limit);
  }

  async change(cache: ChainCache, number: number, sign: 1 | -1, customer = 'switchboard'): Promise<void> {
    const contact = { ...call(number), customer };
    const own = chainKey(contact);
    await cache.load([own], { epoch: this.epoch, next: this.next });
    cache.set(own, changeChain(cache.get(own), contact, sign, [86_400_000]).chain);
    const { puts, deletes } = cache.changes();
    const { epoch, next: expectedNext } = this;
    this.next += 1;
    const change = { epoch, expectedNext, next: this.next, puts, deletes, increments: new Map() };
    if ((await store.commit(ref, change)) !== 'done') throw new Error('the claim was lost');
    this.written.push(puts.reduce((sum, [name, text]) => sum + name.length + text.length, 0));
    cache.trim();
  }
}

function contactsOf({ links }: RepeatChain): string[] {
  return [...linkedContacts(links)].map(({ contact }) => contact);
}

describe('A long chain in the store', () => {
  it('is written by the page: a contact costs as much after 700 as after 200', async () => {
    const committed = new Committed();
    const cache = await committed.open();
    for (let number = 0; number < 700; number++) await committed.change(cache, number, 1);
    const largest = (from: number, to: number): number => Math.max(...committed.written.slice(from, to));
    // a page of 64 contacts, their longer names and, where one is added, the numbers of all pages
    expect(largest(500, 700)).toBeLessThan(largest(100, 300) + 500);
    expect(largest(0, 700)).toBeLessThan(12_000);
  });

  it('is read as it was written, whatever was added in between, taken out and left empty', async () => {
    const committed = new Committed();
    const cache = await committed.open();
    for (let number = 0; number < 300; number += 2) await committed.change(cache, number, 1);
    for (let number = 1; number < 300; number += 2) await committed.change(cache, number, 1);
    for (let number = 100; number < 180; number++) await committed.change(cache, number, -1);
    const again = await committed.open();
    await again.load([key], { epoch: committed.epoch, next: committed.next });
    const numbers = Array.from({ length: 300 }, (_, number) => number).filter(
      (each) => each < 100 || each >= 180,
    );
    expect(contactsOf(again.get(key))).toEqual(numbers.map((number) => `c:${number}`));
    for (const number of numbers) await committed.change(again, number, -1);
    expect((await store.keys(ref)).states).toEqual([]);
  });

  it('is kept in memory alone where it is longer than all that may be kept', async () => {
    const committed = new Committed();
    const cache = await committed.open(2);
    for (let number = 0; number < 200; number++) await committed.change(cache, number, 1);
    expect(contactsOf(cache.get(key))).toHaveLength(200);
    await committed.change(cache, 500, 1, 'another');
    expect(contactsOf(cache.get(key))).toEqual([]);
    await committed.change(cache, 200, 1);
    const numbers = Array.from({ length: 201 }, (_, number) => `c:${number}`);
    expect(contactsOf(cache.get(key))).toEqual(numbers);
  });

  it('that an earlier version wrote as one text is read, and written by the page from its next change on', async () => {
    const committed = new Committed();
    const cache = await committed.open();
    const rows = Array.from({ length: 200 }, (_, number) => {
      const { contact, queue, media, direction, enteredAt, connectedAt, endedAt, lastAt } = call(number);
      return [
        contact,
        queue,
        media,
        direction,
        enteredAt,
        connectedAt,
        endedAt,
        lastAt,
        [['c:alice', 'orders', null]],
      ];
    });
    const { epoch } = committed;
    const puts = [[key, JSON.stringify(rows)]] as const;
    await store.commit(ref, { epoch, expectedNext: 0, next: 1, puts, deletes: [], increments: new Map() });
    committed.next = 1;
    await committed.change(cache, 200, 1);
    // Once all of it; from then on a page.
    await committed.change(cache, 201, 1);
    const [once = 0, then = 0] = committed.written;
    expect(then).toBeLessThan(once / 5);
    const again = await committed.open();
    await again.load([key], { epoch: committed.epoch, next: committed.next });
    const numbers = Array.from({ length: 202 }, (_, number) => `c:${number}`);
    expect(contactsOf(again.get(key))).toEqual(numbers);
  });
});
