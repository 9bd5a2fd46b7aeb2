import type { Fact } from '#domain/fact/fact.js';
import { factFields } from '#domain/fact/fields.js';

/**
 * Facts of one entity as the store keeps them: lists instead of records, a comma between them; what the
 * entity's key says already is left out, and a word that was said before is only its number. A list never
 * depends on those after it, so a further fact is written behind the others and nothing is written anew.
 *
 * `[type, id, at, revision, ...fields of the type]`: `at` as the distance from the first fact's; `revision`
 * as the distance from `at`, or in a list of its own where it counts something else than time; `id` in a list
 * with the connection where that is not what the entity's name begins with.
 */
export class FactCodec {
  #text = '';
  #count = 0;
  #firstAt: number | null = null;
  /** The first words that were said, numbered after the common ones. A list is quicker than a map. */
  readonly #words: string[] = [];
  readonly #connection: string;

  constructor(connection: string) {
    this.#connection = connection;
  }

  /** The facts written so far are the first of these; writes the rest of them, and gives the whole text. */
  encode(facts: readonly Fact[]): string {
    if (this.#count === facts.length) return this.#text;
    const lists = this.#count === 0 ? [] : [this.#text];
    for (const fact of facts.slice(this.#count)) lists.push(this.#write(fact));
    this.#text = lists.join(',');
    this.#count = facts.length;
    return this.#text;
  }

  /** Reads what another has written; goes on where that stopped. */
  static read(entity: string, text: string): { facts: Fact[]; texts: FactCodec } {
    const connection = entity.slice(0, entity.indexOf(':'));
    const texts = new FactCodec(connection);
    const words = texts.#words;
    const lists = JSON.parse(`[${text}]`) as unknown[][];
    const facts = lists.map((list) => {
      const [code, told, distance, revision, ...values] = list;
      const [id, from] = Array.isArray(told) ? (told as [string, string]) : [told, connection];
      const type = types[code as number];
      if (type === undefined) throw new Error(`the state of ${entity} holds a fact of type ${String(code)}`);
      const at = (texts.#firstAt ?? 0) + (distance as number);
      texts.#firstAt ??= at;
      const counted = Array.isArray(revision) ? (revision[0] as number) : at + (revision as number);
      const fact: Record<string, unknown> = { type, id, entity, connection: from, at, revision: counted };
      fieldsOf[type].forEach(([field, kind], place) => {
        const value = values[place];
        fact[field] = kind === 'plain' ? value : wordOf(value, words, connection);
      });
      return fact as unknown as Fact;
    });
    texts.#text = text;
    texts.#count = facts.length;
    return { facts, texts };
  }

  #write(fact: Fact): string {
    const { type, connection, at, revision } = fact;
    const id = connection === this.#connection ? fact.id : [fact.id, connection];
    const isTime = Math.abs(revision - at) < mostDelay;
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
    if (this.#words.length < mostWords) this.#words.push(word);
    const prefix = this.#connection.length;
    if (word.startsWith(this.#connection) && word.charAt(prefix) === ':') return word.slice(prefix);
    return word.startsWith(':') || word.startsWith('=') ? `=${word}` : word;
  }
}

function wordOf(value: unknown, words: string[], connection: string): unknown {
  if (typeof value === 'number') return commonWords[value] ?? words[value - commonWords.length];
  if (typeof value !== 'string') return value;
  const word = value.startsWith(':') ? connection + value : value.startsWith('=') ? value.slice(1) : value;
  if (words.length < mostWords) words.push(word);
  return word;
}

/** Those after them are written out each time, so that looking one up stays cheap. */
const mostWords = 64;

/** A revision further from the fact's time than twelve days is not the time of its publication. */
const mostDelay = 1e9;

const types = Object.keys(factFields) as Fact['type'][];
const codes = Object.fromEntries(types.map((type, code) => [type, code])) as Record<Fact['type'], number>;
const fieldsOf = Object.fromEntries(types.map((type) => [type, Object.entries(factFields[type])])) as Record<
  Fact['type'],
  [string, 'word' | 'plain'][]
>;

/** Known before the first fact. Never to be changed: the numbers in states that are kept begin after them. */
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
