import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cli, cliJson } from './cli.js';

const demo = join(import.meta.dirname, '../../apps/cli/demo/catalogue');
const founding = [
  'aurore-hours',
  'boreal-calls',
  'cirrus-resolved',
  'delta-speed',
  'etoile-credits',
  'flore-hybrid',
  'gaia-full',
];

interface Checked {
  readonly faults: readonly { readonly message: string }[];
  readonly contracts: readonly {
    readonly id: string;
    readonly examples: readonly { readonly holds: boolean; readonly explanation: readonly unknown[] }[];
    readonly clauses: Readonly<Record<string, { readonly articles: readonly unknown[] }>>;
  }[];
}

let directory: string;
let copies = 0;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'tallyline-contracts-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The demonstration's catalogue with one text of a file replaced. */
function changed(file: string, from: string, to: string): string {
  copies += 1;
  const copy = join(directory, String(copies));
  cpSync(demo, copy, { recursive: true });
  const text = readFileSync(join(copy, file), 'utf8');
  if (!text.includes(from)) throw new Error(`${file} does not hold '${from}'`);
  writeFileSync(join(copy, file), text.replace(from, to));
  return copy;
}

describe('tallyline contracts check', () => {
  it('finds that all examples of the demonstration hold, one contract for each way of paying', async () => {
    const { faults, contracts } = await cliJson<Checked>('contracts', 'check', demo);
    expect(faults).toEqual([]);
    expect(contracts.map(({ id }) => id)).toEqual(founding);
    for (const { examples, clauses } of contracts) {
      expect(examples.length).toBeGreaterThan(1);
      expect(examples.filter(({ holds }) => !holds)).toEqual([]);
      expect(clauses['en']?.articles.length).toBeGreaterThan(4);
      expect(clauses['fr']?.articles.length).toBe(clauses['en']?.articles.length);
    }
  });

  it('prints the contracts as clauses in the chosen language', async () => {
    const { code, stdout } = await cli('contracts', 'check', demo, '--lang', 'fr');
    expect(code).toBe(0);
    const text = stdout.replaceAll('\u00a0', ' ');
    expect(text).toContain('Contrat delta-speed entre Atelier Relation Client et Delta');
    expect(text).toContain("linéairement de 0 % à 300 s jusqu'à +3 % à 180 s, sans aller au-delà");
    expect(text).not.toContain('What is charged');
  });

  it('prints for an example that does not hold what came out and why, and ends with exit code 3', async () => {
    const copy = changed('contracts/aurore.yaml', "price: '2.05'", "price: '2.06'");
    const ran = await cli('contracts', 'check', copy, '--lang', 'en');
    expect(ran.code).toBe(3);
    expect(ran.stderr).toBe('tallyline: 1 of 27 example(s) do not hold\n');
    expect(ran.stdout).toContain('FAILED  a call of 3 min 10 s with a minute and a half of after-call work');
    expect(ran.stdout).toContain('total: expected 2.06, got 2.05');
    expect(ran.stdout).toContain('line hours, weekday: 3 min 10 s');

    const printed = JSON.parse((await cli('contracts', 'check', copy, '--json')).stdout) as Checked;
    const failed = printed.contracts.flatMap(({ examples }) => examples.filter(({ holds }) => !holds));
    expect(failed).toHaveLength(1);
    expect(failed[0]?.explanation).toHaveLength(3);
  });

  it('lists all faults at once and ends with exit code 3', async () => {
    const copy = changed('contracts/delta.yaml', "amount: '80000.00'", 'amount: 80000.00');
    const ran = await cli('contracts', 'check', copy);
    expect(ran.code).toBe(3);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toMatch(
      /^tallyline: the catalogue has 1 fault\(s\):\n {2}contracts\/delta\.yaml:\d+: /,
    );
    const printed = JSON.parse((await cli('contracts', 'check', copy, '--json')).stdout) as Checked;
    expect(printed.faults).toHaveLength(1);
  });
});
