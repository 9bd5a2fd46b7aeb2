import type { OmittedWork, Omissions } from '#wire/omissions.js';
import { Decimal } from '#domain/money/money.js';
import { type Lang, type Phrase, wording } from '../phrasebook.js';

interface Shown extends Omissions {
  /** Refused records by reason, where that is known. */
  readonly refused?: readonly { readonly reason: string; readonly records: number }[];
}

/** What a close leaves out, a line each; empty: nothing. */
export function omissionLines(omissions: Shown, lang: Lang): string[] {
  const { t, number } = wording(lang);
  const { work, estimatedValues, refused = [], acceptedBecause } = omissions;
  if (work.length + refused.length === 0) return [];
  const hours = ({ durationMs }: OmittedWork): string =>
    number(new Decimal(durationMs).div(3_600_000).toFixed(2));
  return [
    t('left out, not charged:', 'laissé de côté, non facturé :'),
    ...work.map(
      (each) =>
        `  - ${t(...kindNames[each.kind])} ${each.id}: ` +
        t(`${each.contacts} contacts, ${hours(each)} h`, `${each.contacts} contacts, ${hours(each)} h`),
    ),
    ...estimatedValues.map(({ kind, totalWithoutVat: { amount, currency } }) => {
      const value = `${number(amount)} ${currency}`;
      return t(
        `    ${t(...valueNames[kind])}: about ${value}`,
        `    ${t(...valueNames[kind])} : environ ${value}`,
      );
    }),
    ...refused.map(({ reason, records }) =>
      t(
        `  - refused (${reason}): ${records} records`,
        `  - refusés (${reason}) : ${records} enregistrements`,
      ),
    ),
    ...(acceptedBecause === null
      ? []
      : [t(`  accepted: ${acceptedBecause}`, `  accepté : ${acceptedBecause}`)]),
  ];
}

const kindNames: Readonly<Record<OmittedWork['kind'], Phrase>> = {
  unmappedQueue: ['queue of no programme', 'file d’aucun programme'],
  unknownAgent: ['unknown agent', 'agent inconnu'],
};

const valueNames: Readonly<Record<OmittedWork['kind'], Phrase>> = {
  unmappedQueue: ['as queues of this contract', 'comme files de ce contrat'],
  unknownAgent: ['with known agents', 'avec des agents connus'],
};
