import type { PaymentTerms } from '#domain/contract/payment.js';
import type { Wording } from './phrasebook.js';

/** By when an invoice is to be paid. */
export function dueText({ days, count }: Pick<PaymentTerms, 'days' | 'count'>, { t }: Wording): string {
  switch (count) {
    case 'fromInvoice':
      return t(
        `within ${days} days of the date of the invoice`,
        `sous ${days} jours à compter de la date de la facture`,
      );
    case 'fromMonthEnd':
      return t(
        `within ${days} days of the end of the month of the invoice`,
        `sous ${days} jours à compter de la fin du mois de la facture`,
      );
    case 'toMonthEnd':
      return t(
        `by the end of the month in which ${days} days from the date of the invoice end`,
        `à la fin du mois où expirent ${days} jours à compter de la date de la facture`,
      );
  }
}
