import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { absentParticulars } from '#domain/contract/absent-particulars.js';
import { price } from '#domain/pricing/price.js';
import { eventOf } from '#wire/event-of.fixture.js';
import { decodeInvoiceReady } from '#wire/invoice-ready.js';
import { contractOf, faultsOf } from './contract-yaml.fixture.js';

const page = readFileSync(new URL('../../../docs/invoice-documents.md', import.meta.url), 'utf8');
const written = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, block = '']) => block).join('');
const lines = "lines: [{ id: A, model: fixed, amount: '1000.00' }]\n";

describe('Parties and notes, from the contract to the event', () => {
  const contract = contractOf(written + lines);
  const march = price(contract, { contract: contract.id, period: '2026-03', quantities: new Map() });
  const event = decodeInvoiceReady(eventOf(contract, march));

  it('have the terms of EN 16931', () => {
    expect(event?.data).toMatchObject({
      absent: [],
      typeCode: '380',
      businessProcess: 'S1',
      contractReference: 'CT-2026-017',
      buyerReference: 'SERVICE-42',
      projectReference: 'Horizon',
      tenderOrLotReference: 'AO-2025-9',
      vatPointDateCode: '72',
      seller: {
        name: 'Atelier Relation Client',
        legalRegistrationIdentifier: '123456782',
        establishmentIdentifier: '12345678200019',
        additionalLegalInformation: 'SAS au capital de 50 000 EUR, RCS Lyon',
        postalAddress: { line1: '12 rue de la Paix', postCode: '69002', city: 'Lyon' },
        electronicAddress: { scheme: '0225', identifier: '123456782' },
        paymentAccount: { identifier: 'FR7630006000011234567890189' },
      },
      buyer: { postalAddress: { line1: '1 place Bellecour', line2: 'Bâtiment B' } },
    });
    expect(event?.data.invoiceNotes.map(({ subjectCode }) => subjectCode)).toEqual([
      'PMT',
      'PMD',
      'AAB',
      'BAR',
      undefined,
    ]);
  });

  it('come with the end of the period as the time of the event', () => {
    // Paris leaves winter time on 29 March 2026: April begins at 22:00 UTC
    expect(event?.time).toBe('2026-03-31T22:00:00.000Z');
  });

  it('are named as absent, where a document needs them', () => {
    const bare = contractOf(lines);
    const bareMarch = price(bare, { contract: bare.id, period: '2026-03', quantities: new Map() });
    expect(decodeInvoiceReady(eventOf(bare, bareMarch))?.data.absent).toEqual([
      'seller.siren',
      'seller.address',
      'seller.electronicAddress',
      'buyer.siren',
      'buyer.address',
      'buyer.electronicAddress',
      'invoicing.notes.recoveryCosts',
      'invoicing.notes.latePayment',
      'invoicing.notes.earlyPayment',
      'payment',
    ]);
    const { seller, buyer, ...rest } = bare;
    const foreign = { ...rest, seller: { ...seller, countryCode: 'DE', vatId: null }, buyer };
    expect(absentParticulars(foreign, ['S'])).toEqual([
      'seller.address',
      'seller.vatId',
      'buyer.address',
      'payment',
    ]);
    const without = { ...foreign, buyer: { ...buyer, vatId: null } };
    expect(absentParticulars(without, ['O'])).toEqual(['seller.address', 'buyer.address', 'payment']);
    expect(absentParticulars(without, ['AE'])).toContain('buyer.vatId');
  });

  it('say by the type that the buyer issues the invoice', () => {
    const own = contractOf(`invoicing: { selfBilled: true }\n${lines}`);
    const invoice = price(own, { contract: own.id, period: '2026-03', quantities: new Map() });
    expect(decodeInvoiceReady(eventOf(own, invoice))?.data.typeCode).toBe('389');
    const credit = contractOf(
      "invoicing: { selfBilled: true }\nlines: [{ id: A, model: fixed, amount: '-10.00' }]\n",
    );
    const owed = price(credit, { contract: credit.id, period: '2026-03', quantities: new Map() });
    expect(decodeInvoiceReady(eventOf(credit, owed))?.data.typeCode).toBe('261');
  });

  it('are refused where their numbers contradict each other', () => {
    const wrong = written
      .replace('12345678200019', '98765432100019')
      .replace("scheme: '0225', id: '123456782'", "scheme: '0225', id: '123'")
      .replace('FR76 3000', 'FR77 3000');
    expect(faultsOf(wrong + lines)).toEqual([
      expect.stringContaining('seller.iban: is no IBAN'),
      expect.stringContaining('seller.siret: 98765432100019 must begin with the siren 123456782'),
      expect.stringContaining('seller.electronicAddress.id: 123 must begin with the siren 123456782'),
    ]);
  });
});
