import type { Phrase } from '#contract-text/lang.js';
import type { StandingState } from './answers.js';

/** Every text of the console in both languages; a missing one does not compile. */
export const words = {
  title: ['Tallyline', 'Tallyline'],
  loading: ['Loading …', 'Chargement …'],
  noAnswer: ['The server does not answer.', 'Le serveur ne répond pas.'],
  skip: ['Skip to content', 'Aller au contenu'],
  sections: ['Sections', 'Rubriques'],
  otherLanguage: ['Français', 'English'],
  signOut: ['Sign out', 'Se déconnecter'],

  signIn: ['Sign in', 'Se connecter'],
  keyAsked: [
    'Figures are shown to holders of an API key. It stays in this tab.',
    'Les chiffres sont montrés aux titulaires d’une clé d’API. Elle reste dans cet onglet.',
  ],
  key: ['API key', 'Clé d’API'],
  keyUnknown: ['This key is not valid.', 'Cette clé n’est pas valide.'],

  contracts: ['Contracts', 'Contrats'],
  noContracts: ['There is no contract to see.', 'Aucun contrat à afficher.'],
  periodsOf: ['Periods of', 'Périodes de'],
  period: ['Period', 'Période'],
  state: ['State', 'État'],
  invoices: ['Invoices', 'Factures'],
  due: ['Closed by itself', 'Clôturée d’elle-même'],
  byPerson: ['by a person', 'par une personne'],
  held: ['held', 'bloquée'],
  waits: ['waits', 'attend'],
  invoice: ['Invoice', 'Facture'],
  adjustment: ['Adjustment', 'Rectification'],

  invoiceOf: ['Invoice-ready', 'À facturer'],
  revision: ['revision', 'révision'],
  from: ['from', 'de'],
  to: ['to', 'à'],
  until: ['to', 'au'],
  lines: ['Lines', 'Lignes'],
  line: ['Line', 'Ligne'],
  linesHint: [
    'Choose a line to see how its amount came about, and the work behind it.',
    'Choisissez une ligne pour voir d’où vient son montant et le travail derrière.',
  ],
  what: ['What', 'Objet'],
  quantity: ['Quantity', 'Quantité'],
  price: ['Price', 'Prix'],
  amount: ['Amount', 'Montant'],
  hour: ['h', 'h'],
  days: ['days', 'jours'],
  months: ['months', 'mois'],
  per: ['per', 'par'],
  of: ['of', 'de'],
  totalWithoutVat: ['Total without VAT', 'Total hors TVA'],
  vat: ['VAT', 'TVA'],
  totalWithVat: ['Total with VAT', 'Total TTC'],
  residue: ['Left out by rounding', 'Laissé par l’arrondi'],
  checked: [
    'All amounts computed again from the steps, all agree.',
    'Tous les montants recalculés à partir des étapes, tous concordent.',
  ],
  notConfirmed: ['The amounts do not follow from the steps.', 'Les montants ne découlent pas des étapes.'],
  proof: ['Download the proof', 'Télécharger la preuve'],
  print: ['Print', 'Imprimer'],
  remarks: ['Remarks', 'Remarques'],

  stepsOf: ['How it came about', 'Comment on y arrive'],
  step: ['Step', 'Étape'],
  how: ['How', 'Calcul'],
  result: ['Result', 'Résultat'],
  workOf: ['The work behind it', 'Le travail derrière'],
  number: ['No.', 'N°'],
  row: ['Row', 'Rang'],
  work: ['Work', 'Travail'],
  began: ['Began', 'Début'],
  queue: ['Queue', 'File'],
  agents: ['Agents', 'Agents'],
  counts: ['Counts', 'Compte'],
  inAll: ['in all:', 'en tout :'],
  more: ['Next', 'Suivant'],
  first: ['From the beginning', 'Depuis le début'],
  close: ['Close', 'Fermer'],
  nothingCounted: [
    'Nothing is counted for it: it is a fixed amount.',
    'Rien n’est compté pour elle : c’est un montant fixe.',
  ],

  stale: ['Stale since', 'Figé depuis'],
} as const satisfies Readonly<Record<string, Phrase>>;

export const stateWords: Readonly<Record<StandingState, Phrase>> = {
  open: ['open', 'en cours'],
  grace: ['waiting for late events', 'en attente de retardataires'],
  due: ['due', 'à clôturer'],
  closed: ['closed', 'clôturée'],
  adjusted: ['adjusted', 'rectifiée'],
};

export const kindWords = {
  contact: ['contact', 'contact'],
  outcome: ['outcome', 'résultat'],
  activity: ['activity', 'activité'],
  timeline: ['agent time', 'temps d’agent'],
} as const satisfies Readonly<Record<string, Phrase>>;
