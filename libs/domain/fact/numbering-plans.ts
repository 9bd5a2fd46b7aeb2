/**
 * The library of numbering plans by which phone numbers become customers, with its version. It is part of the
 * catalogue's version: where the plans of two installations differ, so may the customers of their contacts.
 */
export const numberingPlans = 'libphonenumber-js 1.13.16';
