import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Contract } from '#domain/contract/contract.js';
import type { Example } from '#domain/metering/example.js';
import { parseContract } from '#catalogue/contract/schema.js';

/** A block of docs/contracts.md as the contract it is a part of. */
export interface Block {
  /** Heading of its section. */
  readonly title: string;
  readonly written: Readonly<Record<string, unknown>>;
  readonly contract: Contract;
  readonly examples: readonly Example[];
}

/** Every block of the page: contracts of all models, with examples. `text`: of the page. */
export function contractsPage(
  text = readFileSync(new URL('../docs/contracts.md', import.meta.url), 'utf8'),
): Block[] {
  return blocksOf(text);
}

/** What every block says beside its own: the contract without any block. */
export function bareContract(): Contract {
  const parsed = parseContract(head);
  if ('contract' in parsed) return parsed.contract;
  throw new Error(parsed.faults.map(({ message }) => message).join('\n'));
}

/** What every block leaves out. */
const head = {
  id: 'page',
  seller: { name: 'Centre', countryCode: 'FR' },
  buyer: { name: 'Marque', countryCode: 'FR' },
  currency: 'EUR',
  timeZone: 'Europe/Paris',
  holidays: { country: 'FR' },
  scope: { programme: 'care' },
  lines: [{ id: 'fee', model: 'fixed', amount: '1.00' }],
};

function blocksOf(text: string): Block[] {
  let title = '';
  return [...text.matchAll(/^## (.+)$|^```yaml\n([^]*?)^```$/gm)].flatMap(([, heading, yaml]) => {
    title = heading ?? title;
    if (yaml === undefined) return [];
    const written = { ...head, ...(parse(yaml) as Record<string, unknown>) };
    const parsed = parseContract(written);
    if ('contract' in parsed) return [{ title, written, ...parsed }];
    throw new Error(parsed.faults.map(({ path, message }) => `${title}: ${path}: ${message}`).join('\n'));
  });
}
