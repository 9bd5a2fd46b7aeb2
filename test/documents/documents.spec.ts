import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { ciiXml } from '#invoice-document/cii.js';
import type { InvoiceDocument, Issue } from '#invoice-document/document.js';
import { type MadeDocument, makeDocument } from '#invoice-document/make-document.js';
import { contractOf } from '#catalogue/contract/contract-yaml.fixture.js';
import { Decimal } from '#domain/money/money.js';
import { price } from '#domain/pricing/price.js';
import { draw } from '#test/oracle-pricer/draw.js';
import { invoiceOf } from '#test/oracle-pricer/compare.js';
import { describeWith } from '#test/stack/describe-with.js';
import { eventOf } from '#wire/event-of.fixture.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { findMustang, type Mustang, validate } from './mustang.js';
import { withParticulars } from './particulars.js';

const mustang = await findMustang();
const directory = mkdtempSync(join(tmpdir(), 'tallyline-documents-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** 30 in each run; `TALLYLINE_DOCUMENTS=300` for more. */
const count = Number(process.env['TALLYLINE_DOCUMENTS'] ?? 30);

const issue: Issue = {
  number: 'F2026-000123',
  issueDate: '2026-11-02',
  isDraft: false,
  preceding: [{ number: 'F2026-000100', issueDate: '2026-10-02' }],
};

/** A month of a contract drawn by chance, as a document. */
function drawn(seed: number): MadeDocument {
  const random = draw(seed);
  const contract = withParticulars(random.contract);
  const event = decodeInvoiceReady(eventOf(contract, invoiceOf({ ...random, contract })));
  if (event === null) throw new Error(`seed ${seed}: no event`);
  return makeDocument(event, issue, seed % 2 === 0 ? 'en' : 'fr');
}

const monthly = "lines: [{ id: A, model: fixed, amount: '1500.55' }]\n";
const forms: Readonly<Record<string, string>> = {
  'a credit note': "lines: [{ id: A, model: fixed, amount: '-100.00' }]\n",
  'self-billed': `invoicing: { selfBilled: true }\n${monthly}`,
  'a self-billed credit note':
    "invoicing: { selfBilled: true }\nlines: [{ id: A, model: fixed, amount: '-100.00' }]\n",
  'reverse charge': `vat: { category: AE, rate: '0', reason: Autoliquidation }\n${monthly}`,
  'out of scope': `vat: { category: O, rate: '0', reason: Hors champ }\n${monthly}`,
  'two rates, a discount for early payment': `
payment: { days: 45, count: fromMonthEnd, discounts: [{ days: 10, rate: '0.02' }] }
lines:
  - { id: A, model: fixed, amount: '1000.00' }
  - { id: B, model: fixed, amount: '500.55', vat: { category: S, rate: '10' } }
`,
  'dollars with VAT in euros': `
currency: USD
conversions: [{ use: tax, currency: EUR, source: ECB, rates: { 2026-03: { date: 2026-03-31, rate: '0.92' } } }]
${monthly}`,
  'a minimum alone': "lines: [{ id: A, model: fixed, amount: '0.00' }]\nlimits: { monthlyMin: '900.00' }\n",
};

/** March of a contract of that text, as a document. */
function formed(yaml: string): InvoiceDocument {
  const contract = withParticulars(contractOf(yaml));
  const march = price(contract, { contract: contract.id, period: '2026-03', quantities: new Map() });
  const event = decodeInvoiceReady(eventOf(contract, march));
  const made = event === null ? null : makeDocument(event, issue, 'fr');
  if (made === null || !('document' in made)) throw new Error(JSON.stringify(made));
  return made.document;
}

/** What the validator says against the files; no warning is allowed. */
async function wrongIn(validator: Mustang, files: readonly string[]): Promise<string[]> {
  const reports = await validate(validator, files);
  return files.flatMap((file) => {
    const report = reports.get(file);
    const found = report === undefined ? ['no report'] : report.messages;
    const all = report?.isValid === false ? ['it is not valid', ...found] : found;
    return all.map((message) => `${basename(file)}: ${message}`);
  });
}

describeWith([mustang], (validator) => {
  describe('The validator', () => {
    it('sees a cent and an absent note, so that what it says of other documents counts', async () => {
      const made = drawn(1);
      if (!('document' in made)) throw new Error('seed 1 charges nothing');
      const { document } = made;
      const notes = document.notes.filter(({ subjectCode }) => subjectCode !== 'PMT');
      const [group] = document.vat;
      const dearer = (amount: string): string => new Decimal(amount).plus('0.01').toFixed(2);
      const vat = group === undefined ? [] : [{ ...group, tax: dearer(group.tax) }];
      const { totals } = document;
      const wrong = {
        ...document,
        vat,
        totals: { ...totals, vat: dearer(totals.vat), gross: dearer(totals.gross) },
      };
      const files = [{ ...document, notes }, wrong].map((each, index) => {
        const file = join(directory, `wrong-${index}.xml`);
        writeFileSync(file, ciiXml(each));
        return file;
      });
      const reports = await validate(validator, files);
      const [first, second] = files.map((file) => reports.get(file)?.messages.join('; '));
      expect(first).toContain('BR-FR-05');
      expect(second).toContain('Arithmetical issue');
    }, 300_000);
  });

  describe('Documents of each form', () => {
    it('are valid, without a warning', async () => {
      const files = Object.entries(forms).map(([name, yaml]) => {
        const file = join(directory, `${name.replaceAll(/\W/g, '-')}.xml`);
        writeFileSync(file, ciiXml(formed(yaml)));
        return file;
      });
      expect(await wrongIn(validator, files)).toEqual([]);
    }, 600_000);
  });

  describe('Documents of random contracts', () => {
    it(
      'are valid, without a warning',
      async () => {
        const made = Array.from({ length: count }, (_, index) => [index + 1, drawn(index + 1)] as const);
        const refused = made.flatMap(([seed, result]) => ('document' in result ? [] : [{ seed, ...result }]));
        // Nothing was charged in that month: there is no other reason.
        expect(refused).toEqual(
          refused.map(({ seed }) => ({ seed, refused: { code: 'nothing-to-invoice' } })),
        );
        const files = made.flatMap(([seed, result]) => {
          if (!('document' in result)) return [];
          const file = join(directory, `${seed}.xml`);
          writeFileSync(file, ciiXml(result.document));
          return [file];
        });
        expect(files.length).toBeGreaterThan(count / 2);
        expect(await wrongIn(validator, files)).toEqual([]);
      },
      300_000 + count * 10_000,
    );
  });
});
