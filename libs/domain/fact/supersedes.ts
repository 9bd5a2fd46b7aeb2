import type { Fact } from './fact.js';
import { factFields } from './fields.js';

/**
 * Which of two facts with the same id stands. Total and independent of arrival order: the higher revision,
 * then, for a platform that says two things with one revision, the greater text in the first field in which
 * they differ. Only what a fact of its type says counts, in whatever order it was written down.
 */
export function supersedes(challenger: Fact, holder: Fact): boolean {
  if (challenger.revision !== holder.revision) return challenger.revision > holder.revision;
  if (challenger.type !== holder.type) return challenger.type > holder.type;
  if (challenger.at !== holder.at) return textOf(challenger.at) > textOf(holder.at);
  const fields = factFields[challenger.type] as Readonly<Record<string, unknown>>;
  const left = challenger as unknown as Readonly<Record<string, unknown>>;
  const right = holder as unknown as Readonly<Record<string, unknown>>;
  for (const field in fields) {
    if (left[field] === right[field]) continue;
    const [ours, theirs] = [textOf(left[field]), textOf(right[field])];
    if (ours !== theirs) return ours > theirs;
  }
  return false;
}

function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
