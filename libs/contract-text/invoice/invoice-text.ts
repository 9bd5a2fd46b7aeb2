import { balanceText, creditText } from '../commitment-words.js';
import { entryName, noteText, partName } from '../entry-name.js';
import { withMinorUnit, wording, type Lang, type Phrase, type Wording } from '../phrasebook.js';
import { Decimal } from '#domain/money/money.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { table } from '../table.js';
import { omissionLines } from './omissions-text.js';
import { paymentText } from './payment-text.js';

type Data = InvoiceReadyEvent['data'];

/** An invoice-ready event as a person reads it. `width`: characters a line of a table may have. */
export function invoiceText(event: string, lang: Lang = 'en', width = Infinity): string {
  const ready = decodeInvoiceReady(event);
  if (ready === null) throw new Error('this is no invoice-ready event');
  const { data } = ready;
  const words = wording(lang);
  const { t } = words;
  const { startDate, endDate } = data.invoicingPeriod;
  const days = `${startDate} ${t('to', 'au')} ${endDate}, ${data.timeZone}`;
  const columns = [
    t('line', 'ligne'),
    t('what', 'objet'),
    t('quantity', 'quantité'),
    t('unit', 'unité'),
    t('price', 'prix'),
    t('amount', 'montant'),
  ];
  const title = t('Invoice-ready', 'À facturer :');
  return [
    `${title} ${data.contract}, ${data.period} (${days})${revisionText(data, words)}`,
    `${data.seller.name} ${t('to', 'à')} ${data.buyer.name}, id ${ready.id}`,
    ...adjustsText(data, words),
    '',
    table(
      columns,
      [
        ...data.lines.map((line) => lineRow(line, words)),
        ...data.allowancesAndCharges.map((each) => allowanceOrChargeRow(each, words)),
      ],
      { left: [0, 1, 3], width },
    ),
    ...remarksOf(data, words),
    '',
    table(['', data.currencyCode], totalRows(data, words)),
    ...paymentText(data, words),
    ...restatedText(data, words),
  ].join('\n');
}

/**
 * What an invoice-ready event says beside its lines and totals, a sentence each: what it corrects and why,
 * where commitments and credits stand, what was left out, how it is paid.
 */
export function invoiceRemarks({ data }: InvoiceReadyEvent, lang: Lang): string[] {
  const words = wording(lang);
  return [
    ...adjustsText(data, words),
    ...remarksOf(data, words),
    ...paymentText(data, words),
    ...restatedText(data, words),
  ]
    .map((text) => text.trim())
    .filter((text) => text !== '');
}

function remarksOf(data: Data, words: Wording): string[] {
  const { t, lang } = words;
  return [
    ...data.notes.map(
      ({ clause, message }) =>
        `${t('note on', 'remarque sur')} ${clause}${t(':', ' :')} ${noteText(message, words)}`,
    ),
    ...data.commitments.map(
      (balance) => `${t('commitment', 'engagement')} ${balanceText(balance, words, data.currencyCode)}`,
    ),
    ...(data.credits ?? []).map((credit) => `${t('credit', 'avoir')} ${creditText(credit, words)}`),
    ...(data.provisional ?? []).map((each) => provisionalText(each, words)),
    ...omissionLines(data.omissions, lang),
  ];
}

/** What may still be taken back, and which invoice charges it. */
function provisionalText(
  { contractLine, period, count, estimatedAmount, chargedIn }: NonNullable<Data['provisional']>[number],
  { t, number }: Wording,
): string {
  const money = `${number(estimatedAmount.amount)} ${estimatedAmount.currency}`;
  return t(
    `provisional ${contractLine}: ${number(String(count))} resolutions of ${period} can still be taken back ` +
      `(estimated ${money}, in no amount here); what held is charged on the invoice of ${chargedIn}`,
    `provisoire ${contractLine} : ${number(String(count))} résolutions de ${period} peuvent encore être reprises ` +
      `(estimation ${money}, dans aucun montant ici) ; celles qui ont tenu sont facturées avec ${chargedIn}`,
  );
}

/** Units of the invoice; time is shown in hours. */
const unitNames: Readonly<Record<Data['lines'][number]['measured']['unitCode'], Phrase>> = {
  SEC: ['s', 's'],
  DAY: ['days', 'jours'],
  MON: ['months', 'mois'],
  C62: ['', ''],
};

function revisionText({ revision, adjusts }: Data, { t }: Wording): string {
  if (adjusts === null) return '';
  return t(` - adjustment, revision ${revision}`, ` - rectification, révision ${revision}`);
}

/** What an adjustment corrects, why, and on which invoice it appears. */
function adjustsText({ adjusts, currencyCode }: Data, { t, number }: Wording): string[] {
  if (adjusts === null) return [];
  const causes = adjusts.causes.map(({ cause, totalWithoutVat }) => {
    const amount = `${number(totalWithoutVat.amount)} ${currencyCode}`;
    return `  - ${t(...causeNames[cause])}${t(':', ' :')} ${amount}`;
  });
  const document = t(...documentNames[adjusts.document]);
  const how = adjusts.carriedBy === null ? document : `${document} ${adjusts.carriedBy}`;
  const text = t(
    `corrects ${adjusts.id}, revision 1; to be settled ${how}; because of`,
    `rectifie ${adjusts.id}, révision 1 ; à régler ${how} ; en raison de`,
  );
  const notPayable = t(
    'paid with that invoice, and never by itself',
    'payé avec cette facture, jamais séparément',
  );
  return [text, ...causes, ...(adjusts.payable === false ? [notPayable] : [])];
}

type Adjusts = NonNullable<Data['adjusts']>;
const causeNames: Readonly<Record<Adjusts['causes'][number]['cause'], Phrase>> = {
  lateEvents: ['events that came after the close', 'événements arrivés après la clôture'],
  maturedVerdicts: [
    'verdicts on first-contact resolution that have matured',
    'verdicts de résolution au premier contact arrivés à maturité',
  ],
  amendment: ['an amendment of the contract', 'un avenant au contrat'],
  mapping: [
    'the catalogue as corrected (queues, agents, programmes)',
    'le catalogue corrigé (files, agents, programmes)',
  ],
  software: ['a change of the program', 'une modification du programme'],
};

const documentNames: Readonly<Record<Adjusts['document'], Phrase>> = {
  nextInvoice: ['on the invoice of', 'sur la facture de'],
  creditNote: ['by a credit note', 'par un avoir'],
  complementaryInvoice: ['by a complementary invoice', 'par une facture complémentaire'],
};

/** The period with this adjustment: what was invoiced before, and what in all. */
function restatedText({ adjusts, totals, period, currencyCode }: Data, { t, number }: Wording): string[] {
  if (adjusts === null) return [];
  const money = (amount: string): string => `${number(amount)} ${currencyCode}`;
  const before = money(adjusts.since.totalWithoutVat.amount);
  const { amount } = totals.totalWithoutVat;
  const sign = amount.startsWith('-') ? '−' : '+';
  const after = money(adjusts.restated.totalWithoutVat.amount);
  const sum = `${before} ${sign} ${money(amount.replace('-', ''))} = ${after}`;
  const text = t(
    `${period} in all, without VAT: invoiced so far and this: ${sum}`,
    `${period} au total, hors TVA : déjà facturé et ceci : ${sum}`,
  );
  return ['', text];
}

/** Which adjustment an entry of another period comes from; empty: it is of the event's own. */
function correctionText({ corrects }: Pick<Data['lines'][number], 'corrects'>, { t }: Wording): string {
  if (corrects === undefined) return '';
  const { period, revision } = corrects;
  return t(
    `correction of ${period}, revision ${revision}`,
    `rectification de ${period}, révision ${revision}`,
  );
}

function lineRow(line: Data['lines'][number], wording: Wording): string[] {
  const { t, number } = wording;
  const part = partName(line.part, wording);
  const what = [
    line.itemName,
    line.calendarRule ?? '',
    ...line.bands,
    line.rate ?? '',
    part,
    correctionText(line, wording),
  ];
  const { unitCode, price, priceBaseQuantity } = line.measured;
  const quantity = new Decimal(line.measured.quantity);
  const per = unitCode === 'SEC' ? priceBaseQuantity : null;
  const isTime = per === '3600';
  const isFte = per !== null && !['3600', '60', '1'].includes(per);
  return [
    line.identifier,
    what.filter((word) => word !== '').join(', '),
    number(isTime || isFte ? quantity.div(per).toFixed(4) : quantity.toString()),
    isTime ? 'h' : isFte ? t('FTE', 'ETP') : t(...unitNames[unitCode]),
    number(withMinorUnit(price, line.itemNetPrice.currency)),
    number(line.netAmount.amount),
  ];
}

function allowanceOrChargeRow(entry: Data['allowancesAndCharges'][number], wording: Wording): string[] {
  const { t, number, percent } = wording;
  const { identifier, clause, reason, chargeIndicator, amount, percentage, baseAmount } = entry;
  const short = percentage === null ? null : new Decimal(percentage).toDecimalPlaces(6).toString();
  const rate =
    short === null || baseAmount === null
      ? []
      : [`${percent(short)} ${t('of', 'de')} ${number(baseAmount.amount)}`];
  const signed = `${chargeIndicator ? '' : '-'}${amount.amount}`;
  return [
    identifier,
    [entryName({ clause, name: reason }, wording), ...rate, correctionText(entry, wording)]
      .filter((word) => word !== '')
      .join(', '),
    '',
    '',
    '',
    number(signed),
  ];
}

function totalRows({ totals, vatBreakdown }: Data, { t, number }: Wording): string[][] {
  const { totalWithoutVat, totalWithVat, roundingResidue } = totals;
  const residue = [
    t('left out by rounding', "laissé par l'arrondi"),
    new Decimal(roundingResidue).toFixed(6),
  ];
  const rows = [
    [t('total without VAT', 'total hors TVA'), totalWithoutVat.amount],
    ...vatBreakdown.map(({ vat, taxAmount }) => {
      return [`${t('VAT', 'TVA')} ${vat.rate} % (${vat.categoryCode})`, taxAmount.amount];
    }),
    [t('total with VAT', 'total TTC'), totalWithVat.amount],
    ...(roundingResidue === '0' ? [] : [residue]),
  ];
  return rows.map(([name = '', amount = '']) => [name, number(amount)]);
}
