import { cleanText } from '../field-schemas.js';

/** The id of an agent; null: it is none. */
export function agentOf(text: string): string | null {
  return text.length >= 1 && text.length <= 128 && cleanText.test(text) && !text.includes('/') ? text : null;
}

/** A planner's code of an activity; null: it is none. */
export function codeOf(text: string): string | null {
  return text.length >= 1 && text.length <= 64 && cleanText.test(text) ? text : null;
}
