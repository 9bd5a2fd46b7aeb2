import type { z } from 'zod';
import type { Contract } from '#domain/contract/contract.js';
import type { OutcomeDefinition } from '#domain/outcome/fields.js';
import type { Example } from '#domain/metering/example.js';
import type { Agent, Connection, Programme } from './catalogue.js';
import { parseContract } from './contract/schema.js';
import type { FileFault } from './fault.js';
import { allowedWords } from './nearest.js';
import { agentSchema, connectionSchema, outcomeSchema, programmeSchema, tenantSchema } from './schema.js';
import { faultAt, placed, type SourceLocation, type SourceDocument } from './source.js';
import { unknownKey, zodFaults } from './zod-faults.js';

/** What the files say, part by part; not yet checked as a whole. */
export interface CatalogueDraft {
  readonly tenants: DraftPart<string>[];
  readonly connections: DraftPart<Connection>[];
  readonly programmes: DraftPart<Programme>[];
  readonly agents: DraftPart<Agent>[];
  readonly outcomes: DraftPart<OutcomeDefinition>[];
  readonly contracts: DraftPart<Contract>[];
  /** Worked examples by contract. */
  readonly examples: Map<string, readonly Example[]>;
}

/** One connection, programme, agent, outcome or contract as it was written. */
export interface DraftPart<T> {
  readonly place: SourceLocation;
  /** The value as it was written, of any type. */
  readonly written: unknown;
  /** Its id, even where the rest has faults; null: it has none. */
  readonly id: string | null;
  /** null: it has faults. */
  readonly value: T | null;
}

type PartParser<T> = (value: unknown, place: SourceLocation) => { value: T } | { faults: FileFault[] };

/** The key that holds the id of a part. */
type IdKey = 'id' | 'code' | 'name';

const KEYS = ['tenant', 'connections', 'programmes', 'agents', 'outcomes', 'contracts', 'contract'] as const;

/**
 * Sorts the parts of all documents by kind and validates each for itself, so that one fault hides no other.
 */
export function collect(documents: readonly SourceDocument[]): {
  draft: CatalogueDraft;
  faults: FileFault[];
} {
  const draft = emptyDraft();
  const faults: FileFault[] = [];
  const readContract = readContractWith(draft.examples);

  const add = <T>(
    to: DraftPart<T>[],
    read: PartParser<T>,
    idKey: IdKey,
    value: unknown,
    place: SourceLocation,
  ): void => {
    const result = read(value, place);
    if ('faults' in result) faults.push(...result.faults);
    to.push({
      place,
      written: value,
      id: writtenId(value, idKey),
      value: 'value' in result ? result.value : null,
    });
  };
  const addAll = <T>(
    to: DraftPart<T>[],
    read: PartParser<T>,
    idKey: IdKey,
    value: unknown,
    place: SourceLocation,
  ): void => {
    if (!Array.isArray(value))
      faults.push(
        faultAt(place, 'wrong-type', 'must be a list (lines that begin with `- `); write [] for none'),
      );
    else
      value.forEach((item, index) => add(to, read, idKey, item, { ...place, path: [...place.path, index] }));
  };
  const addKey = (key: string, value: unknown, place: SourceLocation): void => {
    if (key === '$schema' && typeof value === 'string') return; // for editors
    const known = KEYS.find((allowed) => allowed === key);
    if (known === undefined) return void faults.push(faultAt(place, 'unknown-key', unknownKey(key, KEYS)));
    switch (known) {
      case 'tenant':
        return add(draft.tenants, readBy(tenantSchema), 'id', value, place);
      case 'connections':
        return addAll(draft.connections, readBy(connectionSchema), 'id', value, place);
      case 'programmes':
        return addAll(draft.programmes, readBy(programmeSchema), 'id', value, place);
      case 'agents':
        return addAll(draft.agents, readBy(agentSchema), 'code', value, place);
      case 'outcomes':
        return addAll(draft.outcomes, readBy(outcomeSchema), 'name', value, place);
      case 'contracts':
        return addAll(draft.contracts, readContract, 'id', value, place);
      case 'contract':
        return add(draft.contracts, readContract, 'id', value, place);
    }
  };

  for (const document of documents) {
    const { value } = document;
    if (value === null) continue;
    if (isRecord(value)) {
      for (const [key, part] of Object.entries(value)) addKey(key, part, { document, path: [key] });
    } else faults.push(faultAt({ document, path: [] }, 'wrong-type', `must hold keys ${allowedWords(KEYS)}`));
  }
  return { draft, faults };
}

function readBy<T>(schema: z.ZodType<T>): PartParser<T> {
  return (value, place) => {
    const result = schema.safeParse(value);
    if (result.success) return { value: result.data };
    const faults = zodFaults(result.error.issues, value, { quotes: false });
    return { faults: faults.map((fault) => placed(fault, place)) };
  };
}

function readContractWith(examples: Map<string, readonly Example[]>): PartParser<Contract> {
  return (value, place) => {
    const result = parseContract(value);
    if ('contract' in result) {
      examples.set(result.contract.id, result.examples);
      return { value: result.contract };
    }
    return { faults: result.faults.map((fault) => placed(fault, place)) };
  };
}

function writtenId(value: unknown, key: IdKey): string | null {
  const id = isRecord(value) ? value[key] : value;
  return typeof id === 'string' ? id : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function emptyDraft(): CatalogueDraft {
  return {
    tenants: [],
    connections: [],
    programmes: [],
    agents: [],
    outcomes: [],
    contracts: [],
    examples: new Map(),
  };
}
