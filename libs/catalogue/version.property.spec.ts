import { platformNames } from '#domain/fact/platform-names.js';
import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Contract } from '#domain/contract/contract.js';
import type { Kpi } from '#domain/contract/kpi.js';
import type { Line } from '#domain/contract/line.js';
import { sampleContract, sampleTerms, sampleVersion, unitLine } from '#domain/contract/contract.fixture.js';
import type { OutcomeDefinition } from '#domain/outcome/fields.js';
import { canonicalJson } from '#wire/canonical-json.js';
import { anyCharacter } from '#test/any-character.fixture.js';
import type { Agent, Authentication, Connection, Programme } from './catalogue.js';
import { decodeCatalogue, encodeCatalogue, inOrder, versionOf, type CatalogueContent } from './version.js';

const text = fc.string({ unit: anyCharacter, maxLength: 12 });
const words = fc.array(text, { maxLength: 3 });
const wordOrNull = fc.option(text);
const instant = fc.option(fc.integer({ min: 0, max: 2 ** 42 }));

const authentication: fc.Arbitrary<Authentication> = fc.oneof(
  fc.constant({ scheme: 'none' } as const),
  fc.record({ scheme: fc.constant('header' as const), header: text, secret: text }),
  fc.record({ scheme: fc.constant('basic' as const), user: text, secret: text }),
  fc.record({ scheme: fc.constant('hmac' as const), secrets: words, toleranceMs: fc.nat() }),
);
const connection: fc.Arbitrary<Connection> = fc.record({
  id: text,
  platform: fc.constantFrom(...platformNames),
  timeZone: text,
  country: wordOrNull,
  authentication,
  states: fc.uniqueArray(
    fc.record({
      code: text,
      reason: wordOrNull,
      state: fc.constantFrom('PREP', 'CONTACT'),
      from: instant,
      to: instant,
    }),
    { maxLength: 3, selector: ({ code, reason, from }) => JSON.stringify([code, reason ?? '', from]) },
  ),
});
const programme: fc.Arbitrary<Programme> = fc.record({
  id: text,
  brand: text,
  timeZone: text,
  thresholdsMs: fc.array(fc.nat(), { maxLength: 3 }),
  serviceLevel: fc.record({ thresholdMs: fc.nat(), shortAbandonMs: fc.nat() }),
  fcr: fc.record({ windows: words, reason: fc.constantFrom('queue', 'disposition', 'none') }),
  agentTime: fc.constantFrom('split', 'contact'),
  queues: fc.uniqueArray(
    fc.record({ connection: text, native: text, name: text, from: instant, to: instant }),
    { maxLength: 3, selector: ({ connection, native, from }) => JSON.stringify([connection, native, from]) },
  ),
  agents: fc.uniqueArray(fc.record({ code: text, from: instant, to: instant }), {
    maxLength: 3,
    selector: ({ code, from }) => JSON.stringify([code, from]),
  }),
});
const agent: fc.Arbitrary<Agent> = fc.record({
  code: text,
  ids: fc.uniqueArray(fc.record({ connection: text, native: text }), {
    maxLength: 3,
    selector: ({ connection, native }) => JSON.stringify([connection, native]),
  }),
  grade: wordOrNull,
  site: wordOrNull,
  country: wordOrNull,
  skills: words,
  languages: words,
});
const outcome: fc.Arbitrary<OutcomeDefinition> = fc.record({
  name: text,
  fields: fc.dictionary(
    text.filter((key) => key !== '__proto__'),
    fc.record({ type: fc.constantFrom('decimal', 'integer', 'text', 'boolean'), required: fc.boolean() }),
    { noNullPrototype: true },
  ),
});
// Only that contracts are JSON with an id matters here.
const contract = fc
  .record({
    id: text,
    programme: text,
    versions: fc.array(fc.dictionary(text, fc.jsonValue({ stringUnit: 'binary' }))),
  })
  .map((made) => JSON.parse(JSON.stringify(made)) as Contract);

const content: fc.Arbitrary<CatalogueContent> = fc.record({
  tenant: text,
  connections: fc.uniqueArray(connection, { maxLength: 4, selector: ({ id }) => id }),
  programmes: fc.uniqueArray(programme, { maxLength: 4, selector: ({ id }) => id }),
  agents: fc.uniqueArray(agent, { maxLength: 4, selector: ({ code }) => code }),
  outcomes: fc.uniqueArray(outcome, { maxLength: 3, selector: ({ name }) => name }),
  contracts: fc.uniqueArray(contract, { maxLength: 3, selector: ({ id }) => id }),
});

const ofContent = (made: CatalogueContent) => ({ version: versionOf(made), ...made });

describe('a catalogue as the text of a record', () => {
  it('is read back from its record as it was', () => {
    fc.assert(
      fc.property(content, (made) => {
        const catalogue = ofContent(made);

        expect(decodeCatalogue(encodeCatalogue(catalogue))).toEqual(catalogue);
      }),
    );
  });

  it('keeps the record and the version that a catalogue without outcomes had before there were any', () => {
    const written = { agents: [], connections: [], contracts: [], programmes: [], tenant: 'acme' };
    const version = createHash('sha256').update(canonicalJson(written)).digest('hex').slice(0, 16);
    const record = `{"version":"${version}","content":${canonicalJson(written)}}`;

    expect(decodeCatalogue(record)).toEqual({ version, ...written, outcomes: [] });
    expect(encodeCatalogue(decodeCatalogue(record))).toBe(record);
  });

  it('reads issues as sliding chains from records older than the other kind', () => {
    const { chain: _, ...then }: Extract<Kpi, { type: 'fcrPerIssue' }> = {
      type: 'fcrPerIssue',
      chain: 'sliding',
      windowMs: 86_400_000,
      unknownCustomer: 'exclude',
      basis: 'gross',
      notSolvable: [],
      version: 1,
      minSample: 0,
      onNoData: 'neutral',
    };
    const aht = { type: 'aht', per: 'contact', version: 1, minSample: 0, onNoData: 'neutral' } as const;
    const contractWith = (issues: object): Contract => {
      const terms = { ...sampleTerms({}), kpis: { issues: issues as Kpi, aht } };
      const version = { ...sampleVersion(1, null, {}), terms };
      return sampleContract(
        {},
        { versions: [{ ...version, windows: [{ id: 'W', from: 0, to: 1, terms }] }] },
      );
    };
    const written = {
      agents: [],
      connections: [],
      contracts: [contractWith(then)],
      programmes: [],
      tenant: 'acme',
    };
    const version = createHash('sha256').update(canonicalJson(written)).digest('hex').slice(0, 16);
    const record = `{"version":"${version}","content":${canonicalJson(written)}}`;

    const read = decodeCatalogue(record);
    expect(read.contracts).toEqual([contractWith({ ...then, chain: 'sliding' })]);
    expect(encodeCatalogue(read)).toBe(record);
    const { version: _version, ...content } = read;
    const anchored = ofContent({ ...content, contracts: [contractWith({ ...then, chain: 'anchored' })] });
    expect(anchored.version).not.toBe(version);
    expect(decodeCatalogue(encodeCatalogue(anchored)).contracts).toEqual(anchored.contracts);
  });

  it('reads quantities of a month as whole ones from records older than their proration', () => {
    const line = unitLine({ proration: 'none' });
    const { proration: _, ...then } = line;
    const contractWith = (lines: object): Contract =>
      sampleContract({}, { versions: [sampleVersion(1, null, { lines: [lines as Line] })] });
    const parts = { agents: [], connections: [], programmes: [], tenant: 'acme' };
    const written = { ...parts, contracts: [contractWith(then)] };
    const version = createHash('sha256').update(canonicalJson(written)).digest('hex').slice(0, 16);
    const record = `{"version":"${version}","content":${canonicalJson(written)}}`;

    expect(decodeCatalogue(record).contracts).toEqual([contractWith(line)]);
    expect(encodeCatalogue(decodeCatalogue(record))).toBe(record);
    const shrinking = contractWith({ ...line, proration: 'calendarDays' });
    expect(ofContent({ ...parts, outcomes: [], contracts: [shrinking] }).version).not.toBe(version);
  });

  it('refuses a record in which a word has changed', () => {
    const catalogue = ofContent({
      tenant: 'acme',
      connections: [],
      programmes: [],
      agents: [],
      outcomes: [],
      contracts: [],
    });

    expect(() => decodeCatalogue(encodeCatalogue(catalogue).replace('acme', 'acne'))).toThrow('is damaged');
    expect(() => decodeCatalogue('{"version":"x"}')).toThrow('is damaged');
  });
});

describe('the version of a catalogue', () => {
  it('is 16 hex digits of the content alone: neither the order of files nor of keys matters', () => {
    fc.assert(
      fc.property(content, (made) => {
        const shuffled: CatalogueContent = {
          contracts: made.contracts.toReversed(),
          outcomes: made.outcomes.toReversed(),
          agents: made.agents.map((each) => ({ ...each, ids: each.ids.toReversed() })).toReversed(),
          programmes: made.programmes
            .map((each) => ({ ...each, queues: each.queues.toReversed() }))
            .toReversed(),
          connections: made.connections.map(reversedKeys).toReversed(),
          tenant: made.tenant,
        };

        expect(versionOf(inOrder(shuffled))).toBe(versionOf(inOrder(made)));
        expect(versionOf(made)).toMatch(/^[0-9a-f]{16}$/);
      }),
    );
  });

  it('differs where the content of two catalogues differs', () => {
    fc.assert(
      fc.property(content, content, (one, other) => {
        const same = canonicalJson(one) === canonicalJson(other);

        expect(versionOf(one) === versionOf(other)).toBe(same);
      }),
    );
  });
});

function reversedKeys<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).toReversed()) as T;
}
