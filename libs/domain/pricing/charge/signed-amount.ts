/**
 * An amount below 0 (a credit that is agreed) is charged as a negative quantity: no price is negative (EN
 * 16931 BR-27).
 */
export function signOf(amount: string): 1 | -1 {
  return amount.startsWith('-') ? -1 : 1;
}

export function unsigned(amount: string): string {
  return amount.replace(/^-/, '');
}
