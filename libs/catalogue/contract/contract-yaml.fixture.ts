import { parse } from 'yaml';
import type { Contract } from '#domain/contract/contract.js';
import { runExample } from '#domain/pricing/example.js';
import type { Invoice } from '#domain/pricing/invoice.js';
import { plain } from '#domain/money/money.js';
import type { Fault } from '../fault.js';
import { parseContract } from './schema.js';

/** What a test need not say: the keys around the clauses it is about. */
const head = {
  id: 'c',
  scope: { programme: 'p' },
  seller: { name: 'Centre', countryCode: 'FR', vatId: 'FR12123456789' },
  buyer: { name: 'Marque', countryCode: 'FR', vatId: 'FR98987654321' },
  currency: 'EUR',
  timeZone: 'Europe/Paris',
};

/** A written contract with its first example priced as recorded work would be. */
export function invoiceOf(yaml: string): Invoice {
  const { contract, examples } = parsed(yaml);
  const [example] = examples;
  if (example === undefined) throw new Error('the contract has no example');
  return runExample(contract, example).invoice;
}

export function contractOf(yaml: string): Contract {
  return parsed(yaml).contract;
}

/** Faults of a written contract as `path: message [code]`. */
export function faultsOf(yaml: string): string[] {
  const result = parseContract(written(yaml));
  return 'faults' in result ? result.faults.map(textOf) : [];
}

/** Amounts of lines, allowances and charges by id, then VAT groups, then the totals. */
export function figuresOf({ lines, allowancesAndCharges, vat, totals, scale }: Invoice): {
  readonly amounts: Readonly<Record<string, string>>;
  readonly vat: readonly string[];
  readonly net: string;
  readonly gross: string;
} {
  const money = (value: Parameters<typeof plain>[0]): string => plain(value, scale);
  return {
    amounts: Object.fromEntries(
      [...lines, ...allowancesAndCharges].map(({ id, amount }) => [id, money(amount)]),
    ),
    vat: vat.map(
      ({ vat: { category, rate }, base, tax }) => `${category} ${rate}: ${money(base)} ${money(tax)}`,
    ),
    net: money(totals.net),
    gross: money(totals.gross),
  };
}

/** Lines of `given`: so many calls of a minute at noon of each day. */
export function callsAtNoon(...days: readonly (readonly [day: string, times: number])[]): string {
  return days
    .map(([day, times]) => `      - { contact: { at: ${day}T12:00, talk: 1min }, times: ${times} }`)
    .join('\n');
}

/** An example whose price is not asked for. */
export function exampleOf(period: string, given: string): string {
  return `
examples:
  - says: it
    period: ${period}
    price: '0'
    given:
${given}
`;
}

function parsed(yaml: string): Exclude<ReturnType<typeof parseContract>, { faults: unknown }> {
  const result = parseContract(written(yaml));
  if ('contract' in result) return result;
  throw new Error(result.faults.map(textOf).join('\n'));
}

function written(yaml: string): unknown {
  return { ...head, ...(parse(yaml) as Record<string, unknown>) };
}

function textOf({ path, message, code }: Fault): string {
  return `${path}: ${message} [${code}]`;
}
