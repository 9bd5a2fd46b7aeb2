import type { Phrase, Wording } from './phrasebook.js';

/** Names that the program gives, not the contract; events hold the English ones. */
const given: Readonly<Record<string, Phrase>> = {
  'Monthly minimum': ['Monthly minimum', 'Minimum mensuel'],
  'Monthly maximum': ['Monthly maximum', 'Maximum mensuel'],
};

const [carried, carriedFr] = ['Carried to the next invoice', 'Report sur la facture suivante'];

/** The name of an allowance or charge; those of the contract's own stay as they are written. */
export function entryName(
  { clause, name }: { readonly clause: string; readonly name: string },
  { t }: Wording,
): string {
  if (clause === 'credits')
    return t(name, name.replace(/^Credit of /, 'Avoir de ').replace(carried, carriedFr));
  const phrase = clause === 'limits' ? given[name] : undefined;
  return phrase === undefined ? name : t(...phrase);
}

const partNames: Readonly<Record<'work' | 'shortfall' | 'overflow', Phrase>> = {
  work: ['', ''],
  shortfall: ['shortfall', 'manque'],
  overflow: ['overflow', 'surplus'],
};

/** What a line of an invoice charges beside the work itself. */
export function partName(part: keyof typeof partNames, { t }: Wording): string {
  return t(...partNames[part]);
}

const notes: readonly (readonly [english: RegExp, french: string])[] = [
  [
    /^no forecast for (\S+): the corridor is not applied$/,
    'pas de prévision pour $1 : l’engagement de volume ne s’applique pas',
  ],
  [
    /^no rate of (\S+) for (\S+): amounts in \S+ are missing$/,
    'pas de cours $1 pour $2 : montants en $1 absents',
  ],
  [/^no purchase order covers (\S+)$/, 'aucun bon de commande ne couvre $1'],
  [
    /^purchase order (\S+) is for (.+); with (\S+) it is charged (.+)$/,
    'le bon de commande $1 porte sur $2 ; avec $3 il est facturé à $4',
  ],
  [/^no forecast for (\S+): nothing is waived$/, 'pas de prévision pour $1 : rien n’est exonéré'],
  [
    /^(\S+) has matured, but its sums are not in the book$/,
    '$1 est arrivé à maturité, mais ses totaux manquent',
  ],
];

/** What could not be applied; events hold the English text. */
export function noteText(message: string, { t }: Wording): string {
  const found = notes.find(([english]) => english.test(message));
  return found === undefined ? message : t(message, message.replace(...found));
}
