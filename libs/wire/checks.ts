import type { PlannedTime } from '#domain/fact/fact.js';

/**
 * Checks of single values, for the records that are read millions of times: written by hand, since a schema
 * would copy each record and take as long again.
 */
export type Check<T> = (value: unknown) => value is T;

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isName = (value: unknown): value is string => typeof value === 'string' && value !== '';
export const isTextOrNull = (value: unknown): value is string | null =>
  value === null || typeof value === 'string';
export const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
export const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
export const isIntegerOrNull = (value: unknown): value is number | null =>
  value === null || Number.isSafeInteger(value);
/** A duration, count or offset: a whole number that is not negative. */
export const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;
export const isCountOrNull = (value: unknown): value is number | null => value === null || isCount(value);

export function isOneOf<T extends string>(words: readonly T[]): Check<T> {
  const known: ReadonlySet<unknown> = new Set(words);
  return (value): value is T => known.has(value);
}

/** Durations or counts by name. */
export function isCounts(value: unknown): value is Readonly<Record<string, number>> {
  return isDetails(value) && Object.values(value).every(isCount);
}

/** Texts, numbers and booleans by name. */
export function isDetails(value: unknown): value is Readonly<Record<string, string | number | boolean>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(
    (each) => typeof each === 'string' || typeof each === 'boolean' || Number.isFinite(each),
  );
}

/** `[code, startedAt, endedAt]`. */
export function isPlannedTime(value: unknown): value is PlannedTime {
  if (!Array.isArray(value) || value.length !== 3) return false;
  return isName(value[0]) && isInteger(value[1]) && isInteger(value[2]);
}
