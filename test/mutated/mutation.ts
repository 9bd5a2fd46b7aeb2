import type { Random } from '#test/simulation/random.js';

/** A text that is a little, or quite, other than what a platform or one of our codecs writes. */
export function mutated(text: string, random: Random): string {
  const parsed = random.chance(0.75) ? parsedOf(text) : undefined;
  if (parsed === undefined) return changedText(text, random);
  let json: unknown = parsed;
  for (let left = random.integer(1, 3); left > 0; left--) json = changedValue(json, random);
  return JSON.stringify(json) ?? 'undefined';
}

function parsedOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Changes one value somewhere within, going down one member after the other. */
function changedValue(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.chance(0.08)) return another(value, random);
  if (Array.isArray(value)) return changedList(value, random);
  const fields = Object.entries(value);
  if (fields.length === 0) return another(value, random);
  const [key, own] = random.pick(fields);
  const rest = fields.filter(([name]) => name !== key);
  if (random.chance(0.08)) return Object.fromEntries(rest);
  if (random.chance(0.05)) return Object.fromEntries([...rest, [random.pick(names), own]]);
  if (random.chance(0.05)) return Object.fromEntries([...fields, [key, random.pick(fields)[1]]]);
  return Object.fromEntries(
    fields.map(([name, each]) => [name, name === key ? changedValue(each, random) : each]),
  );
}

function changedList(list: readonly unknown[], random: Random): unknown {
  if (list.length === 0) return another(list, random);
  const at = random.integer(0, list.length - 1);
  if (random.chance(0.08)) return list.toSpliced(at, 1);
  if (random.chance(0.08)) return [...list, ...list.slice(at)];
  if (random.chance(0.05)) return list.toReversed();
  return list.with(at, changedValue(list[at], random));
}

function another(value: unknown, random: Random): unknown {
  if (typeof value === 'number' && random.chance(0.6)) {
    return random.pick([
      value + 1,
      value - 1,
      -value,
      value / 3,
      value * 1000,
      value + 0.5,
      Math.trunc(value / 1000),
    ]);
  }
  if (typeof value === 'string' && random.chance(0.5)) return changedText(value, random);
  return random.pick(strange);
}

function changedText(text: string, random: Random): string {
  const at = random.integer(0, text.length);
  const to = Math.min(text.length, at + random.integer(1, 12));
  const change = random.integer(0, 4);
  if (change === 0) return text.slice(0, at);
  if (change === 1) return text.slice(0, at) + random.pick(pieces) + text.slice(at);
  if (change === 2) return text.slice(0, at) + text.slice(to);
  if (change === 3) return text.slice(0, to) + text.slice(at);
  return text.slice(0, at) + String.fromCharCode(random.integer(0, 0xffff)) + text.slice(at + 1);
}

const names = ['__proto__', 'constructor', 'toString', '', 'id', 'type', 'rows', 'length', '\u0000'];

const strangeValues: readonly unknown[] = [
  null,
  true,
  false,
  [],
  {},
  [[]],
  [null],
  { length: 5 },
  { toString: 1 },
];
const strangeNumbers = [
  0,
  -1,
  1e308,
  2 ** 53,
  -(2 ** 53),
  0.1,
  1e-7,
  8.64e15,
  8.64e15 + 1,
  253_402_300_800_000,
];
const strangeTexts = ['', ' ', '\ud800', '\udc00x', '\u0000', '|', ':', '__proto__', 'NaN', 'null', '0'];
const strangeTimes = ['1970-01-01T00:00:00Z', '9999-12-31T23:59:60Z', '2026-03-29T02:30:00'];
const strangeNames = ['+33 6 12 34 56 78', 'anonymous', 'x'.repeat(300)];
const strange = [...strangeValues, ...strangeNumbers, ...strangeTexts, ...strangeTimes, ...strangeNames];

const pieces = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '-',
  '.',
  'e',
  'null',
  '\\ud800',
  '\u2028',
  '\ufeff',
];
