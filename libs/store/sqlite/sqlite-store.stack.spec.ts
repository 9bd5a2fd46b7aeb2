import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createInterface } from 'node:readline';
import { changeFrom } from '../conformance/given.fixture.js';
import { describeStoreConformance } from '../store.conformance.js';
import { StoreUnavailable, StoreUnusable } from '../store.js';
import { SqliteStore } from './sqlite-store.js';

const newDirectory = () => mkdtempSync(join(tmpdir(), 'tallyline-store-'));

/** What a crash would leave: the files of a store that is still open, without its shared memory. */
function crashImage(directory: string): string {
  const image = newDirectory();
  for (const file of ['store.db', 'store.db-wal']) copyFileSync(join(directory, file), join(image, file));
  return image;
}

describeStoreConformance('The embedded store', async () => {
  const directories = [newDirectory()];
  const stores: SqliteStore[] = [];
  const open = (): SqliteStore => {
    const store = new SqliteStore({ directory: directories.at(-1) ?? '' });
    stores.push(store);
    return store;
  };
  return {
    store: open(),
    another: async () => open(),
    restart: async () => {
      directories.push(crashImage(directories.at(-1) ?? ''));
      return open();
    },
    dispose: async () => {
      for (const store of stores) await store.close();
      for (const directory of directories) rmSync(directory, { recursive: true });
    },
  };
});

describe('The embedded store', () => {
  const at = { keyspace: 'meter', partition: 0 };
  let directory: string;
  const stores: SqliteStore[] = [];
  const open = (options: { readOnly?: boolean } = {}): SqliteStore => {
    const store = new SqliteStore({ directory, ...options });
    stores.push(store);
    return store;
  };

  beforeEach(() => {
    directory = newDirectory();
  });
  afterEach(async () => {
    for (const store of stores.splice(0)) await store.close();
    rmSync(directory, { recursive: true });
  });

  it('holds state and next in agreement after kill -9, at or above the last acknowledged', async () => {
    const built = new URL('../../../dist/libs/store/sqlite/sqlite-store.js', import.meta.url);
    for (let round = 1; round <= 3; round++) {
      const program = `
        const { SqliteStore } = await import(${JSON.stringify(built.href)});
        const store = new SqliteStore({ directory: ${JSON.stringify(directory)} });
        const at = ${JSON.stringify(at)};
        let { next, epoch } = await store.claim(at);
        for (;;) {
          const puts = [...Array(50).keys()].map((i) => ['state ' + i, String(next + 1)]);
          const increments = new Map([...Array(20).keys()].map((i) => ['sum ' + i, new Map([['n', 1]])]));
          await store.commit(at, { epoch, expectedNext: next, next: ++next, puts, deletes: [], increments });
          console.log(next);
        }`;
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      let acknowledged = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged = Number(line);
        if (acknowledged >= 25 * round) child.kill('SIGKILL');
      }
      await ended;

      const store = open();
      const claim = await store.claim(at);
      expect(acknowledged).toBeGreaterThan(0);
      expect(claim.next).toBeGreaterThanOrEqual(acknowledged);
      const states = await store.load(
        at,
        Array.from({ length: 50 }, (_, i) => `state ${i}`),
      );
      expect(new Set(states)).toEqual(new Set([String(claim.next)]));
      const { values } = await store.sums(
        at,
        Array.from({ length: 20 }, (_, i) => `sum ${i}`),
      );
      expect([...values.values()]).toEqual(Array.from({ length: 20 }, () => new Map([['n', claim.next]])));
      await store.close();
    }
  });

  it('can be read beside the writer, and refuses to be changed by the reader', async () => {
    const writer = open();
    const { epoch } = await writer.claim(at);
    await writer.commit(at, changeFrom(epoch, 0, { puts: [['a', '1']], increments: [['q', 'n', 1]] }));
    const reader = open({ readOnly: true });
    await writer.commit(at, changeFrom(epoch, 1, { puts: [['a', '2']] }));

    expect(await reader.load(at, ['a'])).toEqual(['2']);
    expect(await reader.nexts('meter', [0])).toEqual([2]);
    expect((await reader.sums(at, ['q'])).values.get('q')).toEqual(new Map([['n', 1]]));
    await expect(reader.claim(at)).rejects.toThrow(/read-only/);
    await expect(reader.commit(at, changeFrom(epoch, 2, {}))).rejects.toThrow(/read-only/);
    await expect(reader.drop('meter')).rejects.toThrow(/read-only/);
    expect(await writer.commit(at, changeFrom(epoch, 2, {}))).toBe('done');
  });

  it('creates nothing when it is opened for reading', () => {
    expect(() => open({ readOnly: true })).toThrow(StoreUnusable);
    expect(existsSync(join(directory, 'store.db'))).toBe(false);
  });

  it('refuses a file of another program, and one that is no database', () => {
    const file = join(directory, 'store.db');
    const db = new DatabaseSync(file);
    db.exec('CREATE TABLE theirs(x)');
    db.close();
    expect(() => open()).toThrow(/another program/);
    writeFileSync(file, 'not a database, but long enough to be read as the header of one'.repeat(20));
    expect(() => open()).toThrow(StoreUnusable);
  });

  it('refuses a layout it does not know', async () => {
    await open().close();
    const db = new DatabaseSync(join(directory, 'store.db'));
    db.exec('PRAGMA user_version = 99');
    db.close();
    expect(() => open()).toThrow(/has layout 99/);
  });

  it('is unavailable once closed', async () => {
    const store = open();
    await store.close();
    await store.close();
    await expect(store.claim(at)).rejects.toThrow(StoreUnavailable);
  });

  it('reports once that a file was replaced by an earlier one', async () => {
    const store = open();
    const { epoch } = await store.claim(at);
    await store.commit(at, changeFrom(epoch, 0, { next: 10 }));
    const other = new DatabaseSync(join(directory, 'store.db'));
    other.exec('UPDATE place SET next = 4');
    other.close();
    expect(await store.commit(at, changeFrom(epoch, 10, {}))).toBe('stale');
    expect(await store.claim(at)).toMatchObject({ next: 4, state: 'rolled-back' });
    expect(await store.claim(at)).toMatchObject({ next: 4, state: 'kept' });
  });
});
