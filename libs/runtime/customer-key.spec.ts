import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Engine } from './config.js';
import { ConfigFaults } from './config-faults.js';
import { customerKey } from './customer-key.js';

const embedded: Engine = { kind: 'embedded' };
const kafka: Engine = { kind: 'distributed', brokers: ['a:9092'], redis: ['redis://b:6379'], replication: 3 };

let dataDirectory: string;
beforeEach(() => void (dataDirectory = mkdtempSync(join(tmpdir(), 'tallyline-key-'))));
afterEach(() => rmSync(dataDirectory, { recursive: true }));

describe('the key of customer pseudonyms', () => {
  it('is created once on the embedded engine and then kept, readable for its owner only', () => {
    const directory = join(dataDirectory, 'new');
    const first = customerKey({ engine: embedded, dataDirectory: directory, customerKey: null });
    const second = customerKey({ engine: embedded, dataDirectory: directory, customerKey: null });
    expect(first).toHaveLength(32);
    expect(second.equals(first)).toBe(true);
    expect(statSync(join(directory, 'customer.key')).mode & 0o777).toBe(0o600);
  });

  it('differs between two data directories', () => {
    const one = customerKey({ engine: embedded, dataDirectory: join(dataDirectory, '1'), customerKey: null });
    const two = customerKey({ engine: embedded, dataDirectory: join(dataDirectory, '2'), customerKey: null });
    expect(one.equals(two)).toBe(false);
  });

  it.each([
    ['hex', Buffer.alloc(32, 7).toString('hex')],
    ['base64', Buffer.alloc(33, 7).toString('base64')],
    ['base64url', Buffer.alloc(40, 0xff).toString('base64url')],
  ])('is taken from the variable as %s', (_form, text) => {
    const key = customerKey({ engine: kafka, dataDirectory, customerKey: text });
    expect(key.length).toBeGreaterThanOrEqual(32);
    expect(key[0] === 7 || key[0] === 0xff).toBe(true);
  });

  it('is kept as set, and another one is refused afterwards', () => {
    const given = 'ab'.repeat(32);
    customerKey({ engine: embedded, dataDirectory, customerKey: given });
    expect(readFileSync(join(dataDirectory, 'customer.key'), 'utf8').trim()).toBe(given);
    expect(() => customerKey({ engine: embedded, dataDirectory, customerKey: 'cd'.repeat(32) })).toThrow(
      /differs from .*customer\.key/,
    );
    expect(customerKey({ engine: embedded, dataDirectory, customerKey: null }).toString('hex')).toBe(given);
  });

  it.each(['', 'short', 'ab'.repeat(31), 'not a key at all, with blanks and punctuation!'])(
    'must have 32 bytes: %p',
    (text) => {
      expect(() => customerKey({ engine: kafka, dataDirectory, customerKey: text })).toThrow(ConfigFaults);
    },
  );

  it('is rejected when its file is damaged, without quoting it', () => {
    writeFileSync(join(dataDirectory, 'customer.key'), 'c0ffee');
    const reading = () => customerKey({ engine: embedded, dataDirectory, customerKey: null });
    expect(reading).toThrow(/customer\.key: must be at least 32 bytes/);
    expect(reading).not.toThrow(/c0ffee/);
  });
});
