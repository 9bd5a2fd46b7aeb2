import type { Period } from '#domain/period/period.js';

/** By when an invoice is paid; nothing in it changes what is charged. */
export interface PaymentTerms {
  readonly days: number;
  /**
   * From the date of the invoice; from the end of its month on; or from its date, and then up to the end of
   * the month reached.
   */
  readonly count: 'fromInvoice' | 'fromMonthEnd' | 'toMonthEnd';
  /** Early-payment discounts (Skonto, escompte): the sooner, the more. */
  readonly discounts: readonly PaymentDiscount[];
}

export interface PaymentDiscount {
  /** Paid within so many days of the date of the invoice. */
  readonly days: number;
  /** Ratio of the total with VAT. */
  readonly rate: string;
}

/** The buyer's order (BT-13) for the months from the first to the last, both included; null: open. */
export interface PurchaseOrder {
  readonly number: string;
  readonly from: Period;
  readonly to: Period | null;
  /** Amount without VAT, in the currency of the contract, up to which it was given. */
  readonly limit: string | null;
}

/** Another currency in which amounts are shown; the invoice stays in that of the contract. */
export interface Conversion {
  /** `tax`: that in which the seller owes VAT (BT-6); `accounting`: that of someone's books. */
  readonly use: 'tax' | 'accounting';
  readonly currency: string;
  /** Who publishes the rates. */
  readonly source: string;
  /** By month. */
  readonly rates: Readonly<Record<Period, ConversionRate>>;
}

export interface ConversionRate {
  /** Of the rate, `YYYY-MM-DD`. */
  readonly date: string;
  /** Units of the other currency for one of the contract's. */
  readonly rate: string;
}
