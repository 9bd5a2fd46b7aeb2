import { createHash } from 'node:crypto';
import type { Contract } from '#domain/contract/contract.js';
import { canonicalJson } from '#wire/canonical-json.js';
import type { Catalogue } from './catalogue.js';

export type CatalogueContent = Omit<Catalogue, 'version'>;

/** First 16 hex digits of the SHA-256 of the canonical content. */
export function versionOf(content: CatalogueContent): string {
  return createHash('sha256')
    .update(canonicalJson(recorded(content)))
    .digest('hex')
    .slice(0, 16);
}

/** A whole catalogue as the text of one record of `catalogue.versions`: canonical JSON, the version first. */
export function encodeCatalogue({ version, ...content }: Catalogue): string {
  return `{"version":${JSON.stringify(version)},"content":${canonicalJson(recorded(content))}}`;
}

/**
 * The content as earlier releases wrote it, so that an unchanged catalogue keeps its version: without
 * `outcomes`, and `states` and `agents` of their own, where there are none, without `chain` where issues are
 * sliding chains and without `proration` where quantities of a month are whole in a month in part, once the
 * only ways.
 */
function recorded({ outcomes, contracts, ...all }: CatalogueContent): Partial<CatalogueContent> {
  const content = {
    ...all,
    connections: all.connections.map((each) => withoutEmpty(each, 'states')),
    programmes: all.programmes.map((each) => withoutEmpty(each, 'agents')),
  } as unknown as typeof all;
  const then = mapObjects(contracts, (part) => {
    if (isIssueKpi(part) && part['chain'] === 'sliding') return without('chain', part);
    return isProrated(part) && part['proration'] === 'none' ? without('proration', part) : part;
  });
  return outcomes.length === 0 ? { ...content, contracts: then } : { outcomes, ...content, contracts: then };
}

function withoutEmpty<T extends object>(part: T, key: keyof T): Partial<T> {
  if ((part[key] as readonly unknown[]).length > 0) return part;
  const { [key]: _, ...rest } = part;
  return rest as Partial<T>;
}

function read(contracts: readonly Contract[]): readonly Contract[] {
  return mapObjects(contracts, (part) => {
    if (isIssueKpi(part) && !('chain' in part)) return { ...part, chain: 'sliding' };
    return isProrated(part) && !('proration' in part) ? { ...part, proration: 'none' } : part;
  });
}

type Part = Readonly<Record<string, unknown>>;

function isIssueKpi(part: Part): boolean {
  return part['type'] === 'fcrPerIssue' && 'windowMs' in part;
}

/** Lines with tiers or included units, corridors, limits. */
function isProrated(part: Part): boolean {
  return 'pricing' in part || 'overflowPrice' in part || 'monthlyMin' in part;
}

function without(key: string, part: Part): Part {
  return Object.fromEntries(Object.entries(part).filter(([name]) => name !== key));
}

/** Changes every object at any depth: records of any release may come here. */
function mapObjects<T>(value: T, change: (part: Part) => Part): T {
  const text = JSON.stringify(value, (_key, inner: unknown) => {
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? change(inner as Part)
      : inner;
  });
  return JSON.parse(text) as T;
}

/**
 * The opposite of {@link encodeCatalogue}.
 * @throws where the text is not what `encodeCatalogue` wrote: its content does not have its version.
 */
export function decodeCatalogue(text: string): Catalogue {
  const { version, content: stored } = JSON.parse(text) as { version: string; content: CatalogueContent };
  const content = {
    ...stored,
    connections: (stored?.connections ?? []).map((each) => ({ ...each, states: each.states ?? [] })),
    programmes: (stored?.programmes ?? []).map((each) => ({ ...each, agents: each.agents ?? [] })),
    outcomes: stored?.outcomes ?? [],
    contracts: read(stored?.contracts ?? []),
  };
  if (typeof stored !== 'object' || stored === null || versionOf(content) !== version) {
    throw new Error(`the record of catalogue version ${version} is damaged: its content has another version`);
  }
  return { version, ...content };
}

/**
 * The same content in the one order in which it is hashed: by id. The order within a contract has meaning and
 * stays.
 */
export function inOrder({
  tenant,
  connections,
  programmes,
  agents,
  outcomes,
  contracts,
  confirmed,
}: CatalogueContent): CatalogueContent {
  return {
    tenant,
    connections: connections.toSorted(by(({ id }) => [id])).map((connection) => ({
      ...connection,
      states: connection.states.toSorted(
        by(({ code, reason, from }) => [code, reason ?? '', from ?? -Infinity]),
      ),
    })),
    programmes: programmes.toSorted(by(({ id }) => [id])).map((programme) => ({
      ...programme,
      queues: programme.queues.toSorted(
        by(({ connection, native, from }) => [connection, native, from ?? -Infinity]),
      ),
      agents: programme.agents.toSorted(by(({ code, from }) => [code, from ?? -Infinity])),
    })),
    agents: agents.toSorted(by(({ code }) => [code])).map((agent) => ({
      ...agent,
      ids: agent.ids.toSorted(by(({ connection, native }) => [connection, native])),
      ...(agent.changes !== undefined && { changes: agent.changes.toSorted(by(({ from }) => [from])) }),
    })),
    outcomes: outcomes.toSorted(by(({ name }) => [name])),
    contracts: contracts.toSorted(by(({ id }) => [id])),
    ...(confirmed !== undefined && { confirmed: confirmed.toSorted(by(({ work, limit }) => [work, limit])) }),
  };
}

/** Orders by the keys that `keysOf` gives, the first that differs: numbers by size, texts by code unit. */
function by<T>(keysOf: (item: T) => readonly (string | number)[]): (a: T, b: T) => number {
  return (a, b) => {
    const others = keysOf(b);
    for (const [index, key] of keysOf(a).entries()) {
      const other = others[index];
      if (other !== undefined && key !== other) return key < other ? -1 : 1;
    }
    return 0;
  };
}
