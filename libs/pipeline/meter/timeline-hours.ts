import { entityKeyOf } from './archive/archive-pointer.js';
import { decodeNumbers, encodeNumber } from './archive/varint.js';

/** One letter more than the key of an entity. */
export function hoursKey(timeline: string): string {
  return `h${entityKeyOf(timeline)}`;
}

/** Index of the first hour that is not before it. */
export function indexIn(hours: readonly number[], hour: number): number {
  let [low, high] = [0, hours.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((hours[middle] ?? 0) < hour) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first hour, then distances. */
export function encodeHours(hours: readonly number[]): string {
  return hours.map((hour, index) => encodeNumber(hour - (hours[index - 1] ?? 0))).join('');
}

export function decodeHours(text: string): number[] {
  let hour = 0;
  return decodeNumbers(text, 0).map((distance) => (hour += distance));
}

/** With one hour more, where it is not there. null: there are none. */
export function addHour(text: string | null, hour: number): string {
  const hours = text === null ? [] : decodeHours(text);
  const index = indexIn(hours, hour);
  return hours[index] === hour ? (text ?? '') : encodeHours(hours.toSpliced(index, 0, hour));
}
