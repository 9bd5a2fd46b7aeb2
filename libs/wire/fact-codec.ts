import type { Fact } from '#domain/fact/fact.js';
import { factFields } from '#domain/fact/fields.js';

/**
 * Facts of one entity as the store and `meter.states` keep them: lists instead of records, a comma between
 * them; what the entity's name says already is left out, and a word that occurred before is only its number.
 * A list never depends on those after it, so a further fact is appended and nothing is written again.
 *
 * `[type, id, at, revision, ...fields of the type]`: `at` as the distance from the first fact's; `revision`
 * as the distance from `at`, or in a list of its own where it counts something other than time; `id` in a
 * list with the connection where that is not what the entity's name begins with.
 */
export class FactCodec {
  #text = '';
  #count = 0;
  #firstAt: number | null = null;
  /** The first words that occurred, numbered after the common ones. A list is quicker than a map. */
  readonly #words: string[] = [];
  readonly #connection: string;

  constructor(connection: string) {
    this.#connection = connection;
  }

  /** The facts encoded so far are the first of these; encodes the rest of them, and gives the whole text. */
  encode(facts: readonly Fact[]): string {
    if (this.#count === facts.length) return this.#text;
    const lists = this.#count === 0 ? [] : [this.#text];
    for (const fact of facts.slice(this.#count)) lists.push(this.#write(fact));
    this.#text = lists.join(',');
    this.#count = facts.length;
    return this.#text;
  }

  /** Decodes a text, with the codec that goes on where that text ends. */
  static read(entity: string, text: string): { facts: Fact[]; codec: FactCodec } {
    const codec = new FactCodec(entity.slice(0, entity.indexOf(':')));
    const facts = codec.#facts(entity, JSON.parse(`[${text}]`) as unknown[][]);
    codec.#text = text;
    codec.#count = facts.length;
    return { facts, codec };
  }

  /** Facts from lists that are parsed already. */
  static fromLists(entity: string, lists: readonly unknown[][]): Fact[] {
    return new FactCodec(entity.slice(0, entity.indexOf(':'))).#facts(entity, lists);
  }

  #facts(entity: string, lists: readonly unknown[][]): Fact[] {
    const words = this.#words;
    const connection = this.#connection;
    return lists.map((list) => {
      const [code, identity, distance, revision, ...values] = list;
      const [id, from] = Array.isArray(identity) ? (identity as [string, string]) : [identity, connection];
      const type = types[code as number];
      if (type === undefined) throw new Error(`the state of ${entity} holds a fact of type ${String(code)}`);
      const at = (this.#firstAt ?? 0) + (distance as number);
      this.#firstAt ??= at;
      const counted = Array.isArray(revision) ? (revision[0] as number) : at + (revision as number);
      const fact: Record<string, unknown> = { type, id, entity, connection: from, at, revision: counted };
      fieldsOf[type].forEach(([field, kind], index) => {
        const value = values[index];
        fact[field] = kind === 'plain' ? value : wordOf(value, words, connection);
      });
      return fact as unknown as Fact;
    });
  }

  #write(fact: Fact): string {
    const { type, connection, at, revision } = fact;
    const id = connection === this.#connection ? fact.id : [fact.id, connection];
    const isTime = Math.abs(revision - at) < maxDelayMs;
    const distance = at - (this.#firstAt ?? 0);
    this.#firstAt ??= at;
    const list: unknown[] = [codes[type], id, distance, isTime ? revision - at : [revision]];
    for (const [field, kind] of fieldsOf[type]) {
      const value = (fact as unknown as Record<string, unknown>)[field];
      list.push(kind === 'word' && typeof value === 'string' ? this.#word(value) : value);
    }
    return JSON.stringify(list);
  }

  #word(word: string): number | string {
    const common = commonNumbers.get(word);
    if (common !== undefined) return common;
    const known = this.#words.indexOf(word);
    if (known >= 0) return commonWords.length + known;
    if (this.#words.length < maxWords) this.#words.push(word);
    const prefix = this.#connection.length;
    if (word.startsWith(this.#connection) && word.charAt(prefix) === ':') return word.slice(prefix);
    return word.startsWith(':') || word.startsWith('=') ? `=${word}` : word;
  }
}

function wordOf(value: unknown, words: string[], connection: string): unknown {
  if (typeof value === 'number') return commonWords[value] ?? words[value - commonWords.length];
  if (typeof value !== 'string') return value;
  const word = value.startsWith(':') ? connection + value : value.startsWith('=') ? value.slice(1) : value;
  if (words.length < maxWords) words.push(word);
  return word;
}

/** Words beyond these are written out each time, so that looking one up stays cheap. */
const maxWords = 64;

/** A revision further from the fact's time than twelve days is not the time of its publication. */
const maxDelayMs = 1e9;

const types = Object.keys(factFields) as Fact['type'][];
const codes = Object.fromEntries(types.map((type, code) => [type, code])) as Record<Fact['type'], number>;
const fieldsOf = Object.fromEntries(types.map((type) => [type, Object.entries(factFields[type])])) as Record<
  Fact['type'],
  [string, 'word' | 'plain'][]
>;

/** Known before the first fact. Never change them: the numbers in states that are kept begin after them. */
const commonWords: readonly string[] = [
  'inbound',
  'outbound',
  'unknown',
  'voice',
  'callback',
  'chat',
  'email',
  'message',
  'other',
  'answered',
  'abandoned',
  'flowOut',
];
const commonNumbers = new Map(commonWords.map((word, index) => [word, index]));
