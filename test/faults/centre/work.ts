import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Work } from '#test/faults/figures.js';
import { contractIds, firstCentre, knownAgents, yamlOf } from '#test/simulation/centre.js';
import { Random } from '#test/simulation/random.js';
import { callsConnection, type CentreInput, centreInput, outcomesConnection } from './calls.js';

export interface CentreWork {
  readonly work: Work;
  readonly input: CentreInput;
}

/** Calls of the centre of the simulation, as a platform and an outcome system report them. */
export function centreWork(seed: number, size = 240): CentreWork {
  const input = centreInput(new Random(seed), size);
  const catalogue = mkdtempSync(join(tmpdir(), 'tallyline-centre-'));
  // The oracle holds no work, and some states last for days.
  const limits = 'limits: { handling: P366D, wait: P366D, state: P366D, day: P366D, atOnce: 100000 }';
  const account = `timeZone: Europe/Paris, country: '33', authentication: { scheme: none }, demo: true, ${limits}`;
  const yaml = yamlOf(firstCentre, {
    connections: [
      `{ id: ${callsConnection}, platform: axialys, ${account} }`,
      `{ id: ${outcomesConnection}, platform: outcomes, ${account} }`,
    ],
    nativeAgent: (id) => `${[...knownAgents.keys()].indexOf(id) + 1}`,
  });
  writeFileSync(join(catalogue, 'centre.yaml'), yaml);
  return {
    input,
    work: {
      catalogue,
      deliveries: input.deliveries,
      from: '2026-03-20',
      to: '2026-04-20',
      kpis: [],
      period: '2026-03',
      contracts: contractIds,
      settings: { TALLYLINE_ARCHIVE_AFTER_HOURS: '0' },
    },
  };
}
