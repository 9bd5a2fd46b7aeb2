import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Engine } from './config.js';
import { readConfig } from './config.js';
import { ConfigFaults } from './config-faults.js';
import { customerKey, existingCustomerKey, replacementKey } from './customer-key.js';

const embedded: Engine = { kind: 'embedded' };
const { engine: kafka } = readConfig(
  {},
  {
    TALLYLINE_KAFKA: 'a:9092',
    TALLYLINE_REDIS: 'redis://b:6379',
    TALLYLINE_CUSTOMER_KEY: 'ab'.repeat(32),
  },
);

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

  it('is looked up without one being made', () => {
    const config = { engine: embedded, dataDirectory, customerKey: null };
    expect(existingCustomerKey(config)).toBeNull();
    expect(existsSync(join(dataDirectory, 'customer.key'))).toBe(false);
    const made = customerKey(config);
    expect(existingCustomerKey(config)?.equals(made)).toBe(true);
  });

  it('is replaced by a new one, and the one before is kept beside it, however often', () => {
    const config = { engine: embedded, dataDirectory, customerKey: null };
    const first = customerKey(config);
    const second = replacementKey(config, () => false);
    const third = replacementKey(config, () => false);
    expect(new Set([first, second, third].map((key) => key.toString('hex'))).size).toBe(3);
    expect(customerKey(config).equals(third)).toBe(true);
    const kept = ['before-1', 'before-2'].map((name) =>
      readFileSync(join(dataDirectory, `customer.key.${name}`), 'utf8').trim(),
    );
    expect(kept).toEqual([first.toString('hex'), second.toString('hex')]);
  });

  it('is replaced by the one in its file where that is another one: the key before was lost', () => {
    const config = { engine: embedded, dataDirectory, customerKey: null };
    const made = customerKey(config);
    expect(replacementKey(config, () => true).equals(made)).toBe(true);
  });

  it('is replaced by the one in the variable where it is set', () => {
    customerKey({ engine: embedded, dataDirectory, customerKey: null });
    const given = { engine: embedded, dataDirectory, customerKey: 'cd'.repeat(32) };
    expect(replacementKey(given, () => false).toString('hex')).toBe('cd'.repeat(32));
    expect(customerKey(given).toString('hex')).toBe('cd'.repeat(32));
    const onKafka = { engine: kafka, dataDirectory, customerKey: 'ef'.repeat(32) };
    expect(replacementKey(onKafka, () => false).toString('hex')).toBe('ef'.repeat(32));
    expect(() => replacementKey({ ...onKafka, customerKey: null }, () => false)).toThrow(
      'must be set on Kafka',
    );
  });

  it('is rejected when its file is damaged, without quoting it', () => {
    writeFileSync(join(dataDirectory, 'customer.key'), 'c0ffee');
    const reading = () => customerKey({ engine: embedded, dataDirectory, customerKey: null });
    expect(reading).toThrow(/customer\.key: must be at least 32 bytes/);
    expect(reading).not.toThrow(/c0ffee/);
  });
});
