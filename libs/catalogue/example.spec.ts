import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { contractJsonSchema } from './contract/schema.js';
import { formatFault } from './fault.js';
import { loadCatalogue, readCatalogue } from './load.js';

const directory = fileURLToPath(new URL('example', import.meta.url));
const page = readFileSync(new URL('../../docs/catalogue.md', import.meta.url), 'utf8');

const blocks = (kind: string): string[] => {
  return [...page.matchAll(/^```(.+)\n([^]*?)^```$/gm)].flatMap(([, info, text]) =>
    info === kind ? [text!] : [],
  );
};
/** Without indentation: an excerpt begins at the left. */
const flat = (text: string): string => text.replaceAll(/^ +/gm, '');
const faultsOf = (name: string, text: string): string[] => {
  const result = readCatalogue([{ name, text }]);
  return 'faults' in result ? result.faults.map(formatFault) : [];
};

describe('the example catalogue', () => {
  it('has no faults, and something of everything', () => {
    const loaded = loadCatalogue(directory);
    if ('faults' in loaded) throw new Error(loaded.faults.map(formatFault).join('\n'));

    const { version, connections, programmes, agents, outcomes, contracts } = loaded.catalogue;
    expect(new Set(connections.map(({ authentication }) => authentication.scheme))).toEqual(
      new Set(['basic', 'header', 'hmac', 'none']),
    );
    expect(new Set(connections.map(({ platform }) => platform)).size).toBe(4);
    expect([programmes.length, agents.length, outcomes.length, contracts.length]).toEqual([2, 3, 2, 3]);
    // Changes only with what the files say, with the numbering plans and with default limits: stored closes
    // and tallies name it.
    expect(version).toBe('715a8f2db8b22ad9');
  });
});

describe('docs/catalogue.md', () => {
  const files = readdirSync(directory).map((name) => readFileSync(`${directory}/${name}`, 'utf8'));

  it('shows parts of the example catalogue, line by line', () => {
    expect(blocks('yaml').length).toBeGreaterThan(7);
    for (const block of blocks('yaml')) {
      expect(files.filter((text) => flat(text).includes(flat(block))).length).toBeGreaterThan(0);
    }
  });

  it('names every key that may be written', () => {
    const probe = `x: 1
connections: [{x: 1, authentication: {scheme: header, x: 1}}, {x: 1, authentication: {scheme: basic, x: 1}}, {x: 1, authentication: {scheme: hmac, x: 1}}]
programmes: [{x: 1, serviceLevel: {x: 1}, fcr: {x: 1}, queues: [{x: 1}]}]
agents: [{x: 1, ids: [{x: 1}]}]
outcomes: [{x: 1, fields: {f: {x: 1}}}]
`;
    const allowed = faultsOf('probe.yaml', probe).flatMap((fault) => {
      return /unknown key.*\(allowed: (.*)\) \[unknown-key\]$/.exec(fault)?.[1]?.split(', ') ?? [];
    });
    const contractKeys = Object.keys(contractJsonSchema()['properties'] as object);

    expect(new Set(allowed).size).toBeGreaterThan(35);
    expect(contractKeys.length).toBeGreaterThan(15);
    for (const key of [...allowed, ...contractKeys]) expect(page).toContain(`\`${key}\``);
  });

  it('shows faults as they are reported', () => {
    expect(faultsOf('faulty.yaml', blocks('yaml faulty')[0]!).join('\n')).toBe(blocks('text')[0]!.trimEnd());
  });
});
