import type { CommitmentSpan } from '#domain/contract/commitment-span.js';
import type { InvoiceReadyEvent } from '#wire/invoice-ready.js';
import { withMinorUnit, type Phrase, type Wording } from './phrasebook.js';

const spans: Readonly<Record<CommitmentSpan, Phrase>> = {
  calendarQuarter: ['a calendar quarter', 'un trimestre civil'],
  calendarYear: ['a calendar year', 'une année civile'],
  contractQuarter: ['a quarter of the contract', 'un trimestre du contrat'],
  contractYear: ['a year of the contract', 'une année du contrat'],
  term: ['the whole term of the contract', 'toute la durée du contrat'],
};

/** `a calendar year`. */
export function overText(over: CommitmentSpan, { t }: Wording): string {
  return t(...spans[over]);
}

const ofSpans: Readonly<Record<CommitmentSpan, Phrase>> = {
  calendarQuarter: ['of the calendar quarter', 'du trimestre civil'],
  calendarYear: ['of the calendar year', "de l'année civile"],
  contractQuarter: ['of the quarter of the contract', 'du trimestre du contrat'],
  contractYear: ['of the year of the contract', "de l'année du contrat"],
  term: ['of the term of the contract', 'de la durée du contrat'],
};

/** `of the calendar year`; undefined: of the month. */
export function ofSpanText(over: CommitmentSpan | undefined, { t, ofPeriod }: Wording): string {
  return over === undefined ? ofPeriod('of the month', 'du mois') : t(...ofSpans[over]);
}

type Balance = InvoiceReadyEvent['data']['commitments'][number];

const kinds: Readonly<Record<Balance['kind'], Phrase>> = {
  tiers: ['tiers', 'paliers'],
  minimumVolume: ['minimum volume', 'volume minimum'],
  minimum: ['minimum', 'minimum'],
  maximum: ['maximum', 'maximum'],
  rebate: ['rebate', 'ristourne'],
};

/** Where a commitment stands: what counted before, what in this month, what is left. */
export function balanceText(balance: Balance, words: Wording, currency: string): string {
  const { t, ofPeriod } = words;
  const { clause, kind, firstPeriod, lastPeriod, agreed, before, inPeriod, left } = balance;
  const amount = (value: string): string => amountText(value, balance.unit, words, currency);
  const until = lastPeriod === null ? '…' : lastPeriod;
  const colon = t(':', ' :');
  const head = `${clause}, ${t(...kinds[kind])} ${ofSpanText(balance.over, words)} (${firstPeriod} ${t('to', 'à')} ${until})${colon}`;
  const counted = ofPeriod(
    `${amount(before)} before, ${amount(inPeriod)} in this month`,
    `${amount(before)} avant, ${amount(inPeriod)} ce mois`,
  );
  if (agreed === null || left === null) {
    const last =
      kind === 'tiers'
        ? t(', in the last tier', ', au dernier palier')
        : kind === 'rebate'
          ? t(', with no further step', ', sans autre palier')
          : '';
    return `${head} ${counted}${last}`;
  }
  const reached = t(
    `${amount(left)} left to ${amount(agreed)}`,
    `reste ${amount(left)} pour ${amount(agreed)}`,
  );
  return `${head} ${counted}, ${reached}`;
}

type Credit = NonNullable<InvoiceReadyEvent['data']['credits']>[number];

/** Where a credit stands: what was used of it before, what on this invoice, and what is left. */
export function creditText(credit: Credit, { t, number }: Wording): string {
  const { clause, originPeriod, vat, arisen, usedBefore, used, left, remainder } = credit;
  const money = ({ amount, currency }: Credit['left']): string => `${number(amount)} ${currency}`;
  const head = t(
    `${clause}, of ${originPeriod}, VAT ${vat.rate} % (${vat.categoryCode}):`,
    `${clause}, de ${originPeriod}, TVA ${vat.rate} % (${vat.categoryCode}) :`,
  );
  const rest =
    remainder === 'lapses'
      ? t(`${money(left)} lapse`, `${money(left)} échus`)
      : t(`${money(left)} left`, `reste ${money(left)}`);
  const counted = t(
    `${money(arisen)}, ${money(usedBefore)} used before, ${money(used)} on this invoice`,
    `${money(arisen)}, ${money(usedBefore)} utilisés avant, ${money(used)} sur cette facture`,
  );
  return `${head} ${counted}, ${rest}`;
}

function amountText(value: string, unit: Balance['unit'], words: Wording, currency: string): string {
  switch (unit) {
    case 'ms':
      return words.duration(Math.round(Number(value)));
    case 'units':
      return words.number(value);
    case 'money':
      return `${words.number(withMinorUnit(value, currency))} ${currency}`;
  }
}
