import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contract } from '#test/journeys/worked-cases/centre.js';
import { Commanded } from '#test/journeys/worked-cases/commanded.js';
import { calls, paris } from '#test/journeys/worked-cases/work.js';

const terms = `
measures: { contacts: { kind: count, of: handled } }
lines: [{ id: L1, name: Calls, model: perUnit, measure: contacts, price: '2.35' }]
`;
/** What the parties did not write down before the first close. */
const particulars = `
payment: { days: 30, count: fromInvoice }
invoicing: { notes: { recoveryCosts: '40 EUR.', latePayment: 3 x legal rate., earlyPayment: none. } }
`;

function complete(text: string): string {
  const address = (siren: string): string =>
    `address: { street: 1 rue Basse, postcode: '69002', city: Lyon }, electronicAddress: { scheme: '0225', id: '${siren}' }`;
  return text
    .replace('vatId: FR12123456789', `vatId: FR12123456789, ${address('123456789')}`)
    .replace('vatId: FR98987654321', `vatId: FR98987654321, ${address('987654321')}`);
}

describe('tallyline invoice', () => {
  const centre = new Commanded([contract('calls', terms)]);
  beforeAll(async () => {
    await centre.deliver(
      calls(
        Array.from({ length: 40 }, (_, index) => ({
          at: paris('2026-03-02T09:00') + index * 120_000,
          talkS: 60,
        })),
      ),
    );
    await centre.close('calls', '2026-03');
  }, 120_000);
  afterAll(() => centre.remove());

  const xml = (...flags: readonly string[]) => centre.run('invoice', 'xml', 'calls/2026-03', ...flags);

  it('says what is absent, and makes the document once that is in force, without another close', async () => {
    const before = await xml();
    expect(before.code).toBe(20);
    expect(before.stderr).toContain('seller.address');
    expect(before.stderr).toContain('(absent-particulars)');

    await centre.amend([complete(contract('calls', `${terms}${particulars}`))]);
    const { code, stdout } = await xml('--number', 'F2026-1', '--issue-date', '2026-04-03');
    expect(code).toBe(0);
    // 40 x 2.35 = 94.00, and 20 %
    expect(stdout).toContain('<ram:ID>F2026-1</ram:ID>');
    expect(stdout).toContain('<ram:LineTotalAmount>94.00</ram:LineTotalAmount>');
    expect(stdout).toContain('<ram:GrandTotalAmount>112.80</ram:GrandTotalAmount>');
    expect(stdout).toContain('<udt:DateTimeString format="102">20260503</udt:DateTimeString>');
    expect((await xml('--number', 'F2026-1', '--issue-date', '2026-04-03')).stdout).toBe(stdout);
  }, 120_000);

  it('is a draft that says so, where no number is given, and a file where one is asked for', async () => {
    const out = join(centre.data, 'draft.xml');
    const { code, stdout } = await xml('--out', out, '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { typeCode: '380', totalWithVat: '112.80' }]);
    expect(readFileSync(out, 'utf8')).toContain('DRAFT: no invoice');
  }, 60_000);

  it('is made of the file of an event, and refuses another file, a number without a date, a date that is none', async () => {
    const { text } = await centre.close('calls', '2026-03');
    const file = join(centre.data, 'event.json');
    writeFileSync(file, text);
    // the event itself says that the address was absent at the close
    expect((await centre.run('invoice', 'xml', '--event', file)).code).toBe(20);
    writeFileSync(file, '{}');
    expect((await centre.run('invoice', 'xml', '--event', file)).code).toBe(2);
    expect((await xml('--number', 'F1')).code).toBe(2);
    expect((await xml('--number', 'F1', '--issue-date', '2026-02-30')).code).toBe(20);
    expect((await xml('--original', 'F1')).code).toBe(2);
  }, 120_000);
});
