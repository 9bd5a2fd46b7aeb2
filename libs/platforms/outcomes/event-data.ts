import type { OutcomeRecorded } from '#domain/fact/fact.js';
import { type OutcomeFields, placeFields } from '#domain/outcome/fields.js';
import { cleanText } from '../field-schemas.js';
import { mayIdentifyCustomer } from '../identifying-text.js';
import type { Warning } from '../warning.js';

type Data = OutcomeRecorded['data'];

/**
 * The data of an event without programme, queue, agent, contact and customer: the defined fields of its type,
 * and every other short scalar. An undefined field that may identify a customer is dropped; one that the
 * catalogue defines is kept.
 *
 * @param sent the data as sent; @param read its defined fields, checked
 */
export function dataOf(
  sent: Readonly<Record<string, unknown>>,
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
  for (const [key, value] of Object.entries(sent)) {
    if (Object.hasOwn(fields, key) || isPlace(key) || value === null || value === '') continue;
    const fault = extras === maxExtras ? 'too-many-fields' : extraFault(key, value, country);
    if (fault !== null) {
      // the name is in the value, because warnings are counted by field
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

const maxExtras = 50;
const fieldName = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/;

/** Why an undefined field is dropped; null: it is kept. */
function extraFault(key: string, value: unknown, country: string | null): string | null {
  if (!fieldName.test(key)) return 'not-a-name';
  if (!isScalar(value)) return 'not-a-scalar';
  if (typeof value === 'boolean') return null;
  const text = String(value);
  if (text.length > 256) return 'too-long';
  if (!cleanText.test(text)) return 'not-clean-text';
  return mayIdentifyCustomer(text, country) ? 'may-name-a-customer' : null;
}

function isPlace(key: string): boolean {
  return (placeFields as readonly string[]).includes(key);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}
