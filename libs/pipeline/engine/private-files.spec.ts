import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { topics, topicSettings } from '#wire/topics.js';
import { openEmbedded } from './embedded.js';

let above: string;
let directory: string;
beforeEach(() => {
  above = mkdtempSync(join(tmpdir(), 'tallyline-private-'));
  directory = join(above, 'data');
});
afterEach(() => rmSync(above, { recursive: true, force: true }));

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

async function modes(): Promise<Record<string, string>> {
  const { log, store, close } = openEmbedded(directory);
  await log.createTopics(topicSettings(1));
  await log.append(topics.facts.name, [{ key: 'k', value: 'v' }]);
  await store.claim({ keyspace: 'meter', partition: 0 });
  const files = Object.fromEntries(
    readdirSync(directory).map((name) => [name, modeOf(join(directory, name))]),
  );
  await close();
  return files;
}

it('keeps a new data directory and all files in it for its owner alone', async () => {
  const files = await modes();
  expect(modeOf(directory)).toBe('700');
  expect(Object.keys(files)).toEqual(
    expect.arrayContaining(['log.db', 'log.db-wal', 'store.db', 'lock.db', 'lock.pid']),
  );
  expect(new Set(Object.values(files))).toEqual(new Set(['600']));
});

it('takes a directory that others could read from them', async () => {
  mkdirSync(directory, { mode: 0o755 });
  for (const name of ['log.db', 'store.db']) {
    writeFileSync(join(directory, name), '');
    chmodSync(join(directory, name), 0o644);
  }
  const files = await modes();
  expect(modeOf(directory)).toBe('700');
  expect(new Set(Object.values(files))).toEqual(new Set(['600']));
});
