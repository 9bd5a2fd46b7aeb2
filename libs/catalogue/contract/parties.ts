import { z } from 'zod';
import type { Contract } from '#domain/contract/contract.js';
import { businessProcesses } from '#domain/contract/invoicing.js';
import { fault, type Fault } from '../fault.js';
import { refusal, strict } from '../zod-faults.js';

/** Who the parties are, and what invoices say beside what is charged. */

const text = z.string().min(1).max(1000);

const electronicAddress = strict({
  scheme: z.string().regex(/^([0-9]{4}|EM|A[NQSU])$/, 'must be a code of the list EAS such as 0225'),
  id: z.string().min(1).max(125),
});

const address = strict({ street: text, more: text.optional(), postcode: text, city: text });

export const party = strict({
  name: z.string().min(1),
  siren: z
    .string()
    .regex(/^\d{9}$/, 'must be 9 digits')
    .nullable()
    .default(null),
  vatId: z.string().min(4).nullable().default(null),
  countryCode: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters such as FR'),
  purchaseOrder: z.string().nullable().default(null),
  accountingRef: z.string().nullable().default(null),
  siret: z
    .string()
    .regex(/^\d{14}$/, 'must be 14 digits')
    .optional(),
  legalForm: text.optional(),
  address: address.optional(),
  electronicAddress: electronicAddress.optional(),
  iban: z
    .string()
    .transform((written) => written.replaceAll(' ', ''))
    .refine(isIban, refusal('implausible-value', 'is no IBAN: its check digits do not fit the others'))
    .optional(),
  bic: z
    .string()
    .regex(/^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$/, 'must be a BIC of 8 or 11 letters and digits')
    .optional(),
  reference: text.optional(),
});

export const invoicingTerms = strict({
  contractNumber: text.optional(),
  project: text.optional(),
  tender: text.optional(),
  selfBilled: z.boolean().optional(),
  process: z.enum(businessProcesses).optional(),
  vatDue: z.enum(['onInvoice', 'onPayment']).optional(),
  notes: strict({
    recoveryCosts: text.optional(),
    latePayment: text.optional(),
    earlyPayment: text.optional(),
    others: z.array(text).optional(),
  }).optional(),
}).optional();

/** Numbers of one party that cannot all be right. */
export function partyFaults(contract: Pick<Contract, 'seller' | 'buyer'>): Fault[] {
  return (['seller', 'buyer'] as const).flatMap((name): Fault[] => {
    const { siren, siret, electronicAddress: electronic } = contract[name];
    const faults: Fault[] = [];
    if (siren !== null && siret?.startsWith(siren) === false) {
      const message = `${siret} must begin with the siren ${siren}`;
      faults.push(fault('implausible-value', [name, 'siret'], message));
    }
    if (electronic?.scheme === '0225' && siren !== null && !electronic.id.startsWith(siren)) {
      const message = `${electronic.id} must begin with the siren ${siren}, as addresses of scheme 0225 do`;
      faults.push(fault('implausible-value', [name, 'electronicAddress', 'id'], message));
    }
    return faults;
  });
}

/** ISO 13616: the country and check digits to the end, letters as 10 to 35, leave 1 by 97. */
function isIban(written: string): boolean {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(written)) return false;
  const turned = written.slice(4) + written.slice(0, 4);
  const digits = turned.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}
