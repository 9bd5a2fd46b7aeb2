import type { CatalogueChange, CataloguePart, FieldChange } from '#catalogue/changes.js';
import { type Lang, type Phrase, wording } from '#contract-text/phrasebook.js';

const partNames: Readonly<Record<CataloguePart, Phrase>> = {
  tenant: ['tenant', 'prestataire'],
  connection: ['connection', 'connexion'],
  programme: ['programme', 'programme'],
  queue: ['queue', 'file'],
  agent: ['agent', 'agent'],
  outcome: ['outcome', 'résultat'],
  contract: ['contract', 'contrat'],
  confirmed: ['confirmed', 'confirmé'],
};

const kindMarks: Readonly<Record<CatalogueChange['kind'], string>> = {
  added: '+',
  removed: '-',
  changed: '~',
};

/** One line for each part that changes, and below it one for each of its fields. */
export function changesText(changes: readonly CatalogueChange[], lang: Lang): string {
  const { t } = wording(lang);
  if (changes.length === 0) return t('nothing changes', 'rien ne change');
  return changes
    .flatMap(({ part, id, kind, fields }) => [
      `${kindMarks[kind]} ${t(...partNames[part])} ${id}`,
      ...fields.map((field) => `    ${fieldText(field)}`),
    ])
    .join('\n');
}

function fieldText({ path, before, after }: FieldChange): string {
  return `${path}: ${valueText(before)} -> ${valueText(after)}`;
}

/** Instants of the catalogue are in ms; no other number in it is as large. */
function valueText(value: unknown): string {
  if (value === undefined) return '-';
  if (typeof value === 'number' && Math.abs(value) > 100_000_000_000) return new Date(value).toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
