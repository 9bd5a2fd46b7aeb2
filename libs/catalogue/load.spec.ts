import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Catalogue } from './catalogue.js';
import { formatFault } from './fault.js';
import { CatalogueFaults, loadCatalogue, readCatalogue, requireCatalogue, type LoadResult } from './load.js';

const BASE = `tenant: acme
connections:
  - {id: acme-genesys, platform: genesys, timeZone: Europe/Paris, authentication: {scheme: none}, demo: true}
  - {id: acme-avaya, platform: avaya, timeZone: Europe/Paris, authentication: {scheme: none}, demo: true}
`;

const queues = (...lines: readonly string[]): string => lines.map((line) => `      - {${line}}\n`).join('');
const programme = (id: string, ...lines: readonly string[]): string => {
  return `  - id: ${id}\n    brand: Acme\n    timeZone: Europe/Paris\n    queues:\n${queues(...lines)}`;
};
const CARE = programme('care', 'connection: acme-genesys, native: q1, name: Orders');

const contract = (id: string, parts: string): string => `  - id: ${id}
    seller: {name: Horizon, countryCode: FR}
    buyer: {name: Acme, countryCode: FR}
    currency: EUR
    timeZone: Europe/Paris
    measures:
      talk: {kind: contactTime, parts: [talk]}
    lines:
      - {id: L1, model: time, measure: talk, unit: hour, price: "29.50"}
${parts}`;

const read = (...texts: readonly string[]): LoadResult => {
  return readCatalogue(texts.map((text, index) => ({ name: `${'abcdef'[index]}.yaml`, text })));
};
const faultsOf = (result: LoadResult): string[] => ('faults' in result ? result.faults.map(formatFault) : []);
const faults = (...texts: readonly string[]): string[] => faultsOf(read(...texts));
const catalogueOf = (result: LoadResult): Catalogue => {
  if ('faults' in result) throw new Error(result.faults.map(formatFault).join('\n'));
  return result.catalogue;
};

describe('a catalogue of one or many files', () => {
  const agents = 'agents:\n  - {code: A1, ids: [{connection: acme-avaya, native: "1001"}]}\n';
  const programmes = `programmes:\n${CARE}`;
  const contracts = `contracts:\n${contract('c1', '    scope: {programme: care}\n')}`;

  it('collects the parts of all files', () => {
    const {
      tenant,
      connections,
      programmes: found,
      agents: people,
      contracts: agreed,
    } = catalogueOf(read(BASE, programmes, agents, contracts));

    expect(tenant).toBe('acme');
    expect(connections.map(({ id }) => id)).toEqual(['acme-avaya', 'acme-genesys']);
    expect(found.map(({ id }) => id)).toEqual(['care']);
    expect(people.map(({ code }) => code)).toEqual(['A1']);
    expect(agreed.map(({ id }) => id)).toEqual(['c1']);
  });

  it('has one version, however it is spread over files, documents and lines', () => {
    const spread = catalogueOf(read(BASE, programmes, agents, contracts));
    const together = catalogueOf(read(`# all in one\n${agents}${contracts}${programmes}${BASE}`));
    const documents = catalogueOf(read([contracts, BASE, agents, programmes].join('---\n')));
    const json = catalogueOf(
      read(
        BASE,
        programmes,
        contracts,
        '{"agents": [{"code": "A1", "ids": [{"connection": "acme-avaya", "native": "1001"}]}]}',
      ),
    );

    expect(together).toEqual(spread);
    expect(documents).toEqual(spread);
    expect(json).toEqual(spread);
  });

  it('has another version when anything in it changes', () => {
    const before = catalogueOf(read(BASE, programmes, agents));
    const after = catalogueOf(read(BASE, programmes.replace('Orders', 'orders'), agents));

    expect(after.version).not.toBe(before.version);
  });

  it('may say by which schema editors read it, which changes nothing', () => {
    const said = catalogueOf(read(`$schema: ../contract.schema.json\n${BASE}`));
    expect(said.version).toBe(catalogueOf(read(BASE)).version);
    expect(faults(`$schema: 7\n${BASE}`)).toHaveLength(1);
  });

  it('may write one contract as `contract`', () => {
    const one = contract('c1', '    scope: {programme: care}\n').replace('  - id', '    id');

    expect(catalogueOf(read(BASE, programmes, `contract:\n${one}`)).contracts.map(({ id }) => id)).toEqual([
      'c1',
    ]);
  });
});

describe('faults', () => {
  it('reports the faults of all files at once, in the order of files and lines', () => {
    const found = faults(
      BASE.replace('acme-avaya, platform: avaya', 'acme-avaya, platfrom: avaya'),
      `programmes:\n${CARE.replace('Europe/Paris', 'Europe/Pari')}`,
      'agents:\n  - code: A1\n    id: x\n    ids:\n      - {connection: acme-avaya, native: 1001}\nagent: []\n',
    );

    expect(found).toEqual([
      "a.yaml:4: connections[1].platfrom: unknown key; did you mean 'platform'? (allowed: id, platform, timeZone, country, authentication, machines, demo, states, mayReport, limits) [unknown-key]",
      expect.stringMatching(
        /^b\.yaml:4: programmes\[0\]\.timeZone: must be an IANA .*did you mean 'Europe\/Paris'/,
      ),
      "c.yaml:3: agents[0].id: unknown key; did you mean 'ids'? (allowed: code, ids, kind, grade, site, country, skills, languages, changes) [unknown-key]",
      'c.yaml:5: agents[0].ids[0].native: must be text, not a number: write it in quotes [wrong-type]',
      "c.yaml:6: agent: unknown key; did you mean 'agents'? (allowed: tenant, connections, programmes, agents, outcomes, contracts, contract) [unknown-key]",
    ]);
  });

  it('reports faults of syntax with their lines, beside those of readable files', () => {
    expect(faults(`${BASE}  - {id: x\n`, 'agents:\n  - {}\n')).toEqual([
      expect.stringMatching(/^a\.yaml:6: cannot be read as YAML: /),
      expect.stringMatching(/^b\.yaml:2: agents\[0\]\.code: is missing/),
      expect.stringMatching(/^b\.yaml:2: agents\[0\]\.ids: is missing/),
    ]);
  });

  it.each([
    ['tenant: acme\n---\n- a\n', 'a.yaml:3: must hold keys (allowed: tenant,'],
    ['tenant: acme\nagents:\n', 'a.yaml:2: agents: must be a list'],
    ['tenant: acme\nagents: {code: A1}\n', 'a.yaml:2: agents: must be a list'],
    ['tenant: acme\nagents: [x]\n', 'a.yaml:2: agents[0]: must be keys with values, not text'],
    ['tenant: "a b"\n', 'a.yaml:1: tenant: must be a short id'],
  ])('refuses the shape of %j', (text, message) => {
    expect(faults(text)).toEqual([expect.stringContaining(message)]);
  });

  it('refuses a catalogue with no tenant or two', () => {
    expect(faults('agents: []\n')).toEqual([expect.stringContaining('tenant: is missing')]);
    expect(faults(BASE, '\ntenant: other\n')).toEqual([
      'b.yaml:2: tenant: is written more than once: first in a.yaml:1 [duplicate-tenant]',
    ]);
  });

  it('refuses an id that is taken', () => {
    const again =
      '  - {id: acme-avaya, platform: avaya, timeZone: UTC, authentication: {scheme: none}, demo: true}\n';
    const agent = (native: string): string =>
      `  - {code: A1, ids: [{connection: acme-avaya, native: "${native}"}]}\n`;
    const terms = contract('c1', '    scope: {programme: care}\n');

    expect(
      faults(
        BASE + again,
        `programmes:\n${CARE}${programme('care', 'connection: acme-genesys, native: q2')}`,
        `agents:\n${agent('1')}${agent('2')}`,
        `contracts:\n${terms}${terms}`,
      ),
    ).toEqual([
      "a.yaml:5: connections[2].id: connection 'acme-avaya' is there already: a.yaml:4 [duplicate-id]",
      "b.yaml:7: programmes[1].id: programme 'care' is there already: b.yaml:2 [duplicate-id]",
      "c.yaml:3: agents[1].code: agent 'A1' is there already: c.yaml:2 [duplicate-id]",
      expect.stringMatching(
        /^d\.yaml:\d+: contracts\[1\]\.id: contract 'c1' is there already: d\.yaml:2 \[duplicate-id\]$/,
      ),
    ]);
  });

  it('refuses an unknown connection', () => {
    const agents = 'agents:\n  - {code: A1, ids: [{connection: acme-genesis, native: u1}]}\n';

    expect(faults(BASE, `programmes:\n${programme('care', 'connection: acme, native: q1')}`, agents)).toEqual(
      [
        "b.yaml:6: programmes[0].queues[0].connection: there is no connection 'acme' (allowed: acme-genesys, acme-avaya) [unknown-connection]",
        "c.yaml:2: agents[0].ids[0].connection: there is no connection 'acme-genesis'; did you mean 'acme-genesys'? (allowed: acme-genesys, acme-avaya) [unknown-connection]",
      ],
    );
  });

  it('reports an unknown connection beside other faults of the same part', () => {
    const wrong = programme('care', 'connection: acme, native: 310').replace('Europe/Paris', 'Paris');

    expect(faults(BASE, `programmes:\n${wrong}`)).toEqual([
      expect.stringContaining('timeZone: must be an IANA'),
      expect.stringContaining('native: must be text'),
      expect.stringContaining("there is no connection 'acme'"),
    ]);
  });

  it('does not report a connection as unknown that has faults of its own', () => {
    expect(faults(BASE.replace('platform: genesys', 'platform: x'), `programmes:\n${CARE}`)).toHaveLength(1);
  });
});

describe('one queue', () => {
  const care = (span: string): string => programme('care', `connection: acme-genesys, native: q1${span}`);
  const sales = (span: string): string => programme('sales', `connection: acme-genesys, native: q1${span}`);

  it.each([
    ['', ''],
    [', to: 2026-04-01', ''],
    [', to: 2026-04-02', ', from: 2026-04-01'],
    [', from: 2026-01-01, to: 2026-12-31', ', from: 2026-03-01, to: 2026-04-01'],
  ])('is not in two programmes at once: %j and %j', (one, other) => {
    const found = faults(BASE, `programmes:\n${care(one)}${sales(other)}`);

    expect(found).toEqual([
      expect.stringMatching(/queue acme-genesys:q1 is in programme '.*' in b\.yaml:\d+ at the same time/),
    ]);
  });

  it('lets a queue move from one programme to the other', () => {
    expect(faults(BASE, `programmes:\n${care(', to: 2026-04-01')}${sales(', from: 2026-04-01')}`)).toEqual(
      [],
    );
  });

  it('lets queues of two platforms have the same native id', () => {
    const two = programme(
      'care',
      'connection: acme-genesys, native: q1',
      'connection: acme-avaya, native: q1',
    );

    expect(faults(BASE, `programmes:\n${two}`)).toEqual([]);
  });

  it('refuses a queue that is twice in one programme', () => {
    const twice = programme(
      'care',
      'connection: acme-avaya, native: q1',
      'connection: acme-avaya, native: q1, name: x',
    );

    expect(faults(BASE, `programmes:\n${twice}`)).toEqual([expect.stringContaining('at the same time')]);
  });

  it('reports each mapping that overlaps an earlier one once, however long that is', () => {
    const three = programme(
      'care',
      'connection: acme-avaya, native: q1, from: 2026-01-01, to: 2026-12-01',
      'connection: acme-avaya, native: q1, from: 2026-02-01, to: 2026-03-01',
      'connection: acme-avaya, native: q1, from: 2026-04-01, to: 2026-05-01',
    );

    expect(faults(BASE, `programmes:\n${three}`)).toHaveLength(2);
  });
});

describe('one id of an agent', () => {
  it('refuses an id that two agents claim', () => {
    const agents = `agents:
  - {code: A1, ids: [{connection: acme-avaya, native: "1001"}]}
  - code: A2
    ids:
      - {connection: acme-genesys, native: "1001"}
      - {connection: acme-avaya, native: "1001"}
`;

    expect(faults(BASE, agents)).toEqual([
      'b.yaml:6: agents[1].ids[1]: acme-avaya:1001 is claimed in b.yaml:2 already: one id, one agent [agent-id-claimed-twice]',
    ]);
  });
});

describe('a contract', () => {
  const withContract = (parts: string): string[] =>
    faults(BASE, `programmes:\n${CARE}`, `contracts:\n${contract('c1', parts)}`);

  it('refuses a contract for an unknown programme', () => {
    expect(withContract('    scope: {programme: caer}\n')).toEqual([
      "c.yaml:11: contracts[0].scope.programme: there is no programme 'caer'; did you mean 'care'? (allowed: care) [unknown-programme]",
    ]);
  });

  it('refuses a contract that does not name queues as its programme does', () => {
    expect(withContract('    scope: {programme: care, queues: [Orders]}\n')).toEqual([]);
    expect(withContract('    scope:\n      programme: care\n      queues: [Orders, q1]\n')).toEqual([
      "c.yaml:13: contracts[0].scope.queues: programme 'care' has no queue 'q1' (allowed: Orders) [unknown-queue]",
    ]);
  });

  it('reports the faults of a contract, each with its line', () => {
    expect(withContract('    scope: {programme: care}\n    currency_: EUR\n')).toEqual([
      expect.stringMatching(/^c\.yaml:12: contracts\[0\]\.currency_: /),
    ]);
  });
});

describe('a directory', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tallyline-catalogue-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const write = (name: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  };

  it('is read with all below it; other files and those that begin with a dot are left alone', () => {
    write('a.yml', BASE);
    write('brands/acme/care.YAML', `programmes:\n${CARE}`);
    write('brands/agents.json', '{"agents": []}');
    write('README.md', 'tenant: no');
    write('.old/a.yaml', 'tenant: no');
    write('.b.yaml', 'tenant: no');

    expect(catalogueOf(loadCatalogue(root)).programmes.map(({ id }) => id)).toEqual(['care']);
  });

  it('may consist of links, as mounted configuration does', () => {
    write('..data/a.yaml', BASE);
    symlinkSync(join('..data', 'a.yaml'), join(root, 'a.yaml'));
    symlinkSync(root, join(root, 'circle'));

    expect(catalogueOf(loadCatalogue(root)).tenant).toBe('acme');
  });

  it('names its files in faults', () => {
    write('x/b.yaml', 'tenant: acme\nagent: []\n');

    expect(faultsOf(loadCatalogue(root))).toEqual([
      expect.stringMatching(/^x\/b\.yaml:2: agent: unknown key/),
    ]);
  });

  it('refuses a directory that is missing, a file or empty', () => {
    write('file', '');

    expect(faultsOf(loadCatalogue(join(root, 'none')))).toEqual([
      `${join(root, 'none')}: cannot be read: there is no such directory [unreadable]`,
    ]);
    expect(faultsOf(loadCatalogue(join(root, 'file')))).toEqual([
      `${join(root, 'file')}: cannot be read: is a file, not a directory [unreadable]`,
    ]);
    expect(faultsOf(loadCatalogue(root))).toEqual([
      `${root}: holds no *.yaml, *.yml or *.json file [no-file]`,
    ]);
  });

  it('refuses files that are not UTF-8, too large or links to nothing', () => {
    write('a.yaml', Uint8Array.of(0x74, 0x3a, 0x20, 0xe9));
    write('b.yaml', new Uint8Array(17 * 1024 * 1024));
    symlinkSync('nowhere', join(root, 'c.yaml'));

    expect(faultsOf(loadCatalogue(root))).toEqual([
      'a.yaml: is not UTF-8: save it as UTF-8 [not-utf8]',
      'b.yaml: is larger than 16777216 bytes: split it [file-too-large]',
      'c.yaml: is a link to nothing [unreadable]',
    ]);
  });
});

describe('a catalogue that a process requires', () => {
  it('is loaded from its directory', () => {
    expect(requireCatalogue(join(import.meta.dirname, 'example')).tenant).toBe('horizon');
  });

  it('throws everything that is wrong with it, one line each', () => {
    const directory = join(import.meta.dirname, 'no-such-directory');
    expect(() => requireCatalogue(directory)).toThrow(CatalogueFaults);
    expect(() => requireCatalogue(directory)).toThrow(
      `the catalogue has 1 fault(s):\n  ${directory}: cannot be read: there is no such directory [unreadable]`,
    );
  });
});
