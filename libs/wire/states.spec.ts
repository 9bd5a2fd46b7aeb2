import { describe, expect, it } from '@jest/globals';
import { FactCodec } from './fact-codec.js';
import { factFields } from '#domain/fact/fields.js';
import { linesOf } from './samples/lines.fixture.js';
import { sampleStates } from './samples/states.fixture.js';
import {
  decodeStateRecord,
  encodeCovered,
  encodeParked,
  encodeState,
  StateDamaged,
  type StateRecord,
} from './states.js';

function encode(record: StateRecord): string {
  switch (record.kind) {
    case 'covered':
      return encodeCovered(record);
    case 'parked':
      return encodeParked(record.entity, record.offset, record.cause ?? '');
    case 'state': {
      const connection = record.entity.slice(0, record.entity.indexOf(':'));
      return encodeState(record.entity, record, new FactCodec(connection).encode(record.facts));
    }
  }
}

describe('a record of the states that are kept', () => {
  it('decodes to what was encoded', () => {
    for (const record of sampleStates) expect(decodeStateRecord(encode(record))).toEqual(record);
  });

  it('has in version 1 the bytes of the samples, in which every type of fact occurs', () => {
    expect(sampleStates.map(encode)).toEqual(linesOf('states-1.ndjson'));
    const types = sampleStates
      .flatMap((each) => (each.kind === 'state' ? each.facts : []))
      .map(({ type }) => type);
    expect(new Set(types)).toEqual(new Set(Object.keys(factFields)));
  });

  it('is decoded without a cause where an earlier version has parked', () => {
    const parked = { kind: 'parked', entity: 'c:1', offset: 3, cause: null };
    expect(decodeStateRecord('[1,"parked","c:1",3]')).toEqual(parked);
  });

  it.each([
    ['no JSON', '[1,'],
    ['a record with names', '{"kind":"state"}'],
    ['of another version', '[2,"parked","c:1",3]'],
    ['of an unknown kind', '[1,"settled","c:1"]'],
    ['without an entity', '[1,"state","",[],null]'],
    ['with fewer facts than offsets', '[1,"state","c:1",[4],null]'],
    ['posted nowhere', '[1,"state","c:1",[],[1,2]]'],
    ['covered up to no offset', '[1,"covered",1,-1,"f","h",[]]'],
    ['parked at no offset', '[1,"parked","c:1",null]'],
  ])('is not decoded where it is %s', (_, value) => {
    expect(decodeStateRecord(value)).toBeNull();
  });
});

describe('A damaged state', () => {
  it('is said by its name and its entity, whatever of it is damaged, and never anything else', () => {
    const kept = sampleStates.find(({ kind }) => kind === 'state');
    const text = encode(kept!);
    const list = JSON.parse(text) as unknown[];
    for (const fact of [null, 1, {}, [], ['x'], [99, 'id', 0, 0], [0, [], 0, 0]]) {
      const damaged = JSON.stringify([...list.slice(0, 5), fact]);
      let said: unknown = null;
      try {
        said = decodeStateRecord(damaged);
      } catch (error) {
        said = error;
      }
      if (said === null || !Error.isError(said)) continue;
      expect(said).toBeInstanceOf(StateDamaged);
      expect(said.message).toContain(kept!.kind === 'state' ? kept!.entity : '');
    }
    expect(() => decodeStateRecord(JSON.stringify([...list.slice(0, 5), null]))).toThrow(StateDamaged);
    expect(() => decodeStateRecord(JSON.stringify([...list.slice(0, 5), [99, 'id', 0, 0]]))).toThrow(
      StateDamaged,
    );
  });
});
