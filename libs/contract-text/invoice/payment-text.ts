import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import type { Wording } from '../phrasebook.js';
import { dueText } from '../due-text.js';

type Data = InvoiceReadyEvent['data'];

/**
 * By when and by which order it is paid, and what it is in other currencies; nothing where nothing is said.
 */
export function paymentText(
  { paymentTerms, conversions = [], purchaseOrderReference, currencyCode }: Data,
  wording: Wording,
): string[] {
  const { t, number, percent } = wording;
  const order =
    purchaseOrderReference === null
      ? []
      : [t(`purchase order ${purchaseOrderReference}`, `bon de commande ${purchaseOrderReference}`)];
  const due =
    paymentTerms === undefined ? [] : [t('to be paid', 'à payer') + ` ${dueText(paymentTerms, wording)}`];
  const discounts = (paymentTerms?.discounts ?? []).map(({ days, rate, total, groups }) => {
    const parts = groups.map(({ vat, taxableAmount, taxAmount }) => {
      const [net, tax] = [number(taxableAmount.amount), number(taxAmount.amount)];
      return `${vat.categoryCode} ${number(vat.rate)} %${t(':', ' :')} ${net} + ${tax}`;
    });
    const off = `${number(total.amount)} ${currencyCode}`;
    return t(
      `  paid within ${days} days: ${percent(rate)} less, ${off} (${parts.join('; ')})`,
      `  payé sous ${days} jours : ${percent(rate)} d'escompte, ${off} (${parts.join(' ; ')})`,
    );
  });
  const converted = conversions.map(
    ({ use, currency, source, date, rate, totalWithoutVat, totalVat, totalWithVat }) => {
      const [net, tax, gross] = [totalWithoutVat, totalVat, totalWithVat].map(({ amount }) => number(amount));
      const at = t(
        `1 ${currencyCode} = ${number(rate)} ${currency}, ${source}, ${date}`,
        `1 ${currencyCode} = ${number(rate)} ${currency}, ${source}, ${date}`,
      );
      const why =
        use === 'tax' ? t('VAT is owed in', 'TVA due en') : t('for the books in', 'comptabilisé en');
      return t(
        `${why} ${currency}: ${net} + VAT ${tax} = ${gross} (${at})`,
        `${why} ${currency} : ${net} + TVA ${tax} = ${gross} (${at})`,
      );
    },
  );
  const lines = [
    ...(paymentTerms === undefined && converted.length === 0 ? [] : order),
    ...due,
    ...discounts,
  ];
  return lines.length + converted.length === 0 ? [] : ['', ...lines, ...converted];
}
