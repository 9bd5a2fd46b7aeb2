import type { Connection } from '#catalogue/catalogue.js';
import type { CatalogueIndex } from '#catalogue/catalogue-index.js';

/** A connection of outcomes, and a catalogue that has it alone. */
const bank: Connection = {
  id: 'bank',
  platform: 'outcomes',
  timeZone: 'UTC',
  country: null,
  authentication: { scheme: 'none' },
  states: [],
};

export const bankLookup = {
  connection: (id: string) => (id === 'bank' ? bank : null),
  catalogue: { outcomes: [] },
} as unknown as CatalogueIndex;
