import { numberText, percentText, type Lang } from '../phrasebook.js';
import { Decimal } from '#domain/money/money.js';
import { decodeInvoiceReady, type InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { table } from '../table.js';

type Data = InvoiceReadyEvent['data'];

/** An invoice-ready event as a person reads it. `width`: characters a line of a table may have. */
export function invoiceText(event: string, lang: Lang = 'en', width = Infinity): string {
  const ready = decodeInvoiceReady(event);
  if (ready === null) throw new Error('this is no invoice-ready event');
  const { data } = ready;
  const words = wordsOf[lang];
  const { startDate, endDate } = data.invoicingPeriod;
  const days = `${startDate} ${words.to} ${endDate}, ${data.timeZone}`;
  return [
    `${words.title} ${data.contract}, ${data.period} (${days})${revisionText(data, lang)}`,
    `${data.seller.name} ${words.bills} ${data.buyer.name}, id ${ready.id}`,
    ...adjustsText(data, lang),
    '',
    table(
      words.columns,
      [
        ...data.lines.map((line) => lineRow(line, lang)),
        ...data.adjustments.map((adjustment) => adjustmentRow(adjustment, lang)),
      ],
      { left: [0, 1, 3], width },
    ),
    ...data.notes.map(({ clause, message }) => `${words.note} ${clause}: ${message}`),
    '',
    table(['', data.currencyCode], totalRows(data, lang)),
    ...restatedText(data, lang),
  ].join('\n');
}

const wordsOf = {
  en: {
    title: 'Invoice-ready',
    to: 'to',
    bills: 'to',
    of: 'of',
    columns: ['line', 'what', 'quantity', 'unit', 'price', 'amount'],
    note: 'note on',
    net: 'total without VAT',
    vat: 'VAT',
    gross: 'total with VAT',
    residue: 'left out by rounding',
  },
  fr: {
    title: 'À facturer :',
    to: 'au',
    bills: 'à',
    of: 'de',
    columns: ['ligne', 'objet', 'quantité', 'unité', 'prix', 'montant'],
    note: 'remarque sur',
    net: 'total hors TVA',
    vat: 'TVA',
    gross: 'total TTC',
    residue: "laissé par l'arrondi",
  },
} as const;

/** Units of the invoice; time is shown in hours. */
const unitNames = {
  en: { SEC: 's', DAY: 'days', MON: 'months', C62: '' },
  fr: { SEC: 's', DAY: 'jours', MON: 'mois', C62: '' },
} as const;

function revisionText({ revision, adjusts }: Data, lang: Lang): string {
  if (adjusts === null) return '';
  return lang === 'en' ? ` - adjustment, revision ${revision}` : ` - rectification, révision ${revision}`;
}

/** What an adjustment corrects, why, and on which invoice it stands. */
function adjustsText({ adjusts, currencyCode }: Data, lang: Lang): string[] {
  if (adjusts === null) return [];
  const money = (amount: string): string => `${numberText(lang, amount)} ${currencyCode}`;
  const causes = adjusts.causes.map(({ cause, totalWithoutVat }) => {
    return `  - ${causeWords[cause][lang]}${lang === 'en' ? ':' : ' :'} ${money(totalWithoutVat.amount)}`;
  });
  const how =
    adjusts.carriedBy === null
      ? documentWords[adjusts.document][lang]
      : `${documentWords[adjusts.document][lang]} ${adjusts.carriedBy}`;
  return lang === 'en'
    ? [`corrects ${adjusts.id}, revision 1; to be settled ${how}; because of`, ...causes]
    : [`rectifie ${adjusts.id}, révision 1 ; à régler ${how} ; en raison de`, ...causes];
}

type Adjusts = NonNullable<Data['adjusts']>;
type Words<Name extends string> = Readonly<Record<Name, Readonly<Record<Lang, string>>>>;

const causeWords: Words<Adjusts['causes'][number]['cause']> = {
  lateEvents: { en: 'events that came after the close', fr: 'événements arrivés après la clôture' },
  maturedVerdicts: {
    en: 'verdicts on first-contact resolution that have matured',
    fr: 'verdicts de résolution au premier contact arrivés à maturité',
  },
  amendment: { en: 'an amendment of the contract', fr: 'un avenant au contrat' },
  mapping: {
    en: 'the catalogue as corrected (queues, agents, programmes)',
    fr: 'le catalogue corrigé (files, agents, programmes)',
  },
  software: { en: 'a change of the program', fr: 'une modification du programme' },
};

const documentWords: Words<Adjusts['document']> = {
  nextInvoice: { en: 'on the invoice of', fr: 'sur la facture de' },
  creditNote: { en: 'by a credit note', fr: 'par un avoir' },
  complementaryInvoice: { en: 'by a complementary invoice', fr: 'par une facture complémentaire' },
};

/** How the period stands with this adjustment: what was invoiced before, and what in all. */
function restatedText({ adjusts, totals, period, currencyCode }: Data, lang: Lang): string[] {
  if (adjusts === null) return [];
  const money = (amount: string): string => `${numberText(lang, amount)} ${currencyCode}`;
  const before = money(adjusts.since.totalWithoutVat.amount);
  const { amount } = totals.totalWithoutVat;
  const sign = amount.startsWith('-') ? '−' : '+';
  const after = money(adjusts.restated.totalWithoutVat.amount);
  const sum = `${before} ${sign} ${money(amount.replace('-', ''))} = ${after}`;
  const text =
    lang === 'en'
      ? `${period} in all, without VAT: invoiced so far and this: ${sum}`
      : `${period} au total, hors TVA : déjà facturé et ceci : ${sum}`;
  return ['', text];
}

function lineRow(line: Data['lines'][number], lang: Lang): string[] {
  const part = line.part === 'work' ? '' : line.part;
  const what = [line.itemName, line.calendarRule ?? '', ...line.bands, line.rate ?? '', part];
  const quantity = new Decimal(line.invoicedQuantity);
  const isTime = line.unitCode === 'SEC' && line.itemPriceBaseQuantity === '3600';
  return [
    line.identifier,
    what.filter((word) => word !== '').join(', '),
    numberText(lang, isTime ? quantity.div(3600).toFixed(4) : quantity.toString()),
    isTime ? 'h' : unitNames[lang][line.unitCode],
    numberText(lang, atLeastCents(line.itemNetPrice.amount)),
    numberText(lang, line.netAmount.amount),
  ];
}

function adjustmentRow(adjustment: Data['adjustments'][number], lang: Lang): string[] {
  const { identifier, reason, chargeIndicator, amount, percentage, baseAmount } = adjustment;
  const short = percentage === null ? null : new Decimal(percentage).toDecimalPlaces(6).toString();
  const rate =
    short === null || baseAmount === null
      ? []
      : [`${percentText(lang, short)} ${wordsOf[lang].of} ${numberText(lang, baseAmount.amount)}`];
  const signed = `${chargeIndicator ? '' : '-'}${amount.amount}`;
  return [identifier, [reason, ...rate].join(', '), '', '', '', numberText(lang, signed)];
}

/** Prices have as many decimals as they need, but not fewer than money has. */
function atLeastCents(price: string): string {
  const value = new Decimal(price);
  return value.toFixed(Math.max(2, value.decimalPlaces()));
}

function totalRows({ totals, vatBreakdown }: Data, lang: Lang): string[][] {
  const words = wordsOf[lang];
  const { totalWithoutVat, totalWithVat, roundingResidue } = totals;
  const rows = [
    [words.net, totalWithoutVat.amount],
    ...vatBreakdown.map(({ vat, taxAmount }) => {
      return [`${words.vat} ${vat.rate} % (${vat.categoryCode})`, taxAmount.amount];
    }),
    [words.gross, totalWithVat.amount],
    ...(roundingResidue === '0' ? [] : [[words.residue, new Decimal(roundingResidue).toFixed(6)]]),
  ];
  return rows.map(([name = '', amount = '']) => [name, numberText(lang, amount)]);
}
