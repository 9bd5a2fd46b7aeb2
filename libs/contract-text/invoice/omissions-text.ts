import type { CloseOmissions, OmittedWork, Omissions } from '#wire/omissions.js';
import { Decimal } from '#domain/money/money.js';
import { type Lang, type Phrase, wording } from '../phrasebook.js';

type ParkedOmission = NonNullable<Omissions['parked']>[number];
type ParkedInClose = Pick<CloseOmissions['parked'][number], 'entity' | 'author'>;

interface Shown extends Omit<Omissions, 'parked'> {
  /** Refused records by reason, where that is known. */
  readonly refused?: readonly { readonly reason: string; readonly records: number }[];
  /** What an operator has decided to leave out; an event says neither who nor of whom. */
  readonly parked?: readonly (ParkedOmission & Partial<ParkedInClose>)[] | undefined;
}

/** What a close leaves out, a line each; empty: nothing. */
export function omissionLines(omissions: Shown, lang: Lang): string[] {
  const { t, number } = wording(lang);
  const { work, estimatedValues, refused = [], parked = [], acceptedBecause } = omissions;
  if (work.length + refused.length + parked.length === 0) return [];
  const hours = ({ durationMs }: OmittedWork): string =>
    number(new Decimal(durationMs).div(3_600_000).toFixed(2));
  return [
    t('left out, not charged:', 'laissé de côté, non facturé :'),
    ...work.map((each) => {
      const quantity =
        each.adHoc === undefined
          ? t(`${each.contacts} contacts, ${hours(each)} h`, `${each.contacts} contacts, ${hours(each)} h`)
          : adHocText(each.adHoc, hours(each), each.durationMs, wording(lang));
      return `  - ${t(...kindNames[each.kind])} ${each.id}: ${quantity}`;
    }),
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
    ...parked.map(({ refusal, entity, author, reason }) =>
      author === undefined
        ? t(
            `  - could not be counted: refusal ${refusal} (${reason})`,
            `  - n’a pas pu être compté : refus ${refusal} (${reason})`,
          )
        : t(
            `  - parked, left out by ${author}: ${entity} (${reason})`,
            `  - mis de côté, laissé par ${author} : ${entity} (${reason})`,
          ),
    ),
    ...(acceptedBecause === null
      ? []
      : [t(`  accepted: ${acceptedBecause}`, `  accepté : ${acceptedBecause}`)]),
  ];
}

/** How much was recorded in hours, units and as an amount, then what it was for. */
function adHocText(
  { units, amount, purpose, purchaseOrder, ticket }: NonNullable<OmittedWork['adHoc']>,
  hours: string,
  durationMs: number,
  { t, number }: ReturnType<typeof wording>,
): string {
  const order = t(`purchase order ${purchaseOrder}`, `bon de commande ${purchaseOrder}`);
  return [
    ...(durationMs === 0 ? [] : [`${hours} h`]),
    ...(units === null ? [] : [t(`${units} units`, `${units} unités`)]),
    ...(amount === null ? [] : [number(amount)]),
    ...(purpose === null ? [] : [purpose]),
    ...(purchaseOrder === null ? [] : [order]),
    ...(ticket === null ? [] : [t(`ticket ${ticket}`, `ticket ${ticket}`)]),
  ].join(', ');
}

const kindNames: Readonly<Record<OmittedWork['kind'], Phrase>> = {
  unmappedQueue: ['queue of no programme', 'file d’aucun programme'],
  unknownAgent: ['unknown agent', 'agent inconnu'],
  unapprovedWork: ['ad-hoc work without approval', 'travaux ponctuels sans approbation'],
  implausible: ['implausible, not confirmed', 'invraisemblable, non confirmé'],
};

const valueNames: Readonly<Record<OmittedWork['kind'], Phrase>> = {
  unmappedQueue: ['as queues of this contract', 'comme files de ce contrat'],
  unknownAgent: ['with known agents', 'avec des agents connus'],
  unapprovedWork: ['with all of it approved', 'si tous étaient approuvés'],
  implausible: ['with all of it confirmed', 'si tout était confirmé'],
};
