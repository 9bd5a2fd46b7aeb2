/**
 * Whole numbers >= 0 in as few letters of base64url as they need, five bits a letter, the lowest first; all
 * but the last letter of a number have 32 added. Numbers may follow each other without anything between them.
 */
export function encodeNumber(value: number): string {
  let text = '';
  for (let rest = value; ;) {
    const low = rest % 32;
    rest = (rest - low) / 32;
    if (rest === 0) return text + letters.charAt(low);
    text += letters.charAt(low + 32);
  }
}

/** All numbers from an index in the text to its end. Throws where `encodeNumber` has not written it. */
export function decodeNumbers(text: string, from: number): number[] {
  const numbers: number[] = [];
  let value = 0;
  let weight = 1;
  for (let at = from; at < text.length; at++) {
    const letter = values[text.charCodeAt(at)];
    if (letter === undefined) throw new Error(`${JSON.stringify(text)} holds no encoded numbers`);
    value += (letter % 32) * weight;
    weight *= 32;
    if (letter < 32) {
      numbers.push(value);
      value = 0;
      weight = 1;
    }
  }
  return numbers;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const values: (number | undefined)[] = [];
for (let value = 0; value < letters.length; value++) values[letters.charCodeAt(value)] = value;

/** The first 30 bits of a text in base64url of at least five letters. */
export function leadingBits(text: string): number {
  let bits = 0;
  for (let at = 0; at < 5; at++) bits = bits * 64 + (values[text.charCodeAt(at)] ?? 0);
  return bits;
}
