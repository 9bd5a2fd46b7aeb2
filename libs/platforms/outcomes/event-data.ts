import type { OutcomeRecorded } from '#domain/fact/fact.js';
import { type OutcomeFields, placeFields } from '#domain/outcome/fields.js';
import type { Warning } from '../warning.js';
import { mayIdentifyCustomer } from './identifiers.js';

type Data = OutcomeRecorded['data'];

/**
 * What an event says beside who and where: the fields of its name as they were read, and whatever else is a
 * short scalar. Of what nobody declared nothing is kept that may name a customer; declared in the catalogue
 * it would be.
 *
 * @param told the data as sent; @param read its declared fields, checked
 */
export function dataOf(
  told: Readonly<Record<string, unknown>>,
  fields: OutcomeFields,
  read: Readonly<Record<string, unknown>>,
  country: string | null,
  warnings: Warning[],
): Data {
  const data: Record<string, string | number | boolean> = {};
  for (const key of Object.keys(fields)) {
    const value = read[key];
    if (isScalar(value) && value !== '') data[key] = value;
  }
  let extras = 0;
  for (const [key, value] of Object.entries(told)) {
    if (Object.hasOwn(fields, key) || isPlace(key) || value === null || value === '') continue;
    const fault = extras === mostExtras ? 'too-many-fields' : extraFault(key, value, country);
    if (fault !== null) {
      // the name stands in the value: whoever counts warnings counts them by field
      warnings.push({
        code: 'field-dropped',
        field: 'data',
        value: `${fieldName.test(key) ? key : '*'} ${fault}`,
      });
    } else if (isScalar(value)) {
      data[key] = value;
      extras += 1;
    }
  }
  return data;
}

const mostExtras = 50;
const fieldName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Why an undeclared field is left out; null: it is kept. */
function extraFault(key: string, value: unknown, country: string | null): string | null {
  if (!fieldName.test(key)) return 'not-a-name';
  if (!isScalar(value)) return 'not-a-scalar';
  if (typeof value === 'boolean') return null;
  const text = String(value);
  if (text.length > 256) return 'too-long';
  return mayIdentifyCustomer(text, country) ? 'may-name-a-customer' : null;
}

function isPlace(key: string): boolean {
  return (placeFields as readonly string[]).includes(key);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
