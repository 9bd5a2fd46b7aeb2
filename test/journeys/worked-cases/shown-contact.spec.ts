import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { checkShownContact } from '#pipeline/close/check-shown-contact.js';
import { cli } from '../cli.js';
import { contract } from './centre.js';
import { Commanded } from './commanded.js';
import { calls, customer, paris } from './work.js';

/** What the program that shares no code with the product makes of a file. */
function checkedApart(text: string): unknown {
  const file = join(mkdtempSync(join(tmpdir(), 'tallyline-shown-')), 'contact.json');
  writeFileSync(file, text);
  const program = join(import.meta.dirname, 'verify-contact.mjs');
  return JSON.parse(execFileSync(process.execPath, [program, file], { encoding: 'utf8' }));
}

type Json = Record<string, unknown>;

describe('the proof of one contact', () => {
  const centre = new Commanded([
    contract(
      'two',
      `
measures:
  answered: { kind: count, of: handled }
  night: { kind: count, of: handled, where: { queues: [returns] } }
lines:
  - { id: acts, model: perUnit, measure: answered, price: '2.00' }
  - { id: extra, model: perUnit, measure: night, price: '0.50' }
`,
    ),
  ]);
  const directory = mkdtempSync(join(tmpdir(), 'tallyline-show-'));
  afterAll(() => {
    centre.remove();
    rmSync(directory, { recursive: true });
  });

  /** Five calls, the second and the fourth of them in the queue of returns. */
  const queues = ['orders', 'returns', 'orders', 'returns', 'orders'];
  const ids = queues.map((_, index) => `voice:in-${index + 1}-2026-03-0${index + 2}`);
  const outsider = 'voice:in-9-2026-03-09';
  const shown = new Map<string, string>();
  beforeAll(async () => {
    await centre.deliver(
      calls(
        queues.map((queue, index) => {
          return { at: paris(`2026-03-0${index + 2}T09:00`), talkS: 60, queue, customer: customer(index) };
        }),
      ),
    );
    await centre.close('two', '2026-03');
    for (const [index, id] of [...ids, outsider].entries()) {
      const file = join(directory, `${index}.json`);
      const ran = await centre.run('proof', 'show', 'two/2026-03', '--contact', id, '--out', file);
      if (ran.code !== 0) throw new Error(ran.stderr);
      shown.set(id, readFileSync(file, 'utf8'));
    }
  }, 240_000);

  it('says of each line what it counts of the contact, or that it counts nothing, by two programs', () => {
    for (const [index, id] of [...ids, outsider].entries()) {
      const text = shown.get(id) ?? '';
      const check = checkShownContact(text);
      if (check.status === 'differs') throw new Error(`${id}: ${check.place}`);
      const counted = (item: string) =>
        Object.values(check.items.find((each) => each.item === item)?.sums ?? { none: 0 }).map(Number);
      // Each of the five is one act; two of them are returns; the outsider is neither.
      expect([id, counted('line/acts'), counted('line/extra')]).toEqual([
        id,
        [id === outsider ? 0 : 1],
        [queues[index] === 'returns' ? 1 : 0],
      ]);
      expect(checkedApart(text)).toEqual(
        Object.fromEntries(check.items.map(({ item, sums }) => [item, sums])),
      );
    }
  });

  it('names no other contact', () => {
    const text = shown.get(ids[0] ?? '') ?? '';
    for (const id of ids.slice(1)) expect(text).not.toContain(id);
  });

  it('does not hold where any of it is changed: the contact, what it adds, or its place', () => {
    for (const id of [ids[1] ?? '', outsider]) {
      const text = shown.get(id) ?? '';
      const file = JSON.parse(text) as Json & {
        items: (Json & { path?: string[] })[];
        event: { data: Json };
      };
      const [first, ...more] = file.items;
      const forged: Json[] = [
        { ...file, contact: id === outsider ? ids[0] : outsider },
        { ...file, key: '0'.repeat(64) },
        { ...file, items: more },
        {
          ...file,
          items: [{ ...first, is: 'notIn', before: null, after: null, item: 'line/acts' }, ...more],
        },
        ...changedDigits(file.items).map((items) => ({ ...file, items })),
      ];
      for (const each of forged) {
        const forgery = JSON.stringify(each);
        expect(checkShownContact(forgery).status).toBe('differs');
      }
      expect(checkedApart(JSON.stringify(forged[0]))).toBe('not proved');
      expect(checkedApart(JSON.stringify(forged.at(-1)))).toBe('not proved');
    }
    expect(checkShownContact('{}').status).toBe('differs');
  });

  it('is verified from the file alone, and refused with the place where it was changed', async () => {
    const file = join(directory, '1.json');
    const right = await cli('proof', 'verify', file, '--lang', 'fr');
    expect([right.code, right.stdout]).toEqual([0, expect.stringContaining('line/acts : le compte')]);
    const other = join(directory, 'forged.json');
    writeFileSync(other, readFileSync(file, 'utf8').replace(ids[1] ?? '', outsider));
    const wrong = await cli('proof', 'verify', other);
    expect([wrong.code, wrong.stdout]).toEqual([
      11,
      expect.stringContaining('NOT proved: items.0 (line/acts)'),
    ]);
  }, 60_000);
});

/** Copies in which one digest or number is another one. */
function changedDigits(value: unknown): unknown[] {
  if (typeof value === 'number') return [value + 1];
  if (typeof value === 'string' && /^[0-9a-f]{64}$/.test(value))
    return [(value.startsWith('0') ? '1' : '0') + value.slice(1)];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value))
    return value.flatMap((each, at) => changedDigits(each).map((other) => value.with(at, other) as unknown));
  return Object.entries(value).flatMap(([name, each]) =>
    changedDigits(each).map((other) => ({ ...value, [name]: other })),
  );
}
