import { type CountryCode, Metadata, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import plansOfTheWorld from 'libphonenumber-js/max/metadata';

/**
 * The numbering plan of a country: which digits are a number there, how one dials abroad, and which trunk
 * prefix stands before national numbers. From libphonenumber-js, whose version is part of the catalogue's.
 */
export interface NumberingPlan {
  /** What is dialled before an international number: 00, in North America 011. */
  readonly international: RegExp;
  /** What stands before a national number and is not dialled from abroad: 0 in France, null in Spain. */
  readonly trunkPrefix: string | null;
  /** E.164 digits of a number as it is dialled within the country; null: the plan has no such number. */
  nationalDigits(number: string): string | null;
}

/** null: no country has this calling code. */
export function numberingPlan(callingCode: string): NumberingPlan | null {
  let plan = plans.get(callingCode);
  if (plan === undefined) plans.set(callingCode, (plan = readPlan(callingCode)));
  return plan;
}

/** Whether the digits after the `+` are a number that some country has given out. */
export function isInternational(digits: string): boolean {
  return validDigits(`+${digits}`) !== null;
}

/** The digits after the calling code; null: of no country. */
export function nationalNumber(digits: string): string | null {
  return (
    parsePhoneNumberFromString(`+${digits}`, { extract: false }, plansOfTheWorld)?.nationalNumber ?? null
  );
}

/** The main country of a calling code comes first. */
const countriesByCallingCode: Readonly<Record<string, readonly CountryCode[]>> =
  plansOfTheWorld.country_calling_codes;

const plans = new Map<string, NumberingPlan | null>();

function readPlan(callingCode: string): NumberingPlan | null {
  const [country] = countriesByCallingCode[callingCode] ?? [];
  if (country === undefined) return null;
  const metadata = new Metadata(plansOfTheWorld);
  metadata.selectNumberingPlan(country);
  const plan = metadata.numberingPlan as unknown as PlanFields | undefined;
  // what a plan does not have is 0 there, not text
  const trunkPrefix = plan?.nationalPrefix();
  const abroad = plan?.IDDPrefix();
  return {
    international: new RegExp(`^(?:${typeof abroad === 'string' ? abroad : '00'})`),
    trunkPrefix: typeof trunkPrefix === 'string' ? trunkPrefix : null,
    nationalDigits: (number) => validDigits(number, callingCode),
  };
}

/** Members that the package has and its types leave out. */
interface PlanFields {
  nationalPrefix(): unknown;
  IDDPrefix(): unknown;
}

function validDigits(number: string, defaultCallingCode?: string): string | null {
  const options = { extract: false, ...(defaultCallingCode !== undefined && { defaultCallingCode }) };
  const parsed = parsePhoneNumberFromString(number, options, plansOfTheWorld);
  return parsed?.isValid() === true ? parsed.number.slice(1) : null;
}
