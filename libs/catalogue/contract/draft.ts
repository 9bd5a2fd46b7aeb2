import type { Contract } from '#domain/contract/contract.js';
import type { Catalogue } from '../catalogue.js';
import { collect, type DraftPart } from '../draft.js';
import { fileFault, type FileFault } from '../fault.js';
import { parseSource, type SourceDocument } from '../source.js';
import { contractOutcomeFaults } from './outcomes.js';
import { contractScopeFaults } from './scope.js';

/**
 * Reads one contract that is not (yet) in the catalogue: written as in a catalogue (`contract:`, or a list of
 * one), or as the bare keys of a contract. Its programme and queues are those of the catalogue, and so are
 * outcomes not defined beside it.
 */
export function readContractDraft(
  name: string,
  text: string,
  catalogue: Catalogue,
): { readonly contract: Contract } | { readonly faults: readonly FileFault[] } {
  const source = parseSource(name, text);
  if (source.faults.length > 0) return { faults: source.faults };
  const { draft, faults } = collect(source.documents.map(asCatalogue));
  if (faults.length > 0) return { faults };
  const [first, ...others] = draft.contracts;
  if (first?.value == null || others.length > 0) {
    const message = `holds ${draft.contracts.length} contracts; write one`;
    return { faults: [fileFault('not-one-contract', name, message)] };
  }
  const known = <T>(value: T, id: string): DraftPart<T> => ({
    place: first.place,
    written: value,
    id,
    value,
  });
  const dangling = [
    ...contractScopeFaults(
      draft.contracts,
      catalogue.programmes.map((each) => known(each, each.id)),
    ),
    ...contractOutcomeFaults(draft.contracts, [
      ...catalogue.outcomes.map((each) => known(each, each.name)),
      ...draft.outcomes,
    ]),
  ];
  return dangling.length > 0 ? { faults: dangling } : { contract: first.value };
}

/** The bare keys of a contract as if they were written under `contract:`. */
function asCatalogue(document: SourceDocument): SourceDocument {
  const { file, value } = document;
  const isBare = typeof value === 'object' && value !== null && 'lines' in value;
  if (!isBare) return document;
  return { file, value: { contract: value }, lineOf: (path) => document.lineOf(path.slice(1)) };
}
