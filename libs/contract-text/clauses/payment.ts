import type { Contract } from '#domain/contract/contract.js';
import { dueText } from '../due-text.js';
import type { Phrasebook } from '../phrasebook.js';
import { plainClause, type Article, type Clause } from './document.js';

/** How invoices are paid; no clauses where the contract says nothing of it. */
export function paymentArticle(contract: Contract, speech: Phrasebook): Article {
  const { t } = speech;
  return {
    title: t('Payment', 'Paiement'),
    clauses: [
      ...paymentClause(contract, speech),
      ...ordersClause(contract, speech),
      ...conversionsClause(contract, speech),
      ...invoicingClauses(contract, speech),
    ],
  };
}

function paymentClause({ payment }: Contract, speech: Phrasebook): Clause[] {
  if (payment === undefined) return [];
  const { t, percent } = speech;
  const items = payment.discounts.map(({ days, rate }) =>
    t(
      `${percent(rate)} less of what is to be paid with VAT where it is paid within ${days} days; what is charged, and what VAT is computed from, ` +
        'change only then',
      `${percent(rate)} d'escompte sur le montant TTC en cas de paiement sous ${days} jours ; le montant facturé et sa ` +
        "assiette de TVA ne changent qu'alors",
    ),
  );
  const due = dueText(payment, speech);
  return [{ id: 'payment', text: t(`Invoices are paid ${due}.`, `Les factures sont payées ${due}.`), items }];
}

function ordersClause({ purchaseOrders = [] }: Contract, { t, ofPeriod, money }: Phrasebook): Clause[] {
  if (purchaseOrders.length === 0) return [];
  const items = purchaseOrders.map(({ number, from, to, limit }) => {
    const months =
      to === null
        ? t(`from ${from} on`, `à compter de ${from}`)
        : t(`${from} to ${to}`, `de ${from} à ${to}`);
    if (limit === null) return `${number}: ${months}`;
    const most = money(limit);
    const beyond = ofPeriod(
      'a month that goes beyond it comes with a warning',
      'un mois qui le dépasse est signalé',
    );
    return t(
      `${number}: ${months}, for ${most} without VAT in all; ${beyond}`,
      `${number}: ${months}, pour ${most} hors TVA en tout ; ${beyond}`,
    );
  });
  return [{ id: 'purchaseOrders', text: t('Purchase orders:', 'Bons de commande :'), items }];
}

function conversionsClause({ conversions = [], currency }: Contract, { t, ofPeriod }: Phrasebook): Clause[] {
  return conversions.map(({ use, currency: other, source }) => {
    const why =
      use === 'tax'
        ? t(`VAT is owed in ${other}`, `la TVA est due en ${other}`)
        : t(`the books are kept in ${other}`, `la comptabilité est tenue en ${other}`);
    const ofMonth = ofPeriod('the month', 'du mois');
    return plainClause(
      `conversion ${other}`,
      t(
        `Invoices are in ${currency}; ${why}, so their totals are shown in ${other} too, at the rate of ${ofMonth} by ` +
          `${source}, which each invoice names with its date.`,
        `Les factures sont en ${currency} ; ${why}, leurs totaux sont donc aussi donnés en ${other}, au cours ${ofMonth} ` +
          `publié par ${source}, que chaque facture indique avec sa date.`,
      ),
    );
  });
}

/** What invoices say beside what is charged. */
function invoicingClauses({ invoicing }: Contract, { t }: Phrasebook): Clause[] {
  if (invoicing === undefined) return [];
  const { contractNumber, project, tender, selfBilled, vatDue, notes = {} } = invoicing;
  const named: readonly (readonly [string | undefined, string])[] = [
    [contractNumber, t('contract number', 'numéro de contrat')],
    [project, t('project', 'projet')],
    [tender, t('tender', 'marché')],
    [notes.recoveryCosts, t('costs of recovery', 'frais de recouvrement')],
    [notes.latePayment, t('late payment', 'retard de paiement')],
    [notes.earlyPayment, t('early payment', 'escompte')],
    ...(notes.others ?? []).map((note) => [note, t('note', 'mention')] as const),
  ];
  const items = [
    ...named.flatMap(([value, name]) => (value === undefined ? [] : [`${name}${t(':', ' :')} ${value}`])),
    ...(selfBilled === true
      ? [
          t(
            'the client issues them in the name and for the account of the provider (self-billing)',
            'le client les émet au nom et pour le compte du prestataire (autofacturation)',
          ),
        ]
      : []),
    ...(vatDue === undefined
      ? []
      : [
          vatDue === 'onInvoice'
            ? t('VAT is due with the invoice', 'TVA acquittée sur les débits')
            : t('VAT is due on payment', "TVA exigible à l'encaissement"),
        ]),
  ];
  return [{ id: 'invoicing', text: t('Invoices say:', 'Les factures indiquent :'), items }];
}
