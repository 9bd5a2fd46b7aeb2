import type { KeptState, StateRecord } from '../states.js';
import { sampleFacts } from './facts.fixture.js';

const ofContact = sampleFacts.filter(({ entity }) => entity === 'bank:4711');

/** A contact with facts of all types it can have, then one state for each other type. */
const keptStates: readonly KeptState[] = [
  {
    kind: 'state',
    entity: 'bank:4711',
    factOffsets: ofContact.map((_, index) => 40 + index * index),
    posted: { partition: 3, offset: 41, digest: 'Ab-_09' },
    facts: ofContact,
  },
  ...sampleFacts
    .filter((fact) => !ofContact.includes(fact))
    .map((fact, index): KeptState => {
      return { kind: 'state', entity: fact.entity, factOffsets: [900 + index], posted: null, facts: [fact] };
    }),
];

/** One record of each kind, and a state with every type of fact. */
export const sampleStates: readonly StateRecord[] = [
  {
    kind: 'covered',
    folded: 1_200,
    from: 1_000,
    fingerprint: '1000.1772445600000.0123456789abcdef',
    head: 'abcdefghijklmnopqrstuv',
    journal: [7, 0, 12],
  },
  { kind: 'parked', entity: 'bank:é"\\', offset: 17, cause: 'never-posted' },
  ...keptStates,
];
