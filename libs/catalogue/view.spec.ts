import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { loadCatalogue } from './load.js';
import { catalogueIndex } from './catalogue-index.js';
import { catalogueView, kpiSettings } from './view.js';

const loaded = loadCatalogue(fileURLToPath(new URL('example', import.meta.url)));
if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults));
const lookup = catalogueIndex(loaded.catalogue);

describe('The view of a catalogue', () => {
  const view = catalogueView(lookup);

  it('knows queues, agents and rules, and has a meter for each contract', () => {
    expect(view.catalogueVersion).toBe(lookup.catalogue.version);
    expect(view.assignmentOf('horizon-avaya:310', 0)).toMatchObject({
      programme: 'velora-care',
      queue: 'orders',
    });
    expect(view.agentCode('horizon-avaya:210017')).toBe('H0017');
    expect(view.rules('velora-sales')).toEqual({
      thresholdsMs: [5000, 20_000],
      reason: 'queue',
      fcrWindowsMs: [86_400_000, 604_800_000],
      agentTime: 'split',
    });
    expect(view.contracts.map(({ id, meter }) => [id, meter.contract.programme])).toEqual([
      ['velora-care-2026', 'velora-care'],
      ['velora-results-2026', 'velora-sales'],
      ['velora-sales-2026', 'velora-sales'],
    ]);
  });
});

describe('KPI settings', () => {
  it('have the waits of the service level among its thresholds, and windows in whole minutes', () => {
    expect(kpiSettings(lookup.programme('velora-care')!, lookup.contractsOf('velora-care'))).toEqual({
      thresholdsMs: [5000, 10_000, 20_000, 60_000],
      shortAbandonMs: 5000,
      windows: [
        { iso: 'P1D', minutes: 1440 },
        { iso: 'P7D', minutes: 10_080 },
      ],
      surveys: [],
      resolutions: [],
    });
  });
});
