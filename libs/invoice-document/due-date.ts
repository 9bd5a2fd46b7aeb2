import { dueText } from '#contract-text/due-text.js';
import type { Wording } from '#contract-text/phrasebook.js';
import type { PaymentTerms } from '#domain/contract/payment.js';
import type { Data } from './document.js';

/** BT-9 of an invoice of that day. */
export function dueDate(issueDate: string, { days, count }: Pick<PaymentTerms, 'days' | 'count'>): string {
  const issued = new Date(`${issueDate}T00:00:00Z`);
  switch (count) {
    case 'fromInvoice':
      return dayOf(daysAfter(issued, days));
    case 'fromMonthEnd':
      return dayOf(daysAfter(monthEnd(issued), days));
    case 'toMonthEnd':
      return dayOf(monthEnd(daysAfter(issued, days)));
  }
}

/** BT-20: by when, and what early payment takes off. */
export function paymentTermsText({ paymentTerms, currencyCode, seller }: Data, wording: Wording): string {
  if (paymentTerms === undefined) return '';
  const { t, number, percent } = wording;
  const discounts = paymentTerms.discounts.map(({ days, rate, total }) => {
    const off = `${number(total.amount)} ${currencyCode}`;
    return t(
      `Paid within ${days} days: ${percent(rate)} less, ${off}.`,
      `Payé sous ${days} jours : escompte de ${percent(rate)}, ${off}.`,
    );
  });
  // XRechnung reads discounts in a form of its own (BR-DE-18)
  const structured =
    seller.countryCode === 'DE' && paymentTerms.note !== '' ? [`\n${paymentTerms.note}`] : [];
  return [
    `${t('To be paid', 'À payer')} ${dueText(paymentTerms, wording)}.`,
    ...discounts,
    ...structured,
  ].join(' ');
}

function daysAfter(date: Date, days: number): Date {
  return new Date(date.getTime() + days * 86_400_000);
}

function monthEnd(date: Date): Date {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}
