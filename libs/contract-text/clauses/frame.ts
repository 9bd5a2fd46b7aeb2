import type { CloseTerms, Contract, Party, PeriodTerms } from '#domain/contract/contract.js';
import { plainClause, type Article, type Clause } from './document.js';
import { holidayClauses } from './holidays.js';
import { paymentArticle } from './payment.js';
import { wording, type Phrase, type Phrasebook } from '../phrasebook.js';
import { feminine, weekdayNames } from '../period-words.js';

/** What no amendment changes. */
export function frameArticles(contract: Contract, speech: Phrasebook): Article[] {
  const { t } = speech;
  return [
    {
      title: t('Parties', 'Parties'),
      clauses: [
        plainClause(
          'seller',
          `${t('Service provider', 'Prestataire')}: ${partyText(contract.seller, speech)}.`,
        ),
        plainClause('buyer', `${t('Client', 'Client')}: ${partyText(contract.buyer, speech)}.`),
        plainClause(
          'programme',
          t(`Programme: ${contract.programme}.`, `Programme : ${contract.programme}.`),
        ),
      ],
    },
    {
      title: t('Time', 'Temps'),
      clauses: [
        termClause(contract, speech),
        zoneClause(contract, speech),
        ...holidayClauses(contract, speech),
        attributionClause(contract, speech),
      ],
    },
    { title: t('Closing and rounding', 'Clôture et arrondis'), clauses: closingClauses(contract, speech) },
    paymentArticle(contract, speech),
  ];
}

function partyText(
  { name, siren, vatId, countryCode, purchaseOrder, accountingRef, ...party }: Party,
  { t }: Phrasebook,
): string {
  return [
    `${name} (${countryCode})`,
    ...(siren === null ? [] : [`SIREN ${siren}`]),
    ...(vatId === null ? [] : [t(`VAT ${vatId}`, `TVA ${vatId}`)]),
    ...(purchaseOrder === null
      ? []
      : [t(`purchase order ${purchaseOrder}`, `bon de commande ${purchaseOrder}`)]),
    ...(accountingRef === null ? [] : [t(`reference ${accountingRef}`, `référence ${accountingRef}`)]),
    ...(party.reference === undefined
      ? []
      : [t(`reference ${party.reference}`, `référence ${party.reference}`)]),
    ...(party.siret === undefined ? [] : [`SIRET ${party.siret}`]),
    ...(party.legalForm === undefined ? [] : [party.legalForm]),
    ...addressText(party.address),
    ...(party.electronicAddress === undefined
      ? []
      : [
          t(
            `invoices to ${party.electronicAddress.scheme}:${party.electronicAddress.id}`,
            `factures à ${party.electronicAddress.scheme}:${party.electronicAddress.id}`,
          ),
        ]),
    ...(party.iban === undefined ? [] : [`IBAN ${party.iban}`]),
  ].join(', ');
}

function addressText(address: Party['address']): string[] {
  if (address === undefined) return [];
  const { street, more, postcode, city } = address;
  return [street, ...(more === undefined ? [] : [more]), `${postcode} ${city}`];
}

function termClause({ term }: Contract, { t, day }: Phrasebook): Clause {
  const { firstDay, lastDay } = term;
  const [first, last] = [firstDay, lastDay].map((date) => (date === null ? '' : day(date)));
  if (firstDay !== null && lastDay !== null) {
    return plainClause(
      'term',
      t(
        `The contract holds from ${first} to ${last}, both included.`,
        `Le contrat court du ${first} au ${last}, ces deux jours inclus.`,
      ),
    );
  }
  if (firstDay !== null) {
    return plainClause(
      'term',
      t(`The contract holds from ${first} on.`, `Le contrat court à compter du ${first}.`),
    );
  }
  if (lastDay !== null) {
    return plainClause(
      'term',
      t(`The contract holds up to ${last}, included.`, `Le contrat court jusqu'au ${last} inclus.`),
    );
  }
  return plainClause(
    'term',
    t('The contract holds without a term.', 'Le contrat court sans limite de temps.'),
  );
}

function zoneClause({ timeZone }: Contract, { t, unit }: Phrasebook): Clause {
  const [periods, periodsFr] = unit === 'month' ? ['Months', 'Mois'] : ['Periods', 'Périodes'];
  return plainClause(
    'zone',
    t(
      `${periods}, days and bands follow the clock of ${timeZone}.`,
      `${periodsFr}, jours et plages suivent le fuseau ${timeZone}.`,
    ),
  );
}

function attributionClause({ attribution }: Contract, { t, ofPeriod }: Phrasebook): Clause {
  const contacts = {
    queueEntry: t('when it enters the queue', 'à son entrée en file'),
    connected: t('when it is connected to an agent', 'à sa mise en relation avec un agent'),
    ended: t('when it ends', 'à sa fin'),
  }[attribution.contacts];
  const time = {
    split: t('is split there to the millisecond', 'y est partagé à la milliseconde'),
    start: t('counts where it began', 'compte là où il a commencé'),
    end: t('counts where it ended', 'compte là où il a fini'),
    contact: ofPeriod(
      'is split there, but stays in the month of its contact',
      'y est partagé, mais reste dans le mois de son contact',
    ),
  }[attribution.time];
  return plainClause(
    'attribution',
    t(
      `For work that crosses a boundary in time, a contact counts ${contacts}, and time ${time}.`,
      `Pour ce qui franchit une limite de temps, un contact compte ${contacts}, et le temps ${time}.`,
    ),
  );
}

function changesClause({ ofPeriod }: Phrasebook): Clause {
  return plainClause(
    'changes',
    ofPeriod(
      'Where terms change within a month, each part of the month is judged by its own: KPIs, conditions and caps ' +
        'by what was measured in it; the limits of the month and corridors are made up by calendar days.',
      'Si des clauses changent en cours de mois, chaque partie du mois est jugée selon les siennes : indicateurs, ' +
        "conditions et plafonds d'après ce qui y a été mesuré ; plancher et plafond du mois ainsi que volumes garantis " +
        'sont composés au prorata des jours calendaires.',
    ),
  );
}

function closingClauses({ period, close, rounding }: Contract, speech: Phrasebook): Clause[] {
  const { t } = speech;
  const late =
    period.lateEvents === 'nextPeriod'
      ? t('on the next invoice', 'sur la facture suivante')
      : t('by a credit note', 'par un avoir');
  const modes = {
    halfAwayFromZero: t('halves away from zero', 'au plus proche, les demis loin de zéro'),
    halfEven: t('halves to the even digit', 'au plus proche, les demis vers le chiffre pair'),
    down: t('towards zero', 'vers zéro'),
    up: t('away from zero', 'loin de zéro'),
  };
  const invoiced = t(...periodText(period, speech));
  const isFeminine = feminine.has(period.unit);
  const at =
    rounding.at === 'line'
      ? t('each line at each of its prices for itself', 'ligne par ligne et prix par prix')
      : t(
          'the total, whose last units are spread over the lines',
          'sur le total, réparti ensuite sur les lignes',
        );
  return [
    changesClause(speech),
    plainClause(
      'closing',
      t(
        `${invoiced} is closed ${period.graceHours} h after its end; it can be disputed for ` +
          `${period.disputeDays} days; what becomes known later is settled ${late}.`,
        `${invoiced} est clos${isFeminine ? 'e' : ''} ${period.graceHours} h après sa fin ; ${isFeminine ? 'elle' : 'il'} est contestable pendant ` +
          `${period.disputeDays} jours ; ce qui est connu plus tard est réglé ${late}.`,
      ),
    ),
    ...closeClause(close, speech),
    plainClause(
      'rounding',
      t(
        `Amounts are rounded to ${rounding.scale} decimals, ${modes[rounding.mode]}, ${at}; ratios are ` +
          `shown with ${rounding.displayRatio} decimals, and thresholds compare exact fractions.`,
        `Les montants sont arrondis à ${rounding.scale} décimales, ${modes[rounding.mode]}, ${at} ; les ` +
          `rapports sont affichés à ${rounding.displayRatio} décimales, et les seuils comparent des ` +
          'fractions exactes.',
      ),
    ),
  ];
}

/** Only where the contract says something of it. */
function closeClause(close: CloseTerms | undefined, speech: Phrasebook): Clause[] {
  const { t } = speech;
  if (close === undefined) return [];
  if (close.fourEyes === true) return [fourEyesClause(speech)];
  if (!close.automatic) {
    return [
      plainClause(
        'close',
        t('It is closed by a person only.', 'La clôture est faite par une personne uniquement.'),
      ),
    ];
  }
  const left =
    close.omissions === 'accept'
      ? t(
          'also where work is left out, which the invoice names',
          'même si du travail est omis, ce que la facture indique',
        )
      : t(
          'unless work would be left out, which waits for a decision',
          'sauf si du travail serait omis, ce qui attend une décision',
        );
  return [
    plainClause(
      'close',
      t(
        `It is closed by itself at the next ${close.at} of the clock there, ${left}.`,
        `La clôture se fait d'elle-même au prochain ${close.at} de l'heure locale, ${left}.`,
      ),
    ),
  ];
}

function fourEyesClause({ t }: Phrasebook): Clause {
  return plainClause(
    'close',
    t(
      'It is closed by two people: one asks for the close or the correction, another one confirms exactly that; ' +
        'never by itself.',
      "La clôture demande deux personnes : l'une demande la clôture ou la rectification, l'autre confirme exactement " +
        "cela ; elle ne se fait jamais d'elle-même.",
    ),
  );
}

/** What an invoice is for, and where it begins. */
function periodText(period: PeriodTerms, { t }: Phrasebook): Phrase {
  switch (period.unit) {
    case 'month':
      return ['A calendar month', 'Un mois civil'];
    case 'halfMonth':
      return [
        'A half-month (from the 1st to the 15th, and from the 16th to the end of the month)',
        'Une quinzaine (du 1er au 15, et du 16 à la fin du mois)',
      ];
    case 'quarter':
      return ['A quarter of the calendar year', "Un trimestre de l'année civile"];
    case 'year':
      return ['A calendar year', 'Un exercice (année civile)'];
    case 'week': {
      const day = t(...weekdayNames[period.weekStart]);
      return [`A week (from ${day} on)`, `Une semaine (à partir du ${day})`];
    }
    case '4-4-5': {
      const { weekday: name, nearestTo } = period.yearStart;
      const day = t(...weekdayNames[name]);
      const near = dayText(nearestTo, t);
      return [
        `A period of the 4-4-5 year (4, 4 and 5 weeks in each quarter; the year begins on the ${day} nearest to ${near}, and a 53rd week belongs to its last period)`,
        `Une période de l'exercice 4-4-5 (4, 4 puis 5 semaines par trimestre ; l'exercice commence le ${day} le plus proche du ${near}, et une 53e semaine appartient à sa dernière période)`,
      ];
    }
  }
}

/** `02-01`: without a year, as a day of a year that is none. */
function dayText(monthDay: string, t: Phrasebook['t']): string {
  const [en, fr] = (['en', 'fr'] as const).map((lang) =>
    wording(lang)
      .day(`2026-${monthDay}`)
      .replace(/ 2026$/, ''),
  );
  return t(en ?? '', fr ?? '');
}
